"""Conversations over a WebSocket leave through a gate as strict as that of requests: counted, capped, masked."""

from __future__ import annotations

import ast
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from contract_tests import test_sockets
from contract_tests.kit.amounts import Amounts
from contract_tests.kit.bounds import Allowance, BudgetEnded, Caps, NoAnswer, PlanExceeded
from contract_tests.kit.claims import Unverified
from contract_tests.kit.clips import LOOPBACK_CLIPS, Clips
from contract_tests.kit.guard import Guard
from contract_tests.kit.planning import Planner, rows_of
from contract_tests.kit.roles import Keys
from contract_tests.kit.run import Run, Settings
from contract_tests.kit.secrets import Secrets
from contract_tests.kit.sockets.documented import Socket, sockets
from tests.contract.in_process import facts_of
from tests.contract.suite import run_suite
from tests.harness.recipes import FIXTURES

pytestmark = pytest.mark.slow

KIT = Path(__file__).parents[2] / "contract_tests"
PROVIDER = "fishaudio-net"
KEY = "mock-funded"


def run_at(target: str, caps: Caps | None = None, socket: str = "", here: bool = True) -> Run:
    facts, keys = facts_of(PROVIDER), Keys({"funded": KEY})
    clips, secrets = Clips(FIXTURES, LOOPBACK_CLIPS), Secrets(keys.by_role)
    guard = Guard(facts, target, keys, Amounts(clips), secrets, caps or Caps())
    settings = Settings(PROVIDER, target, is_loopback=here, socket=socket)
    return Run(settings, facts, keys, clips, guard, secrets)


def socket_of(run: Run) -> Socket:
    return sockets(run.facts)["speak-live"]


@pytest.fixture
def target(serve: Callable[..., str]) -> str:
    return serve(PROVIDER) + f"/{PROVIDER}"


def text(socket: Socket, said: str = "Five.") -> dict[str, Any]:
    return {socket.type: "text", socket.text_member: said}


def test_a_session_and_each_text_are_requests_at_their_price(target: str) -> None:
    run = run_at(target)
    socket = socket_of(run)

    with run.gate.talk(socket) as one:
        one.say(socket.start())
        one.say(text(socket))
        one.until("done")

    assert (run.guard.sent, run.guard.spent) == (2, 5)


def test_a_text_that_is_refused_is_free(target: str) -> None:
    run = run_at(target)
    socket = socket_of(run)

    with run.gate.talk(socket) as one:
        one.say(text(socket))
        one.until("error")

    assert (run.guard.sent, run.guard.spent) == (2, 0)


@pytest.mark.parametrize("caps", [Caps(requests=1), Caps(credits=4)])
def test_what_exceeds_a_cap_is_never_sent(target: str, caps: Caps) -> None:
    run = run_at(target, caps)
    socket = socket_of(run)

    with run.gate.talk(socket) as one:
        one.say(socket.start())
        with pytest.raises(BudgetEnded):
            one.say(text(socket))
        one.until("ready")

        assert [each.name for each in one.moments if each.is_sent] == ["start"]


def test_a_session_beyond_the_cap_is_never_opened(target: str) -> None:
    run = run_at(target, Caps(requests=0))

    with pytest.raises(BudgetEnded), run.gate.talk(socket_of(run)):
        pass

    assert run.gate.held == []


def test_a_claim_may_not_say_more_than_it_announced(target: str) -> None:
    run = run_at(target)
    run.guard.allowance = Allowance("sockets.x", calls=1, credits=0)
    socket = socket_of(run)

    with run.gate.talk(socket) as one, pytest.raises(PlanExceeded):
        one.say(text(socket))


def test_keys_are_masked_wherever_a_conversation_is_shown(target: str) -> None:
    run = run_at(target)
    socket = socket_of(run)

    with run.gate.talk(socket) as one:
        one.say(socket.start() | {"token": KEY})
        one.until("ready")
        one.say(text(socket, f"Say {KEY}."))
        one.until("done")
    shown = one.exchange

    assert KEY not in shown.curl() + shown.reply() + shown.url
    assert "[key: funded]" in shown.curl()
    assert "python -m websockets 'ws://127.0.0.1" in shown.curl()


