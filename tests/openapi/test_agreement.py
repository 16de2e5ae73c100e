"""The tables of a spec and its OpenAPI part have to agree; each disagreement is named with its place and a way out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness.tiny import problems

SAY = "/paths/~1say/post"
HERE = {"seen": "assumed", "source": "here"}
S = {"x-voice-source": HERE}

EVENTS = {"with": {"voice": "one"}, "type": "/status", "delta": "queued", "piece": "/id", "done": "done"}


def heard(**shape: Any) -> dict[str, Any]:
    """A table of a transcript with one shape, which has a text."""
    return {"audio": "text", "shapes": {"*": {"text": "/result", **shape}}, **HERE}


@pytest.mark.parametrize(
    ("pointer", "value", "said"),
    [
        # who may call
        ("/security", [{"beare": []}], "tiny.yaml: /security/0/beare: no scheme 'beare' in /components/securitySchemes; did you mean 'bearer'?"),
        (f"{SAY}/security", [{"bearr": []}], f"{SAY}/security/0/bearr: no scheme 'bearr'"),
        (f"{SAY}/security", [], f"{SAY}/security: expected a way in, for 'say' costs something; schemes: bearer"),
        (f"{SAY}/security", [{}], f"{SAY}/security: expected a way in"),
        # what is answered
        ("/components/responses/R404", {"description": "d", **S}, "/components/responses/R404/content: is missing: expected a media type with a schema, or x-voice-empty: true"),
        ("/components/responses/R400/content/application~1json", {}, "/R400/content/application~1json/schema: is missing: every media object has it"),
        ("/components/responses/R400/x-voice-empty", True, "/R400/x-voice-empty: is said of a response that has content"),
        ("/components/responses/R404", {"description": "d", "x-voice-empty": True, **S}, "/x-voice-errors/no_path/body: is application/json, but response 404 of 'R404' has none"),
        (f"{SAY}/responses/200/links", {"next": {"operationId": "task", "parameters": {"idd": "$response.body#/id"}}}, "/links/next/parameters/idd: no parameter 'idd' in 'task'; did you mean 'id'?"),
        ("/paths/~1task~1{id}/get/parameters/0/name", "idd", "no required path parameter 'id', which the path of 'task' has; did you mean 'idd'?"),
        # what an answer tells
        (f"{SAY}/responses/200/headers/X-Left/x-voice-value", "measured:second", "unknown unit 'second'; did you mean 'seconds'?"),
        ("/components/schemas/Error/properties/error/x-voice-value", "balanc", "/error/x-voice-value: unknown value 'balanc' of a member; did you mean 'balance'?"),
        ("/components/schemas/Error/properties/error/x-voice-value", "balance", "/error/x-voice-value: is said of what is no number; expected the type number or integer"),
        ("/components/schemas/Say/properties/speed/x-voice-value", "charged", "/speed/x-voice-value: is said of a request; only an answer tells a value"),
        # what a call takes and leaves
        (f"{SAY}/x-voice-shortest", {"with": {"tex": "a"}}, "/x-voice-shortest/with/tex: no field 'tex' in 'say'; did you mean 'text'?"),
        (f"{SAY}/x-voice-shortest", {"clips": {"text": "helo-en.mp3"}}, "/x-voice-shortest/clips/text: no clip 'helo-en.mp3'"),
        (f"{SAY}/x-voice-shortest", {"with": {"text": "https://gone.mock.test/"}}, "/x-voice-shortest: '.mock.test' is the simulator's"),
        (f"{SAY}/x-voice-creates", {"what": ["taks"], **HERE}, "/x-voice-creates/what/0: unknown value 'taks'; did you mean 'task'?"),
        (f"{SAY}/x-voice-creates", {"what": ["task"], "delete": "tsk", **HERE}, "/x-voice-creates/delete: no operation 'tsk'; did you mean 'task'?"),
        # what is said and heard
        (f"{SAY}/x-voice-speech", {"text": "txt", **HERE}, "/x-voice-speech/text: no such field of the request; did you mean 'text'?"),
        (f"{SAY}/x-voice-speech", {"text": "text", "task": "jb", **HERE}, "/x-voice-speech/task: no machine 'jb' that this operation starts; did you mean 'job'?"),
        ("/paths/~1task~1{id}/get/x-voice-speech", {"text": "id", "task": "job", **HERE}, "/x-voice-speech/task: no machine 'job' that this operation starts"),
        (f"{SAY}/x-voice-speech", {"text": "text", "events": EVENTS, **HERE}, "/x-voice-speech/events: the answer has no text/event-stream"),
        (f"{SAY}/x-voice-transcript", {"audio": "text", "shapes": {"jsn": {"is": "text"}}, **HERE}, "/x-voice-transcript/shapes/jsn: no such form in x-voice-formats"),
        (f"{SAY}/x-voice-transcript", heard(text="/txt"), "/x-voice-transcript/shapes/*/text: the answer has nothing at /txt"),
        (f"{SAY}/x-voice-transcript", heard(language={"at": "/lang", "as": "name"}), "/shapes/*/language/at: the answer has nothing at /lang"),
        (f"{SAY}/x-voice-transcript", heard(words={"at": "/parts", "text": "/word", "start": "/a", "end": "/a"}), "/shapes/*/words/start: the answer has nothing at /a"),
        (f"{SAY}/x-voice-transcript", heard(**{"with": {"voic": "one"}}), "/shapes/*/with/voic: no such field of the request; did you mean 'voice'?"),
        (f"{SAY}/x-voice-transcript", {**heard(), "text-only": {"query": {"plain": "1"}}}, "/x-voice-transcript/text-only/query/plain: no such parameter"),
        # who makes a task, and where it is told
        ("/x-voice-tasks/job/create", "sai", "/x-voice-tasks/job/create: no operation 'sai'; did you mean 'say'?"),
        ("/x-voice-tasks/job/state", "/state", "/x-voice-tasks/job/state: the answer of 'say' has nothing at /state"),
        ("/x-voice-tasks/job/progress-at", "/status/x", "/x-voice-tasks/job/progress-at: the answer of 'task' has nothing at /status/x"),
        # what is named
        (f"{SAY}/x-voice-clips", {"text": "helo-en.mp3"}, f"{SAY}/x-voice-clips/text: no clip 'helo-en.mp3' in the fixtures; did you mean 'hello-en.mp3'?"),
        (f"{SAY}/x-voice-clips", {"texx": "hello-en.mp3"}, f"{SAY}/x-voice-clips/texx: no field 'texx' in 'say'; did you mean 'text'?"),
        ("/x-voice-provocations/no-key/request", {"role": None, "clips": {"f": "helo-en.mp3"}}, "/x-voice-provocations/no-key/request/clips/f: no clip 'helo-en.mp3'"),
        ("/x-voice-provocations/no-key/request", {"with": {"a": ["data-url:nix.mp3"]}}, "/request/with/a/0: no clip 'nix.mp3'"),
        ("/x-voice-provocations/no-key/request", {"with": {"a": "clip-url:nix.mp3"}}, "/request/with/a: no clip 'nix.mp3'"),
        # what any endpoint is asked
        ("/x-voice-provocations/broken", {"code": "broken", "request": {}}, "/x-mock-provocations/broken: stands in x-voice-provocations as well"),
        ("/x-voice-provocations/no-key/request", {"headers": {"X-Mockvoice-Fault": "no_key"}}, "/x-voice-provocations/no-key/request: 'x-mockvoice-' is the simulator's; expected it in x-mock-provocations"),
        ("/x-voice-provocations/no-key/request", {"first": [{"with": {"a": ["https://gone.mock.test/"]}}]}, "/no-key/request/first/0: '.mock.test' is the simulator's"),
        ("/x-voice-ambiguities/status/probe/with", {"text": "https://gone.mock.test/"}, "/x-voice-ambiguities/status/probe: '.mock.test' is the simulator's"),
        ("/x-voice-ambiguities/status/x-mock-probe", {"operation": "say"}, "/x-voice-ambiguities/status/probe: expected exactly one of probe and x-mock-probe"),
        ("/x-mock-triggers", {"t": {"operation": "say", "field": "textt", "contains": "x", "refuses": "bad", "what": "w"}}, "/x-mock-triggers/t/field: no field 'textt' in 'say'; did you mean 'text'?"),
        (f"{SAY}/x-voice-billing/field", "textt", f"{SAY}/x-voice-billing/field: no field 'textt' in 'say'; did you mean 'text'?"),
        (f"{SAY}/x-voice-billing/steps/0/give", {"by": "voic", "values": {}, "otherwise": 1}, "/x-voice-billing/steps/0/give/by: no field 'voic' in 'say'; did you mean 'voice'?"),
        # YAML's no
        ("/components/schemas/Say/properties/voice", {"type": "string", "const": False, **S}, "/voice/const: expected a text, got False; write it in quotes"),
        ("/x-voice-figures", {"f": {"value": ["en", False], "what": "w", **HERE}}, "/x-voice-figures/f/value/1: expected a text like its neighbours, got False; write it in quotes"),
        ("/x-mock-figures", {"f": {"value": {"a": ["x", 1.0]}, "what": "w"}}, "/x-mock-figures/f/value/a/1: expected a text like its neighbours, got 1.0"),
    ],
)  # fmt: skip
def test_a_disagreement_is_named(pointer: str, value: Any, said: str) -> None:
    found = problems({pointer: value})

    assert any(said in one for one in found), found


def test_what_costs_nothing_may_be_open() -> None:
    assert problems({"/paths/~1task~1{id}/get/security": []}) == []


def test_a_response_may_say_that_its_body_is_empty() -> None:
    empty = {"description": "d", "x-voice-empty": True, **S}

    assert problems({"/components/responses/R404": empty}, ("/x-voice-errors/no_path/body",)) == []


def test_a_row_without_a_probe_is_named() -> None:
    (said,) = problems({}, ("/x-voice-ambiguities/status/probe",))

    assert "/x-voice-ambiguities/status/probe: expected exactly one of probe and x-mock-probe" in said


def test_a_magic_word_in_what_any_endpoint_is_asked_is_named() -> None:
    trigger = {"operation": "say", "field": "text", "contains": "magic", "refuses": "bad", "what": "w"}
    request = {"operation": "say", "with": {"text": "a magic word"}}

    found = problems({"/x-mock-triggers": {"t": trigger}, "/x-voice-provocations/no-key/request": request})

    (said,) = found
    assert "/x-voice-provocations/no-key/request: 'magic' is the simulator's" in said


def test_a_clip_that_is_nowhere_may_be_asked_for() -> None:
    gone = {"with": {"a": "clip-url:nothing-of-the-kind.mp3"}}

    assert problems({"/x-voice-provocations/no-key/request": gone}) == []


def test_a_number_of_an_answer_may_be_a_balance() -> None:
    member = {"type": "integer", "x-voice-value": "balance"}

    assert problems({"/components/schemas/Error/properties/left": member}) == []


@pytest.mark.parametrize(
    ("table", "value"),
    [
        ("x-voice-speech", {"text": "text", "voice": "voice", "speed": "speed", "task": "job", **HERE}),
        ("x-voice-transcript", {**heard(), "task": "job"}),
        ("x-voice-transcript", heard(words={"at": "/parts", "text": "/word", "start": "/word", "end": "/word"})),
    ],
)
def test_what_is_said_and_heard_may_be_told(table: str, value: dict[str, Any]) -> None:
    assert problems({f"{SAY}/{table}": value}) == []


@pytest.mark.parametrize(
    ("events", "said"),
    [
        (EVENTS, None),
        ({**EVENTS, "done": "dne"}, "/x-voice-speech/events/done: no event 'dne'; did you mean 'done'?"),
        ({**EVENTS, "piece": "/pice"}, "/x-voice-speech/events/piece: the answer has nothing at /pice"),
        ({**EVENTS, "with": {"voic": "one"}}, "/x-voice-speech/events/with/voic: no such field of the request"),
    ],
)
def test_events_are_those_of_the_answer(events: dict[str, Any], said: str | None) -> None:
    data = {"schema": {"$ref": "#/components/schemas/Task"}}
    answer = {f"{SAY}/responses/200/content/text~1event-stream": data}

    found = problems({**answer, f"{SAY}/x-voice-speech": {"text": "text", "events": events, **HERE}})

    assert found == [] if said is None else [said in one for one in found] == [True]
