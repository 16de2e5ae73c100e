"""The stages of a request, on a tiny provider: who speaks first, what is held, what a crash leaves behind."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from mockvoice.app import make_world
from mockvoice.core.errors import ApiError
from mockvoice.core.settings import Settings
from mockvoice.openapi.checks import check_document
from mockvoice.openapi.model import Spec
from mockvoice.openapi.pointer import replace
from mockvoice.service.call import Call, Reply
from mockvoice.service.provider import Provider
from mockvoice.service.world import Desk
from mockvoice.web.simulator import Mount, Simulator
from tests.harness.tiny import tiny
from tests.harness.wire import Answer, Client

KEY = ("authorization", "Bearer mock-funded")
JSON = ("content-type", "application/json")
GOOD = b'{"text": "hello"}'


def say(call: Call) -> Reply:
    return Reply.json({"text": call.fields["text"], "voice": call.fields["voice"]})


class Tiny:
    """A simulator of the tiny spec whose one verb can be replaced."""

    def __init__(self, runner: asyncio.Runner, changes: Mapping[str, Any] = {}, **verbs: Any) -> None:
        document = tiny()
        for pointer, value in changes.items():
            document = replace(document, pointer, value)
        assert check_document(document, "tiny.yaml") == []
        behaviours = {"say": verbs.get("behave", say), "task": lambda _call: Reply.json({"status": "queued"})}
        media = {"say": verbs["media"]} if "media" in verbs else {}
        provider = Provider(behaviours, media=media, after=verbs.get("after"))
        world = make_world(Settings(clock="manual"))
        self.desk = Desk(Spec(document), {}, world)
        self.client = Client(Simulator(world, [Mount("/tiny", self.desk, lambda: provider)], lambda _: None), runner)

    def say(
        self, *headers: tuple[str, str], body: bytes = GOOD, method: str = "POST", path: str = "/tiny/say"
    ) -> Answer:
        return self.client.send(method, path, headers, body)

    def balance(self, token: str = "mock-funded") -> int:
        account = self.desk.roster.find(token)
        assert account is not None
        return account.ledger.balance


MakeTiny = Callable[..., Tiny]


@pytest.fixture
def make(runner: asyncio.Runner) -> MakeTiny:
    def one(changes: Mapping[str, Any] = {}, **verbs: Any) -> Tiny:
        return Tiny(runner, changes, **verbs)

    return one


def test_a_good_request_is_answered_charged_and_noted(make: MakeTiny) -> None:
    one = make()

    answer = one.say(KEY, JSON)

    assert (answer.status, answer.json()) == (200, {"text": "hello", "voice": "one"})
    assert one.balance() == 95
    line = one.client.app.world.journal.lines[-1]
    assert (line.provider, line.operation, line.account, line.status, line.charged) == (
        "tiny",
        "say",
        "mock-funded",
        200,
        5,
    )


def test_a_header_of_the_spec_counts_down(make: MakeTiny) -> None:
    one = make()

    assert [one.say(KEY, JSON).headers["x-left"] for _ in range(3)] == ["2", "1", "0"]


# -- precedence: each fault alone, then every pair under every order --------------------------------------------------

STAGE_OF = {
    "no_key": "auth",
    "often": "limits",
    "bad": "body",
    "invalid": "validate",
    "media": "media",
    "short": "credits",
}


def fault(names: tuple[str, ...]) -> dict[str, Any]:
    """Return a request with all these faults."""
    body, token = GOOD, "mock-funded"
    if "media" in names:
        body = b'{"text": "silence"}'
    if "invalid" in names:
        body = b'{"text": "too long a text, by far"}'
    if "bad" in names:
        body = b'{"text": '
    if "short" in names:
        token = "mock-empty"
    headers = [JSON] if "no_key" in names else [("authorization", f"Bearer {token}"), JSON]
    return {"headers": headers, "body": body, "token": token, "full": "often" in names}


def refuse_silence(call: Call) -> None:
    if call.fields["text"] == "silence":
        raise ApiError("silent")


ROW = {"status": 400, "when": "w", "body": {"error": "{code}"}, "seen": "assumed", "source": "here"}
CHANGES = {
    "/x-voice-errors/silent": ROW,
    "/x-voice-errors/invalid": ROW,
    "/x-voice-refusals/bound": "invalid",
    "/x-mock-accounts/mock-empty": {"token": "mock-empty", "balance": 0},
}
CODE = {"no_key": "no_key", "often": "often", "bad": "bad", "invalid": "invalid", "media": "silent", "short": "short"}
ORDERS = [
    ["path", "auth", "limits", "body", "validate", "media", "credits"],
    ["path", "body", "auth", "limits", "validate", "credits", "media"],
    ["path", "body", "validate", "auth", "credits", "limits", "media"],
    ["path", "body", "validate", "media", "auth", "credits", "limits"],
    ["auth", "path", "body", "limits", "validate", "credits", "media"],
]
# Who calls too often, or has no money, must be known; one body cannot be bad in two ways.
TOGETHER_IMPOSSIBLE = {
    ("no_key", "often"), ("no_key", "short"), ("bad", "invalid"), ("bad", "media"), ("invalid", "media"),
}  # fmt: skip
PAIRS = [pair for pair in itertools.combinations(CODE, 2) if pair not in TOGETHER_IMPOSSIBLE]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("pair", PAIRS)
def test_of_two_faults_the_one_whose_stage_comes_first_speaks(
    make: MakeTiny, order: list[str], pair: tuple[str, str]
) -> None:
    one = make({**CHANGES, "/x-voice-precedence/order": order}, media=refuse_silence)
    wanted = fault(pair)
    if wanted["full"]:
        for _ in range(3):
            one.say(("authorization", f"Bearer {wanted['token']}"), JSON, body=b'{"text": ""}')

    answer = one.say(*wanted["headers"], body=wanted["body"])

    first = min(pair, key=lambda name: order.index(STAGE_OF[name]))
    assert answer.json() == {"error": CODE[first]}


def test_a_stage_that_needs_an_account_cannot_stand_before_auth(make: MakeTiny) -> None:
    document = replace(
        tiny(), "/x-voice-precedence/order", ["path", "limits", "auth", "body", "validate", "media", "credits"]
    )

    assert any("'limits' cannot speak before 'auth'" in one for one in check_document(document, "tiny.yaml"))


def test_an_unknown_path_asks_for_a_key_first_where_auth_stands_before_path(make: MakeTiny) -> None:
    before = make({"/x-voice-precedence/order": ORDERS[-1]})
    after = make()

    assert [before.say(path="/tiny/x").status, before.say(KEY, path="/tiny/x").status] == [401, 404]
    assert after.say(path="/tiny/x").status == 404


# -- money ---------------------------------------------------------------------------------------------


def crash(_call: Call) -> Reply:
    raise RuntimeError("a bug of ours")


async def crash_late(_call: Call) -> Reply:
    await asyncio.sleep(0)
    raise RuntimeError("a bug of ours")


def refuse_late(_call: Call) -> Reply:
    raise ApiError("bad")


@pytest.mark.parametrize(("behave", "status"), [(crash, 500), (crash_late, 500), (refuse_late, 400)])
def test_whatever_goes_wrong_inside_releases_the_hold(
    make: MakeTiny, behave: Callable[[Call], Reply | Awaitable[Reply]], status: int, caplog: pytest.LogCaptureFixture
) -> None:
    one = make(behave=behave)

    answer = one.say(KEY, JSON)

    assert answer.status == status
    assert one.balance() == 100
    assert ("the simulator failed here" in caplog.text) == (status == 500)


def test_a_cancelled_request_releases_its_hold(make: MakeTiny, runner: asyncio.Runner) -> None:
    async def never(_call: Call) -> Reply:
        await asyncio.Event().wait()
        raise AssertionError

    one = make(behave=never)

    async def cancel() -> None:
        task = asyncio.ensure_future(one.client.send_async("POST", "/tiny/say", [KEY, JSON], GOOD))
        await asyncio.sleep(0)
        assert one.balance() == 95
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    runner.run(cancel())

    assert one.balance() == 100


def test_exactly_the_balance_pays(make: MakeTiny) -> None:
    one = make({"/x-mock-accounts/mock-low": {"token": "mock-low", "balance": 5}})
    low = ("authorization", "Bearer mock-low")

    assert [one.say(low, JSON).status, one.say(low, JSON).status] == [200, 402]
    assert one.balance("mock-low") == 0


def test_two_hundred_at_once_spend_each_credit_once(make: MakeTiny) -> None:
    async def slow(call: Call) -> Reply:
        await asyncio.sleep(0)
        return say(call)

    rule = {"seconds": 60, "allowances": {"*": None}, "refusal": "often", "seen": "assumed", "source": "here"}
    one = make(
        {
            "/x-voice-limits/windows/per-minute": rule,
            "/x-mock-accounts/mock-low": {"token": "mock-low", "balance": 37},
        },
        behave=slow,
    )

    answers = one.client.send_all([("POST", "/tiny/say", [("authorization", "Bearer mock-low"), JSON], GOOD)] * 200)

    assert sorted(answer.status for answer in answers) == [200] * 7 + [402] * 193
    assert one.balance("mock-low") == 37 - 7 * 5


# -- help beside the wire --------------------------------------------------------------------------------


def test_a_refusal_carries_a_hint_and_a_log_line(make: MakeTiny, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="mockvoice"):
        answer = make().say(KEY, JSON, body=b'{"text": "hello", "voice": "three"}')

    hint = answer.headers["x-mockvoice-hint"]
    pointer = "tiny.yaml#/components/schemas/Say/properties/voice/enum"
    assert hint == f"rule bad; spec {pointer}; field voice; expected one of one, two; got 'three'"
    assert f"POST /tiny/say -> 400 {hint}" in caplog.text


def test_a_hint_is_one_safe_line_whatever_was_sent(make: MakeTiny) -> None:
    answer = make().say(KEY, JSON, body='{"text": "hello", "voice": "a\\r\\nset-cookie: x\\u2028é"}'.encode())

    hint = answer.headers["x-mockvoice-hint"]
    assert all(" " <= one <= "~" for one in hint)


def test_a_path_cannot_write_lines_into_the_log(make: MakeTiny, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="mockvoice"):
        make().client.send("GET", "/tiny/a\nmockvoice: all is well\x1b[2J", [KEY])

    (record,) = caplog.records
    assert "\n" not in record.getMessage()
    assert "\x1b" not in record.getMessage()


def test_no_key_is_ever_shown_whole(make: MakeTiny, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="mockvoice"):
        answer = make().say(("authorization", "Bearer secret-key-of-somebody"), JSON)

    assert answer.status == 401
    assert "secret-key-of-somebody" not in caplog.text + str(answer.header_list) + answer.body.decode()


def test_a_client_may_ask_for_a_fault(make: MakeTiny) -> None:
    one = make()

    answer = one.say(KEY, JSON, ("x-mockvoice-fault", "broken"))

    assert (answer.status, answer.json()) == (500, {"error": "broken"})
    assert one.balance() == 100


def test_a_fault_nobody_knows_is_refused_by_mockvoice_itself(make: MakeTiny) -> None:
    answer = make().say(KEY, JSON, ("x-mockvoice-fault", "brokn"))

    assert answer.status == 400
    assert answer.body.decode().endswith("this operation has no error 'brokn'; did you mean 'broken'?")


# -- credentials ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("Bearer mock-funded", 200), ("bearer mock-funded", 200), ("BEARER  mock-funded ", 200),
        ("mock-funded", 401), ("Bearer", 401), ("Bearer ", 401), ("Basic mock-funded", 401), ("", 401),
        ("Bearer mock-funded extra", 401), ("Bearer MOCK-FUNDED", 401),
        ("Bearer mock-revoked", 401), ("Bearer mock-forbidden", 403),
        ("Bearer \xff\xfe", 401),
    ],
)  # fmt: skip
def test_a_bearer_key_is_judged(make: MakeTiny, value: str, status: int) -> None:
    one = make({
        "/x-mock-accounts/mock-revoked": {"token": "mock-revoked", "balance": 100, "standing": "revoked"},
        "/x-mock-accounts/mock-forbidden": {"token": "mock-forbidden", "balance": 100, "standing": "forbidden"},
    })  # fmt: skip

    assert [one.say(("authorization", value), JSON).status for _ in range(2)] == [status] * 2


def test_a_wrong_method_names_the_right_ones(make: MakeTiny) -> None:
    answer = make().say(KEY, JSON, method="DELETE")

    assert (answer.status, answer.headers["allow"]) == (405, "POST")


def test_a_stream_is_sent_piece_by_piece(make: MakeTiny) -> None:
    async def pieces() -> Any:
        for one in (b"a", b"b", b"c"):
            yield one

    one = make(behave=lambda _call: Reply(b"", b"text/event-stream", stream=pieces()))

    answer = one.say(KEY, JSON)

    assert answer.chunks == [b"a", b"b", b"c"]
    assert "content-length" not in answer.headers