def test_elsewhere_somebody_has_to_say_where_it_is() -> None:
    run = run_at("https://fishaudio.example", here=False)

    with (
        pytest.raises(Unverified, match=r"another host \(fishspeech\.live\): --socket URL"),
        run.gate.talk(socket_of(run)),
    ):
        pass

    assert run.guard.sent == 0


def test_the_address_that_was_given_is_the_one_that_is_asked(target: str) -> None:
    run = run_at("http://127.0.0.1:9/nowhere", socket=target.replace("http", "ws") + "/v1/tts/ws")
    socket = socket_of(run)

    with run.gate.talk(socket) as one:
        assert one.until("connected") is not None


def test_nobody_there_is_no_answer() -> None:
    run = run_at("http://127.0.0.1:9")

    with pytest.raises(NoAnswer), run.gate.talk(socket_of(run)):
        pass


class _Leading(BaseHTTPRequestHandler):
    """Leads every handshake somewhere else."""

    protocol_version = "HTTP/1.1"
    seen: list[str] = []  # noqa: RUF012 - one list for all its requests

    def do_GET(self) -> None:
        self.seen.append(self.path)
        self.send_response(302)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def leading() -> Iterator[str]:
    _Leading.seen.clear()
    server = HTTPServer(("127.0.0.1", 0), _Leading)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_no_redirect_is_followed_for_an_address_holds_a_key(leading: str) -> None:
    run = run_at(leading)

    with run.gate.talk(socket_of(run)) as one:
        assert one.status == 302
        assert one.hear() is None

    assert len(_Leading.seen) == 1


def test_only_the_gate_opens_a_websocket() -> None:
    found = {
        path.relative_to(KIT).as_posix()
        for path in KIT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("websockets"))
        or (isinstance(node, ast.Import) and any(one.name.startswith("websockets") for one in node.names))
    }

    assert found == {"kit/sockets/gate.py"}


def test_the_plan_counts_conversations_and_their_characters() -> None:
    facts = facts_of(PROVIDER)
    planner = Planner(facts, Clips(FIXTURES, LOOPBACK_CLIPS))
    socket = sockets(facts)["speak-live"]
    shares = planner.shares_of(test_sockets.test_nothing_is_said_after_stopped.announcement, socket)  # type: ignore[attr-defined]

    (row,) = [one for one in rows_of(facts, shares) if one.operation == "speak-live"]

    assert (row.calls, row.credits, row.code_points) == (2, len(socket.text) * 8, len(socket.text) * 8)


def test_a_socket_elsewhere_is_asked_nothing_before_somebody_agrees(tmp_path: Path) -> None:
    outcome = run_suite(PROVIDER, "http://127.0.0.1:9", tmp_path, "--socket", "wss://192.0.2.1/ws")

    assert outcome.code == 2
    assert "say --yes" in outcome.output
    assert [one["event"] for one in outcome.events] == ["plan"]


@pytest.mark.parametrize(
    ("socket", "complaint"),
    [
        ("wss://name:password@127.0.0.1/ws", "no name or password"),
        ("wss://127.0.0.1/ws?token=1", "without ? and #"),
        ("https://127.0.0.1/ws", "expected an address such as wss://"),
    ],
)
def test_an_address_that_is_none_is_refused(tmp_path: Path, socket: str, complaint: str) -> None:
    outcome = run_suite(PROVIDER, "http://127.0.0.1:9", tmp_path, "--socket", socket)

    assert outcome.code == 2
    assert complaint in outcome.output
    assert "password@" not in outcome.output


def test_an_example_is_what_is_said_first() -> None:
    socket = sockets(facts_of(PROVIDER))["speak-live"]

    assert json.loads(json.dumps(socket.start(format="wav", voice="v"))) == {
        "event": "start",
        "request": {"latency": "normal", "format": "wav", "version": "s1", "reference_id": "v"},
    }
