"""The loader refuses what it does not understand: with file, pointer, what was expected, and the nearest name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockvoice.core.errors import SpecError
from mockvoice.openapi import documents
from mockvoice.openapi.documents import parse_yaml, read_document
from tests.harness.tiny import problems

SAY = "/paths/~1say/post"
S = {"seen": "assumed", "source": "here"}


def test_the_tiny_spec_is_sound() -> None:
    assert problems({}) == []


@pytest.mark.parametrize(
    ("pointer", "value", "said"),
    [
        # unknown keys, of OpenAPI and of ours, with the nearest name
        ("/pathes", {}, "/pathes: unknown key in a document object; did you mean 'paths'?"),
        (f"{SAY}/sumary", "x", f"{SAY}/sumary: unknown key in a operation object; did you mean 'summary'?"),
        (f"{SAY}/x-voice-biling", {}, "unknown extension in a operation object; did you mean 'x-voice-billing'?"),
        ("/x-voice-tables", {}, "/x-voice-tables: unknown extension in a document object"),
        ("/components/schemas/Say/properties/text/maxLenght", 3, "did you mean 'maxLength'?"),
        ("/components/schemas/Say/properties/text/x-voice-sauce", S, "did you mean 'x-voice-source'?"),
        ("/x-voice-errors/bad/stauts", 1, "/x-voice-errors/bad/stauts: unknown key; did you mean 'status'?"),
        (f"{SAY}/x-voice-billing/measure", "code-point", "unknown value 'code-point'; did you mean 'code-points'?"),
        ("/x-mock-accounts/mock-low/balanse", 1, "unknown key; did you mean 'balance'?"),
        ("/x-mock-accounts/mock-lo", {"token": "x", "balance": 1}, "unknown role; did you mean 'mock-low'?"),
        # sources
        ("/x-voice-errors/bad/source", "hear", "/x-voice-errors/bad/source: unknown source 'hear'; did you mean 'here'?"),
        ("/x-voice-errors/bad/seen", "guessed", "unknown value 'guessed'"),
        ("/x-voice-errors/bad/seen", "document", "'document' does not fit the source 'here', which is of kind 'convention'"),
        ("/x-voice-errors/bad/source", "doc.txt", "'assumed' does not fit the source 'doc.txt'"),
        ("/components/schemas/Say/properties/new", {"type": "string"}, "/new/x-voice-source: is missing"),
        ("/components/schemas/Say/properties/voice/x-voice-source/parts", {"enums": S}, "/parts/enums: the object has no such key; did you mean 'enum'?"),
        ("/components/schemas/Say/properties/voice/x-voice-source/parts", {"enum": {**S, "source": "hear"}}, "unknown source 'hear'"),
        # YAML's traps
        ("/components/schemas/Say/properties/voice/enum", ["one", False], "/enum/1: expected a text, got False; write it in quotes"),
        ("/components/schemas/Say/properties/voice/enum/1", 1.0, "/enum/1: expected a text, got 1.0"),
        ("/components/schemas/Say/properties/voice/default", "onee", "'onee' is not in the enum; did you mean 'one'?"),
        (f"{SAY}/responses", {200: {}}, "expected a text as key, got 200; put it in quotes"),
        # errors and codes
        ("/x-voice-errors/short/status", 418, "/x-voice-errors/short/status: operation 'say' has no response 418; it has 200, 400"),
        ("/x-voice-errors/short/body", "plain", "is text/plain, but response 402 of 'say' has application/json"),
        ("/x-voice-errors/short/operations", ["sey"], "no operation 'sey'; did you mean 'say'?"),
        ("/x-voice-errors/no_path/response", "R40", "no response component 'R40'; did you mean 'R40"),
        ("/x-voice-errors/bad/body", {"error": "{code"}, "/x-voice-errors/bad/body: '{code'"),
        ("/x-voice-refusals/missing", "badd", "/x-voice-refusals/missing: no row 'badd' in x-voice-errors; did you mean 'bad'?"),
        ("/x-voice-refusals/missing", {"text": "bad"}, "names single fields but has no '*'"),
        ("/x-voice-refusals/mising", "bad", "/x-voice-refusals: a key does not fit"),
        (f"{SAY}/x-voice-billing/refusal", "shot", "no row 'shot' in x-voice-errors; did you mean 'short'?"),
        ("/x-voice-limits/windows/per-minute/refusal", "oft", "no row 'oft' in x-voice-errors"),
        ("/x-voice-provocations/no-key/code", "no_keys", "no row 'no_keys' in x-voice-errors; did you mean 'no_key'?"),
        ("/x-mock-faults", {"shot": {"plan": "PRO"}}, "/x-mock-faults/shot: no row 'shot' in x-voice-errors; did you mean 'short'?"),
        # tasks
        ("/x-voice-tasks/job/edges", {"queued": ["dome", "failed"]}, "state 'dome' is not in the enum at #/components/schemas/Task"),
        ("/components/schemas/Task/properties/status/enum", ["queued", "done", "failed", "lost"], "the enum has 'lost', the machine has not"),
        ("/x-voice-tasks/job/edges", {"queued": ["done"]}, "state 'failed' cannot be reached from 'queued'"),
        ("/x-voice-tasks/job/edges/done", ["queued"], "'done' is terminal, yet has a way out"),
        ("/x-voice-tasks/job/terminal", ["done"], "'failed' has no way out, yet is not terminal"),
        ("/x-voice-tasks/job/enum", "#/nowhere", "/x-voice-tasks/job/enum: nothing at '#/nowhere'"),
        ("/x-mock-pace/job/queue", 1, "/x-mock-pace/job/queue: is no state that ends; did you mean 'queued'?"),
        ("/x-mock-pace/jobb", {}, "no machine 'jobb'; did you mean 'job'?"),
        # limits and headers
        (f"{SAY}/x-voice-limits", {"apply": ["per-minut"]}, "no window 'per-minut' in x-voice-limits; did you mean 'per-minute'?"),
        (f"{SAY}/responses/200/headers/X-Left/x-voice-value", "rate-remain:per-minute", "unknown value 'rate-remain'; did you mean 'rate-remaining'?"),
        (f"{SAY}/responses/200/headers/X-Left/x-voice-value", "rate-limit:per-hour", "no window 'per-hour'"),
        ("/x-mock-accounts/mock-low/used", {"per-minut": 1}, "no window 'per-minut' in x-voice-limits; did you mean 'per-minute'?"),
        ("/x-mock-accounts/mock-low/allowances", {"at-once": 1}, "no window 'at-once' in x-voice-limits"),
        ("/x-mock-addresses", {"allowances": {"127.0.0.1": {"per-minute": 9}}}, "no window 'per-minute' in x-voice-limits"),
        ("/x-voice-limits/windows/per-minute/per", "adress", "unknown value 'adress'; did you mean 'address'?"),
        ("/x-voice-limits/at-once", {"calls": 2, "wait": 1, "refusal": "shot", **S}, "no row 'shot' in x-voice-errors; did you mean 'short'?"),
        ("/x-mock-accounts/mock-low/budget", {"period": "daily", "amount": 9}, "no period 'daily' in x-voice-limits/budgets"),
        ("/x-mock-accounts/mock-low/standing", "expired", "/x-voice-refusals/expired: is missing"),
        (f"{SAY}/x-voice-scope", {"nam": "audio", **S}, "unknown key; did you mean 'name'?"),
        (f"{SAY}/x-voice-routing", {"items": "/a", "id": "/b", "operation": "sy", "member": "text", "refusals": ["short"], **S}, "no operation 'sy'; did you mean 'say'?"),
        (f"{SAY}/x-voice-routing", {"items": "/a", "id": "/b", "operation": "say", "member": "text", "refusals": ["shot"], **S}, "no row 'shot' in x-voice-errors"),
        # order
        ("/x-voice-precedence/order", ["path", "auth", "limits", "credits", "body", "validate", "media"], "'credits' cannot speak before 'validate'"),
        ("/x-voice-precedence/order", ["path", "auth", "limits", "validate", "body", "media", "credits"], "'validate' cannot speak before 'body'"),
        ("/x-voice-precedence/order", ["path", "auth"], "/x-voice-precedence/order"),
        # ambiguities
        ("/x-voice-ambiguities/status/default", "short-42", "no reading 'short-42'; did you mean 'short-42"),
        ("/x-voice-ambiguities/status/readings/short-429/set", {"/x-voice-errors/shor/status": 1}, "leads nowhere"),
        ("/x-voice-ambiguities/status/readings/short-429/set", {"/x-voice-errors/short/status": 418}, "tiny.yaml with status=short-429: /x-voice-errors/short/status: operation 'say' has no response 418"),
        # references, examples, ids
        (f"{SAY}/responses/400", {"$ref": "#/components/responses/R40"}, "nothing at '#/components/responses/R40'; did you mean '#/components/responses/R40"),
        (f"{SAY}/requestBody/content/application~1json/examples/documented/value", {"text": 5}, "/value: does not satisfy its schema: /text"),
        ("/paths/~1task~1{id}/get/operationId", "say", "'say' stands twice"),
        ("/x-mock-ids/task", "{uid}", "/x-mock-ids/task: id pattern {uid:}: expected {uuid}"),
        ("/x-mock-accounts/mock-low/token", "mock-funded", "'mock-funded' belongs to another role as well"),
    ],
)  # fmt: skip
def test_a_fault_is_named(pointer: str, value: Any, said: str) -> None:
    found = problems({pointer: value})

    assert any(said in one for one in found), found
    assert all(one.startswith("tiny.yaml") for one in found)


@pytest.mark.parametrize(
    ("pointer", "said"),
    [
        (
            f"{SAY}/x-voice-source",
            f"tiny.yaml: {SAY}/x-voice-source: is missing: every operation names where it was seen",
        ),
        (f"{SAY}/responses/200/x-voice-source", "every response names"),
        ("/components/responses/R405/headers/Allow/x-voice-source", "every header names"),
        ("/components/securitySchemes/bearer/x-voice-source", "every security names"),
        ("/components/schemas/Say/properties/text/x-voice-source", "every request field names"),
        ("/x-mock-accounts/mock-low", "/x-mock-accounts/mock-low: is missing"),
        ("/x-voice-refusals/crash", "/x-voice-refusals/crash: is missing"),
        ("/x-voice-refusals/enum", f"{SAY}/x-voice-refusals/enum: is missing here and at the root"),
        (f"{SAY}/responses/402", "operation 'say' has no response 402"),
    ],
)
def test_what_is_missing_is_named(pointer: str, said: str) -> None:
    found = problems({}, (pointer,))

    assert any(said in one for one in found), found


def test_a_price_from_audio_needs_the_audio_first() -> None:
    order = ["path", "auth", "limits", "body", "validate", "credits", "media"]
    changes = {"/x-voice-precedence/order": order, f"{SAY}/x-voice-billing/measure": "audio-milliseconds"}

    assert any("'credits' cannot speak before 'media'" in one for one in problems(changes))
    assert problems({**changes, f"{SAY}/x-voice-billing/hold": 10}) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"a: 1\na: 2\n", "bad.yaml: line 2: the key 'a' stands twice in one mapping; keep one"),
        (b"a: [1, 2\n", "bad.yaml: no valid YAML"),
        (b"- a\n", "bad.yaml: expected a mapping at the top, got list"),
        (b"\xff\xfe\x00", "bad.yaml: no valid YAML"),
        (b"a: !!python/object/apply:os.system ['true']\n", "bad.yaml: no valid YAML"),
    ],
)
def test_bad_yaml_is_named_with_its_place(text: bytes, said: str) -> None:
    with pytest.raises(SpecError, match=r"bad\.yaml") as refused:
        parse_yaml(text, "bad.yaml")

    assert said in str(refused.value)


def test_a_sound_spec_is_parsed_once_and_a_changed_one_again(tmp_path: Path) -> None:
    path = tmp_path / "tiny.yaml"
    checked: list[str] = []

    def check(_document: dict[str, Any], name: str) -> list[str]:
        checked.append(name)
        return []

    path.write_text("a: 1\n")
    first = [read_document(path, check, tmp_path / "cache") for _ in range(3)]
    path.write_text("a: 2\n")
    second = read_document(path, check, tmp_path / "cache")

    assert first == [{"a": 1}] * 3
    assert second == {"a": 2}
    assert len(checked) == 2


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "tiny.yaml"
    path.write_text("a: 1\n")
    (tmp_path / "cache").write_text("a file where a folder should be")

    assert read_document(path, lambda _document, _name: [], tmp_path / "cache") == {"a": 1}


def test_a_spec_with_problems_is_never_cached(tmp_path: Path) -> None:
    path = tmp_path / "tiny.yaml"
    path.write_text("a: 1\n")

    for _ in range(2):
        with pytest.raises(SpecError, match="wrong"):
            read_document(path, lambda _document, _name: ["wrong"], tmp_path / "cache")

    assert list(tmp_path.glob("cache/**/*.json")) == []


def test_a_kept_spec_is_checked_anew_when_a_check_or_a_need_changes() -> None:
    package = Path(documents.__file__).parents[1]
    deciding = [*package.glob("openapi/**/*.py"), *package.glob("providers/*/*.py"), package / "service/needs.py"]

    stamp = documents._sources_stamp()

    assert [path.name for path in deciding if f"'{path}'" not in stamp] == []
