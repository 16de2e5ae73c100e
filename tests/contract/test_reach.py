"""What an answer tells the address of is fetched without the key, and only where that harms nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from contract_tests.kit import guard as guarding
from contract_tests.kit.bounds import Allowance, BudgetEnded, Caps, PlanExceeded, Strayed
from contract_tests.kit.guard import Guard
from contract_tests.kit.reach import out_of_reach
from tests.contract.test_guard import KEYS, TARGET, Wire, facts, guard, wire

__all__ = ["facts", "guard", "wire"]

PUBLIC, ELSEWHERE = "8.8.8.8", "https://files.example.net/a.mp3?signature=1"
Names = Callable[[str, int], list[str]]


def leading_to(*addresses: str) -> Names:
    def look_up(_host: str, _port: int) -> list[str]:
        if not addresses:
            raise OSError("no such name")
        return list(addresses)

    return look_up


@pytest.mark.parametrize("url", [ELSEWHERE, "http://files.example.net:8080/a"])
def test_a_public_address_is_within_reach(url: str) -> None:
    assert out_of_reach(url, False, leading_to(PUBLIC, "2001:4860:4860::8888")) == ""


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "::1", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1",
    ],
)  # fmt: skip
def test_a_private_address_is_out_of_reach_even_beside_a_public_one(address: str) -> None:
    assert "not of the public internet" in out_of_reach(ELSEWHERE, False, leading_to(PUBLIC, address))


@pytest.mark.parametrize(
    ("address", "is_within"), [("127.0.0.1", True), ("::1", True), ("10.0.0.1", False), ("169.254.169.254", False)]
)
def test_from_the_loopback_the_loopback_is_within_reach_and_no_other_private_address(
    address: str, is_within: bool
) -> None:
    assert (out_of_reach("http://localhost:1/a", True, leading_to(address)) == "") is is_within


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://files.example.net/a", "no address of http"),
        ("file:///etc/passwd", "no address of http"),
        ("data:audio/mpeg;base64,AAAA", "no address of http"),
        ("a.mp3", "no address of http"),
        ("http:///a", "no address of http"),
        ("http://[::1", "cannot be read"),
        ("http://files.example.net:port/a", "cannot be read"),
        ("https://me:secret@files.example.net/a", "holds a password"),
    ],
)
def test_what_is_no_plain_address_is_out_of_reach(url: str, said: str) -> None:
    assert said in out_of_reach(url, True, leading_to(PUBLIC))


def test_a_name_that_nobody_knows_is_out_of_reach() -> None:
    assert "not known" in out_of_reach(ELSEWHERE, False, leading_to())


# -- the guard -----------------------------------------------------------------------------------------


@pytest.fixture
def reachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarding, "out_of_reach", lambda url, local: out_of_reach(url, local, leading_to(PUBLIC)))


@pytest.mark.usefixtures("reachable")
def test_no_key_goes_with_it(guard: Guard, wire: Wire) -> None:
    file = guard.fetch(ELSEWHERE, requests.Session())

    request = wire.arrived[0]
    assert (request.method, request.url, request.body) == ("GET", ELSEWHERE, None)
    assert {name.lower() for name in request.headers} == {"accept", "user-agent"}
    assert (file.operation, file.role, file.status) == (None, None, 200)


@pytest.mark.usefixtures("reachable")
@pytest.mark.parametrize("place", ["https://files.example.net/{}", "https://files.example.net/a?token={}"])
def test_an_address_that_holds_a_key_is_not_fetched(guard: Guard, wire: Wire, place: str) -> None:
    with pytest.raises(Strayed, match="holds a key"):
        guard.fetch(place.format(KEYS.of("funded")), requests.Session())

    assert wire.arrived == []


@pytest.mark.usefixtures("reachable")
def test_it_is_counted_logged_and_capped(guard: Guard, wire: Wire) -> None:
    guard.caps, guard.allowance = Caps(requests=1), Allowance("files", 5, 0)
    guard.fetch(ELSEWHERE, requests.Session())

    with pytest.raises(BudgetEnded):
        guard.fetch(ELSEWHERE, requests.Session())

    assert (guard.sent, guard.spent, guard.allowance.sent) == (1, 0, 1)
    assert ([one.url for one in guard.log], len(wire.arrived)) == ([ELSEWHERE], 1)


@pytest.mark.usefixtures("reachable")
def test_it_is_within_what_the_claim_announced(guard: Guard) -> None:
    guard.allowance = Allowance("files", 0, 0)

    with pytest.raises(PlanExceeded):
        guard.fetch(ELSEWHERE, requests.Session())


@pytest.mark.usefixtures("reachable")
def test_it_is_paced(guard: Guard, wire: Wire) -> None:
    guard.caps = Caps(pause=2.0)

    for _ in range(3):
        guard.fetch(ELSEWHERE, requests.Session())

    assert wire.slept == [2.0, 2.0]


@pytest.mark.usefixtures("reachable")
def test_only_that_address_may_be_elsewhere(guard: Guard, wire: Wire) -> None:
    guard.fetch(ELSEWHERE, requests.Session())

    for method, url in (("GET", ELSEWHERE), ("POST", ELSEWHERE), ("GET", "https://files.example.net/b")):
        with pytest.raises(Strayed):
            requests.Session().request(method, url)

    assert len(wire.arrived) == 1


def test_a_private_address_is_not_fetched(guard: Guard, wire: Wire) -> None:
    """The target of this guard is not known to be on this machine."""
    with pytest.raises(Strayed, match="not of the public internet"):
        guard.fetch(f"{TARGET}/files/a.mp3", requests.Session())

    assert wire.arrived == []


def test_from_a_target_on_this_machine_its_files_are_fetched(guard: Guard, wire: Wire) -> None:
    guard.is_loopback = True

    guard.fetch("http://127.0.0.1:1/_mock/files/a.mp3", requests.Session())

    assert [str(one.url) for one in wire.arrived] == ["http://127.0.0.1:1/_mock/files/a.mp3"]


def test_a_redirect_is_not_followed(guard: Guard, wire: Wire, reachable: Any) -> None:
    wire.answers = [(302, {"Location": "http://169.254.169.254/"}, b"")]

    assert guard.fetch(ELSEWHERE, requests.Session()).status == 302
    assert len(wire.arrived) == 1
