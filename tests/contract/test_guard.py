"""The guard: what leaves, at what price and pace, and what is seen of it. Clock and network are made up."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import requests.adapters

from contract_tests.kit.amounts import Amounts
from contract_tests.kit.bounds import Allowance, BudgetEnded, Caps, NoAnswer, PlanExceeded, Strayed, Throttled
from contract_tests.kit.clips import Clips
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts, load
from contract_tests.kit.guard import Guard
from contract_tests.kit.pace import seconds_of
from contract_tests.kit.recipes import Writer
from contract_tests.kit.roles import Keys
from contract_tests.kit.secrets import Secrets

ROOT = Path(__file__).parents[2]
TARGET = "http://127.0.0.1:1/gateway"
KEYS = Keys({"funded": "gw_funded-key", "limited": "gw_limited-key", "revoked": "gw_revoked-key"})
# The documented example of a speech costs 32 code points at 15 microcents.
EXAMPLE = 480


class Wire:
    """Takes the place of the network: notes what would arrive, and answers as it is told."""

    def __init__(self) -> None:
        self.arrived: list[requests.PreparedRequest] = []
        self.answers: list[Any] = []
        self.time = 100.0
        self.slept: list[float] = []
        self.silence = 0.0
        self.failure: Exception | None = None
        self.body: Callable[[bytes], io.BytesIO] = io.BytesIO

    def send(self, _adapter: Any, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        self.arrived.append(request)
        status, headers, body = self.answers.pop(0) if self.answers else (200, {}, b"{}")
        if status is None:
            self.time += self.silence
            raise self.failure or requests.ConnectionError(f"nobody at {request.url}")
        response = requests.Response()
        response.status_code, response.headers, response.raw = status, headers, self.body(body)
        response.url, response.request = str(request.url), request
        return response

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.time += seconds


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    one = Wire()
    monkeypatch.setattr(
        requests.adapters.HTTPAdapter, "send", lambda adapter, request, **options: one.send(adapter, request)
    )
    return one


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load("hadrian", ROOT / "specs")


Ask = Callable[..., Exchange]


@pytest.fixture
def guard(facts: Facts, wire: Wire) -> Iterator[Guard]:
    clips = Clips(ROOT / "fixtures", "https://clips.mock.test/")
    secrets = Secrets(KEYS.by_role)
    one = Guard(facts, TARGET, KEYS, Amounts(clips), secrets, clock=lambda: wire.time, sleep=wire.sleep)
    with one.installed():
        yield one


@pytest.fixture
def ask(guard: Guard) -> Ask:
    writer = Writer(guard.facts, KEYS, Clips(ROOT / "fixtures", "https://clips.mock.test/"))

    def send(operation: str = "createSpeech", **recipe: Any) -> Exchange:
        return guard.ask(writer.write(guard.facts.operations[operation], recipe, {}), requests.Session())

    return send


def test_a_call_is_counted_at_its_documented_price(guard: Guard, ask: Ask) -> None:
    ask()

    assert (guard.sent, guard.spent) == (1, EXAMPLE)


def test_a_refused_call_costs_nothing(guard: Guard, ask: Ask, wire: Wire) -> None:
    wire.answers = [(402, {}, b"{}")]

    ask()

    assert (guard.sent, guard.spent) == (1, 0)


@pytest.mark.parametrize("recipe", [{"method": "PUT"}, {"url": "/v1/audio/speech"}])
def test_a_call_that_no_document_knows_may_cost_what_it_was_made_from(
    guard: Guard, ask: Ask, recipe: dict[str, Any]
) -> None:
    """Nobody documents PUT; an endpoint that takes it for POST charges all the same."""
    ask(**recipe)

    assert (guard.log[0].operation, guard.spent) == (None, EXAMPLE)


def test_the_call_that_would_exceed_the_credits_does_not_leave(guard: Guard, ask: Ask, wire: Wire) -> None:
    guard.caps = Caps(credits=2 * EXAMPLE - 1)
    ask()

    with pytest.raises(BudgetEnded, match="may cost 480"):
        ask()

    assert len(wire.arrived) == 1


def test_the_call_that_would_exceed_the_requests_does_not_leave(guard: Guard, ask: Ask, wire: Wire) -> None:
    guard.caps = Caps(requests=1)
    ask("listModels")

    with pytest.raises(BudgetEnded, match="1 requests"):
        ask("listModels")

    assert len(wire.arrived) == 1


@pytest.mark.parametrize("allowance", [Allowance("x", calls=1), Allowance("x", calls=9, credits=EXAMPLE)])
def test_a_claim_sends_no_more_than_it_announced(guard: Guard, ask: Ask, wire: Wire, allowance: Allowance) -> None:
    guard.allowance = allowance
    ask()

    with pytest.raises(PlanExceeded, match="x announced"):
        ask()

    assert len(wire.arrived) == 1


def test_whoever_sends_is_counted(guard: Guard, wire: Wire) -> None:
    """A library that knows nothing of the guard sends through it all the same."""
    guard.caps = Caps(requests=1)
    requests.get(f"{TARGET}/api/v1/models", timeout=1)

    with pytest.raises(BudgetEnded):
        requests.get(f"{TARGET}/api/v1/models", timeout=1)

    assert (len(wire.arrived), guard.log[0].operation and guard.log[0].operation.id) == (1, "listModels")


@pytest.mark.parametrize("url", ["http://127.0.0.1:2/gateway/x", "http://127.0.0.1:1/other", "https://example.com/"])
def test_nothing_goes_to_another_address(guard: Guard, wire: Wire, url: str) -> None:
    with pytest.raises(Strayed):
        requests.get(url, timeout=1)

    assert wire.arrived == []


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed_for_the_account_of_the_run(ask: Ask, wire: Wire, status: int) -> None:
    wire.answers = [(status, {"Retry-After": "7"}, b"{}")]
    with pytest.raises(Throttled):
        ask("listModels")

    ask("listModels")

    assert wire.slept == [7.0]


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("0", 0.0),
        ("90", 90.0),
        ("Thu, 26 Nov 2026 09:00:30 GMT", 30.0),
        ("Thu, 26 Nov 2026 08:00:00 GMT", 0.0),
        ("\xb2", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_retry_after_is_seconds_or_a_date(asked: str, seconds: float | None) -> None:
    assert seconds_of(asked, datetime(2026, 11, 26, 9, 0, 0, tzinfo=UTC)) == seconds


def test_an_answer_that_never_ends_is_given_up(guard: Guard, ask: Ask, wire: Wire) -> None:
    class Dripping(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            wire.time += 10
            return b" "

    wire.answers = [(200, {}, b"")]
    wire.body = Dripping

    with pytest.raises(NoAnswer, match="given up"):
        ask()

    assert guard.spent == EXAMPLE


def test_an_answer_that_is_too_large_is_given_up(ask: Ask, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contract_tests.kit.wire.LONGEST_BODY", 100_000)
    wire.answers = [(200, {}, bytes(200_000))]

    with pytest.raises(NoAnswer, match="given up"):
        ask()


def test_after_long_silence_nothing_more_is_sent(ask: Ask, wire: Wire) -> None:
    wire.answers = [(None, {}, b"")] * 5
    wire.silence = 60.0
    for _ in range(4):
        with pytest.raises(NoAnswer, match="nobody at"):
            ask("listModels")

    with pytest.raises(NoAnswer, match="nothing more is sent"):
        ask("listModels")

    assert len(wire.arrived) == 4


def test_a_host_is_the_same_in_capitals(facts: Facts, wire: Wire) -> None:
    clips = Clips(ROOT / "fixtures", None)
    guard = Guard(facts, "http://LocalHost:1/gateway", KEYS, Amounts(clips), Secrets({}), clock=lambda: wire.time)
    draft = Writer(facts, KEYS, clips).write(facts.operations["listModels"], {}, {})

    with guard.installed():
        assert guard.ask(draft, requests.Session()).status == 200


def test_a_503_that_asks_for_no_patience_is_an_answer(ask: Ask, wire: Wire) -> None:
    wire.answers = [(503, {}, b"{}")]

    assert ask("listModels").status == 503


@pytest.mark.parametrize(("role", "status"), [("revoked", 429), ("revoked", 503), ("limited", 503)])
def test_whoever_asks_may_be_told_to_come_later(ask: Ask, wire: Wire, role: str, status: int) -> None:
    """Only to an account that is there to meet a limit, 429 is the answer."""
    wire.answers = [(status, {"Retry-After": "7"}, b"{}")]
    with pytest.raises(Throttled):
        ask("listModels", role=role)

    ask("listModels", role=role)

    assert wire.slept == [7.0]


def test_retry_after_is_obeyed_without_a_key_too(ask: Ask, wire: Wire) -> None:
    """A limit may be that of an address: its refusal says nothing of a missing key."""
    wire.answers = [(429, {"Retry-After": "7"}, b"{}")]
    with pytest.raises(Throttled, match="429: too many requests"):
        ask("listModels", role=None)

    ask("listModels", role=None)

    assert wire.slept == [7.0]


def test_a_file_that_is_put_off_is_no_file_that_is_not_there(guard: Guard, wire: Wire) -> None:
    guard.is_loopback = True
    wire.answers = [(503, {"Retry-After": "7"}, b"")]

    with pytest.raises(Throttled, match="come again later"):
        guard.fetch("http://127.0.0.1:1/_mock/files/a.mp4", requests.Session())


def test_what_was_answered_is_not_under_way(guard: Guard, ask: Ask) -> None:
    ask()

    assert guard.unanswered == {}


def test_what_was_not_answered_is_remembered(guard: Guard, ask: Ask, wire: Wire) -> None:
    wire.answers = [(None, {}, b"")]
    with pytest.raises(NoAnswer):
        ask()

    assert [one.id for one in guard.unanswered.values()] == ["createSpeech"]


def test_an_account_that_is_there_to_be_refused_is_not_waited_for(ask: Ask, wire: Wire) -> None:
    wire.answers = [(429, {"Retry-After": "7"}, b"{}")]
    ask("listModels", role="limited")

    ask("listModels", role="limited")

    assert wire.slept == []


def test_a_wait_that_is_too_long_ends_the_run(ask: Ask, wire: Wire) -> None:
    wire.answers = [(429, {"Retry-After": "3600"}, b"{}")]

    for _ in range(2):
        with pytest.raises(BudgetEnded, match="3600 s"):
            ask("listModels")

    assert len(wire.arrived) == 1


def test_requests_keep_to_their_pace(guard: Guard, ask: Ask, wire: Wire) -> None:
    guard.caps = Caps(pause=0.5)

    for _ in range(3):
        ask("listModels")

    assert wire.slept == [0.5, 0.5]


def test_no_answer_is_told_without_the_key_and_may_have_been_charged(guard: Guard, ask: Ask, wire: Wire) -> None:
    wire.answers = [(None, {}, b"")]

    with pytest.raises(NoAnswer, match="nobody at"):
        ask(url="/api/v1/audio/speech?key=gw_funded-key")

    assert guard.spent == EXAMPLE


def test_a_call_that_found_no_connection_costs_nothing(guard: Guard, ask: Ask, wire: Wire) -> None:
    wire.answers = [(None, {}, b"")]
    wire.failure = requests.ConnectTimeout("nobody at home")

    with pytest.raises(NoAnswer):
        ask()

    assert (guard.spent, guard.unanswered) == (0, {})


def test_keys_are_masked_before_anybody_sees_an_answer(guard: Guard, ask: Ask, wire: Wire) -> None:
    wire.answers = [(200, {"X-Echo": "gw_funded-key"}, b'{"you": "gw_funded-key"}')]

    exchange = ask("listModels")

    shown = exchange.curl() + exchange.reply() + repr(exchange)
    assert "gw_funded-key" not in shown
    assert "[key: funded]" in exchange.curl()
    assert exchange.json() == {"you": "[key: funded]"}


def test_the_role_of_a_request_is_known_by_its_key(guard: Guard, wire: Wire) -> None:
    requests.get(f"{TARGET}/api/v1/models", headers={"Authorization": "Bearer gw_limited-key"}, timeout=1)

    assert guard.log[-1].role == "limited"


def test_a_file_whose_address_was_told_is_fetched_without_a_key(guard: Guard, wire: Wire) -> None:
    guard.is_loopback = True

    exchange = guard.fetch("http://127.0.0.1:1/_mock/files/a.mp4", requests.Session())

    assert (exchange.operation, exchange.role, guard.spent) == (None, None, 0)
    assert "authorization" not in {name.lower() for name in wire.arrived[0].headers}


@pytest.mark.parametrize("address", ["http://127.0.0.1:2/a.mp4", "https://127.0.0.1:1/a.mp4", "http://192.168.0.1/a"])
def test_a_file_on_a_private_address_is_not_fetched(guard: Guard, wire: Wire, address: str) -> None:
    with pytest.raises(Strayed):
        guard.fetch(address, requests.Session())

    assert wire.arrived == []
