"""A slip in `x-voice-websockets` is named: with its place, what was expected, and the nearest name."""

# ruff: noqa: E501 - one slip a line
from __future__ import annotations

from typing import Any

import pytest

from mockvoice.openapi.checks import check_document
from mockvoice.openapi.pointer import remove, replace
from tests.harness.specs import document

ROW = "/x-voice-websockets/speak-live"
SCHEMAS = "/components/schemas"
STATES = f"{ROW}/order/states"


def problems(pointer: str, value: Any) -> list[str]:
    return check_document(replace(document("fishaudio-net"), pointer, value), "spec.yaml")


@pytest.mark.parametrize(
    ("pointer", "value", "said"),
    [
        (f"{ROW}/sumary", "x", "/sumary: unknown key; did you mean 'summary'?"),
        (f"{ROW}/url", "https://fishspeech.live/v1/tts/ws", "/url: "),
        (f"{ROW}/url", "wss://fishspeech.live/v1/tts/ws?token=x", "/url: "),
        (f"{ROW}/path", "/v1/tts", "/path: expected the path of 'wss://fishspeech.live/v1/tts/ws', got '/v1/tts'"),
        (f"{ROW}/source", "A-WSS", "/source: unknown source 'A-WSS'; did you mean 'A-WS'?"),
        (f"{ROW}/token/wins", "header", "/token/wins: unknown value 'header'"),
        (f"{ROW}/token/of", "strat", "/token/of: no message 'strat' of the client; did you mean 'start'?"),
        (f"{ROW}/token/member", "/tokn", "/token/member: the message 'start' has nothing at /tokn"),
        (f"{ROW}/client/stop/schema", {"$ref": f"#{SCHEMAS}/SocketStp"}, "nothing at '#/components/schemas/SocketStp'; did you mean"),
        (f"{ROW}/client/stop/schema", {"$ref": f"#{SCHEMAS}/SocketText"}, "/client/stop/schema: expected an object with a required member 'event' that is always 'stop'"),
        (f"{ROW}/client/stop/example", {}, "/client/stop/example: does not satisfy its schema"),
        (f"{ROW}/client/stop/example", None, "/client/stop/example: expected a mapping"),
        (f"{ROW}/server/done/says", {"txt": "x", "text": "x"}, "/server/done/says/txt: no such member of the message; did you mean 'text'?"),
        (f"{ROW}/server/done/says", {}, "/server/done/says: 'text' is required and never said"),
        (f"{SCHEMAS}/SocketDone/required", ["text"], "/server/done/schema: expected an object with a required member 'event'"),
        (f"{ROW}/order/initial", "conecting", "/order/initial: no such state; did you mean 'connecting'?"),
        (f"{ROW}/order/anywhere", ["eror"], "/order/anywhere/0: no message 'eror'; did you mean 'error'?"),
        (f"{STATES}/opened", {"strat": "starting"}, "/states/opened/strat: no message 'strat'; did you mean 'start'?"),
        (f"{STATES}/opened", {"start": "startin"}, "/states/opened/start: no state 'startin'; did you mean 'starting'?"),
        (f"{STATES}/asleep", {"stop": "ready"}, "/states/asleep: cannot be reached from 'connecting'"),
        (f"{STATES}/ready", {"text": "ready", "stop": "stopping"}, "/states/speaking: cannot be reached"),
        (f"{ROW}/speech/voice", "/request/voice", "/speech/voice: the message 'start' has nothing at /request/voice"),
        (f"{ROW}/speech/types", {"mp3": "audio/mpeg"}, "/speech/types: 'wav' is a format of the message or of this table"),
        (f"{ROW}/billing/field", "txt", "/billing/field: the message 'text' has nothing at /txt"),
        (f"{ROW}/billing/measure", "calls", "/billing/measure"),
        (f"{ROW}/limits/windows", ["per-minut"], "/limits/windows/0: no window 'per-minut'; did you mean 'per-minute'?"),
        (f"{ROW}/limits/sessions", 0, "/limits/sessions"),
        (f"{ROW}/closes/idle/code", 99, "/closes/idle/code"),
        (f"{ROW}/errors/unknown-vice", {}, "/errors"),
        ("/x-voice-ambiguities/live-tokens/talk/socket", "speak-liv", "/live-tokens/talk/socket: no row 'speak-liv' in x-voice-websockets; did you mean 'speak-live'?"),
        ("/x-voice-ambiguities/live-tokens/probe", {"operation": "getProfile"}, "expected exactly one of probe and x-mock-probe, or talk"),
        (f"{SCHEMAS}/SocketText/properties/text", {"type": "string"}, "x-voice-source of the member 'text' is missing"),
    ],
)  # fmt: skip
def test_a_slip_is_named(pointer: str, value: Any, said: str) -> None:
    found = problems(pointer, value)

    assert any(said in one for one in found), found


@pytest.mark.parametrize(
    "part", ["errors/credits", "closes/idle", "server/audio", "client/stop", "billing", "limits", "order"]
)
def test_what_every_row_needs_is_missed(part: str) -> None:
    found = check_document(remove(document("fishaudio-net"), f"{ROW}/{part}"), "spec.yaml")

    assert any(f"{ROW}/{part}: is missing" in one for one in found), found


def test_a_row_nobody_speaks_in_is_named() -> None:
    from mockvoice.providers import load, load_needs
    from mockvoice.service.needs import needs_check

    sound = document("fishaudio-net")
    changed = {**sound, "x-voice-websockets": {"speak-liv": sound["x-voice-websockets"]["speak-live"]}}

    found = check_document(changed, "spec.yaml", needs_check(load("fishaudio-net"), load_needs("fishaudio-net")))

    assert "spec.yaml: /x-voice-websockets/speak-liv: nobody speaks in 'speak-liv'; did you mean 'speak-live'?" in found
