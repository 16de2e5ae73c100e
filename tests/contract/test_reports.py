"""Reports are valid by public schemas, say alike what failed, leak no key and survive any answer."""

from __future__ import annotations

import hashlib
import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as XML

import jsonschema_rs
import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_tests.kit import reports
from contract_tests.kit.reports import json_report, wording
from contract_tests.kit.reports.files import write_whole
from contract_tests.kit.secrets import Secrets
from contract_tests.kit.verdicts import Fact, Finding, Record, Summary, Verdict, finding, note

SCHEMAS = Path(reports.__file__).parent / "schemas"
KEY = "mock-funded"
NASTY = (
    "bell \x07 escape \x1b[31m nul \x00 c1 \x85 emoji 😀 half \ud83d last \ufffe ]]> </failure> & {0} {a} ``` | \r\n x"
)
SEEN = {"breaking": "document", "risky": "published", "assumption": "assumed"}


def fact(seen: str = "document", name: str = "createSpeech") -> Fact:
    return Fact(f"/x-voice-billing/{name}", "a refused request costs nothing", seen, "001_131ecb28.txt")


def deviation(severity: str = "breaking", claim: str = "credits.refused_requests_are_free", got: str = "12") -> Finding:
    return finding(
        "aitre", "createSpeech", claim, fact(SEEN[severity]), expected="0 credits", got=got, curl="curl x", reply="402"
    )


def record(
    verdict: Verdict, *findings: Finding, claim: str = "credits.refused_requests_are_free", **more: Any
) -> Record:
    nodeid = f"test_{claim.replace('.', '.py::test_')}[createSpeech]"
    return Record(claim, "createSpeech", nodeid, verdict, findings=list(findings), **more)


def summary(*records: Record, **more: Any) -> Summary:
    told: dict[str, Any] = {"exit_code": 0, "exit_reason": "nothing is broken", "strict": False, **more}
    return Summary(
        provider="aitre", unit="microcents", target="http://127.0.0.1:8800/aitre", profile="standard", seed=3,
        started="2026-11-26T07:00:00Z", version="0.1.0", records=list(records), requests=21, credits=57,
        seconds=7.1234, **told,
    )  # fmt: skip


def full(**more: Any) -> Summary:
    added = note("aitre", "getVoice", "forward.x", fact(), verdict=Verdict.ADDED, expected="-", got="a member `tier`")
    told: dict[str, Any] = {
        "exit_code": 1,
        "exit_reason": "1 claim is broken",
        "readings": {"credits-short": "402", "a-row": "second"},
        "leftovers": ["voice vc_1"],
        **more,
    }
    return summary(
        record(Verdict.BROKEN, deviation(), judged=3, requests=2, credits=12, seconds=0.5),
        record(
            Verdict.DIFFERS, deviation("assumption", "tasks.progress_never_falls"), claim="tasks.progress_never_falls"
        ),
        record(Verdict.UNVERIFIED, claim="audio.audio_is_whole", reason="needs --low-token"),
        record(Verdict.OBSERVED, claim="ambiguities.the_endpoint_follows_one", reason="reading 402"),
        record(Verdict.ADDED, added, claim="forward.x"),
        record(Verdict.HOLDS, claim="audio.audio_is_not_silence", judged=4),
        **told,
    )


@cache
def junit_schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd"))


def junit(run: Summary) -> XML.Element:
    text = reports.rendered(run, "junit")
    junit_schema().validate(text)
    return XML.fromstring(text)  # noqa: S314 - our own text, valid by its schema


def case_of(run: Summary) -> XML.Element:
    case = junit(run).find("testsuite/testcase")
    assert case is not None
    return case


def parts(case: XML.Element) -> list[str]:
    return [part.tag for part in case]


@cache
def sarif_schema() -> jsonschema_rs.Validator:
    """Read the schema; the pattern of a member that we do not write has a bracket too many, as errata 01 says."""
    text = (SCHEMAS / "sarif-schema-2.1.0.json").read_text(encoding="utf-8")
    wrong, right = "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$", "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$"
    assert wrong in text
    return jsonschema_rs.validator_for(json.loads(text.replace(wrong, right)), validate_formats=True)


def sarif(run: Summary) -> dict[str, Any]:
    log = json.loads(reports.rendered(run, "sarif"))
    sarif_schema().validate(log)
    (one,) = log["runs"]
    assert isinstance(one, dict)
    return one


def every_kind(run: Summary, secrets: Secrets | None = None) -> dict[str, str]:
    return {kind: reports.rendered(run, kind, secrets=secrets) for kind in reports.KINDS}


# The schemas


def test_the_vendored_schemas_are_whole_and_as_their_readme_says() -> None:
    table = (SCHEMAS / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` .* \| (\d+) \| `(\w{64})` \|$", table, re.MULTILINE)

    files = {path.name: path.read_bytes() for path in SCHEMAS.iterdir() if path.suffix != ".md"}

    assert {name: (int(size), digest) for name, size, digest in rows} == {
        name: (len(data), hashlib.sha256(data).hexdigest()) for name, data in files.items()
    }


@pytest.mark.parametrize("broken", ['<testsuite name="x"/>', '<testsuites><testcase name="x"/></testsuites>'])
def test_the_junit_schema_refuses_what_is_no_junit(broken: str) -> None:
    assert not junit_schema().is_valid(broken)


def test_the_sarif_schema_refuses_what_is_no_sarif() -> None:
    log = json.loads(reports.rendered(full(), "sarif"))
    log["runs"][0]["results"][0]["level"] = "fatal"

    assert not sarif_schema().is_valid(log)


# JSON


def test_the_json_report_tells_everything_and_explains_itself() -> None:
    told = json.loads(reports.rendered(full(accepted=["an.id"]), "json"))

    assert told["format"] == json_report.FORMAT == "mockvoice-contract/1"
    assert told["exit"] == {"code": 1, "reason": "1 claim is broken"}
    assert told["verdicts"] == {verdict.value: 1 for verdict in Verdict}
    assert set(told["legend"]["verdict"]) == {verdict.value for verdict in Verdict}
    assert (told["requests"], told["credits"], told["unit"], told["seconds"]) == (21, 57, "microcents", 7.123)
    assert told["accepted"] == ["an.id"]
    assert told["records"][0] == {
        "claim": "credits.refused_requests_are_free",
        "family": "credits",
        "sentence": "refused requests are free",
        "operation": "createSpeech",
        "nodeid": "test_credits.py::test_refused_requests_are_free[createSpeech]",
        "verdict": "broken",
        "fails": True,
        "reason": "",
        "judged": 3,
        "requests": 2,
        "credits": 12,
        "seconds": 0.5,
        "findings": [
            {
                "id": "aitre.createSpeech.credits.refused_requests_are_free./x-voice-billing/createSpeech",
                "verdict": "broken",
                "severity": "breaking",
                "claim": "credits.refused_requests_are_free",
                "operation": "createSpeech",
                "fact": {
                    "pointer": "/x-voice-billing/createSpeech",
                    "text": "a refused request costs nothing",
                    "seen": "document",
                    "source": "001_131ecb28.txt",
                },
                "expected": "0 credits",
                "got": "12",
                "curl": "curl x",
                "reply": "402",
                "accepted": False,
            }
        ],
    }


def test_the_same_run_gives_the_same_bytes_whatever_the_order_of_its_readings() -> None:
    one = every_kind(full(readings={"a": "1", "b": "2"}))

    assert one == every_kind(full(readings={"b": "2", "a": "1"}))


# JUnit


def test_junit_has_a_suite_a_family_and_a_case_a_claim() -> None:
    root = junit(full())

    assert {suite.get("name"): [case.get("name") for case in suite.iter("testcase")] for suite in root} == {
        "aitre.credits": ["test_refused_requests_are_free[createSpeech]"],
        "aitre.tasks": ["test_progress_never_falls[createSpeech]"],
        "aitre.audio": ["test_audio_is_whole[createSpeech]", "test_audio_is_not_silence[createSpeech]"],
        "aitre.ambiguities": ["test_the_endpoint_follows_one[createSpeech]"],
        "aitre.forward": ["test_x[createSpeech]"],
    }
    assert [root.get(name) for name in ("tests", "failures", "errors", "time")] == ["6", "1", "0", "7.123"]
    assert [root[2].get(name) for name in ("tests", "failures", "errors", "skipped")] == ["2", "0", "0", "1"]
    assert {case.get("classname") for case in root[2].iter("testcase")} == {"contract_tests.test_audio"}


@pytest.mark.parametrize(
    ("ended", "more", "expected"),
    [
        (record(Verdict.HOLDS), {}, []),
        (record(Verdict.BROKEN, deviation()), {}, ["failure"]),
        (record(Verdict.BROKEN, reason="the claim itself stopped"), {}, ["failure", "system-out"]),
        (record(Verdict.BROKEN, deviation()), {"accepted": [deviation().id]}, ["system-out"]),
        (record(Verdict.DIFFERS, deviation("assumption")), {}, ["system-out"]),
        (record(Verdict.DIFFERS, deviation("assumption")), {"strict": True}, ["failure"]),
        (record(Verdict.UNVERIFIED, reason="needs --low-token"), {}, ["skipped"]),
        (record(Verdict.OBSERVED, reason="reading 402"), {}, ["system-out"]),
    ],
)
def test_each_verdict_has_its_place_in_junit(ended: Record, more: dict[str, Any], expected: list[str]) -> None:
    assert parts(case_of(summary(ended, **more))) == expected


def test_a_new_finding_fails_beside_an_accepted_one() -> None:
    old, new = deviation(got="old"), deviation("risky", "credits.other", got="new")

    case = case_of(summary(record(Verdict.BROKEN, old, new), accepted=[old.id]))

    assert parts(case) == ["failure", "system-out"]
    assert case[0].get("message") == "expected 0 credits; got new"
    assert case[0].get("type") == "risky"
    assert "accepted by the baseline" in str(case[1].text)


def test_a_failure_tells_rule_fact_source_request_and_reply() -> None:
    case = case_of(full())

    assert str(case[0].text).splitlines() == [
        "rule: refused requests are free (credits.refused_requests_are_free[createSpeech])",
        "verdict: broken, breaking",
        "fact: a refused request costs nothing (document: 001_131ecb28.txt; /x-voice-billing/createSpeech)",
        "expected: 0 credits",
        "got: 12",
        "request: curl x",
        "reply: 402",
        "id: aitre.createSpeech.credits.refused_requests_are_free./x-voice-billing/createSpeech",
    ]


@pytest.mark.parametrize(("code", "errors"), [(0, "0"), (1, "0"), (2, "1"), (3, "1")])
def test_a_run_that_could_not_look_is_an_error_and_never_only_skipped(code: int, errors: str) -> None:
    run = summary(record(Verdict.UNVERIFIED, reason="401"), exit_code=code, exit_reason="unreachable")

    assert junit(run).get("errors") == errors


# SARIF


def test_sarif_has_a_rule_a_claim_and_a_result_a_finding() -> None:
    run = sarif(full())

    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == sorted({one.claim for one in full().records})
    assert [(one["ruleId"], one["level"]) for one in run["results"]] == [
        ("credits.refused_requests_are_free", "error"),
        ("tasks.progress_never_falls", "note"),
        ("forward.x", "note"),
    ]
    assert [rules[one["ruleIndex"]] for one in run["results"]] == [one["ruleId"] for one in run["results"]]


def test_a_sarif_result_stands_at_its_fact_and_is_known_again_by_its_id() -> None:
    result = sarif(full())["results"][0]

    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {"uri": "specs/aitre.yaml", "uriBaseId": "SRCROOT"}
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "/x-voice-billing/createSpeech"
    assert result["partialFingerprints"] == {"findingId/v1": deviation().id}


@pytest.mark.parametrize(
    ("severity", "strict", "level"),
    [
        ("breaking", False, "error"),
        ("risky", False, "warning"),
        ("assumption", False, "note"),
        ("assumption", True, "warning"),
    ],
)
def test_severity_decides_the_level(severity: str, strict: bool, level: str) -> None:
    run = sarif(summary(record(Verdict.BROKEN, deviation(severity)), strict=strict))

    assert run["results"][0]["level"] == level


def test_an_accepted_finding_is_suppressed_in_sarif() -> None:
    run = sarif(full(accepted=[deviation().id]))

    assert [one.get("suppressions", [{}])[0].get("status") for one in run["results"]] == ["accepted", None, None]


def test_braces_in_a_sarif_message_are_no_placeholders() -> None:
    run = sarif(summary(record(Verdict.BROKEN, deviation(got='{"a": 1}'))))

    assert 'got {{"a": 1}}.' in run["results"][0]["message"]["text"]
    assert run["results"][0]["properties"]["got"] == '{"a": 1}'


@pytest.mark.parametrize(("code", "successful"), [(0, True), (1, True), (2, False), (3, False)])
def test_sarif_tells_whether_the_run_could_look_and_what_stayed_unverified(code: int, successful: bool) -> None:
    (invocation,) = sarif(full(exit_code=code))["invocations"]

    assert invocation["executionSuccessful"] is successful
    (told,) = invocation["toolExecutionNotifications"]
    assert told["message"]["text"] == "audio.audio_is_whole[createSpeech] is unverified: needs --low-token"


# Markdown


def test_markdown_shows_verdicts_findings_unverified_readings_leftovers_and_cost() -> None:
    text = reports.rendered(full(), "md")

    assert re.findall("^#+ .*", text, re.MULTILINE) == [
        "# Contract of aitre at `http://127.0.0.1:8800/aitre`",
        "## Findings: 3",
        "### 1. refused requests are free: broken",
        "### 2. progress never falls: differs from an assumption",
        "### 3. x: added",
        "## Unverified",
        "## Observed readings",
        "## Left behind (could not be deleted)",
        "## Cost",
    ]
    assert "**Exit 1: 1 claim is broken.**" in text
    assert "| audio | 1 | 0 | 0 | 1 | 0 | 0 |\n" in text
    assert "| all | 1 | 1 | 1 | 1 | 1 | 1 |\n" in text
    assert "- Expected: `0 credits`\n- Got: `12`\n" in text
    assert "Request:\n\n```sh\ncurl x\n```\n" in text
    assert "- needs --low-token: `audio.audio_is_whole[createSpeech]`" in text
    assert "- `a-row`: second\n- `credits-short`: 402\n" in text
    assert "- voice vc_1" in text
    assert "21 requests, at most 57 microcents, 7.1 seconds." in text


def test_the_severest_finding_stands_first_in_markdown() -> None:
    found = [deviation("assumption", "a.mild"), deviation("breaking", "b.worst"), deviation("risky", "c.middling")]

    text = reports.rendered(summary(record(Verdict.BROKEN, *found)), "md")

    assert re.findall(r"^### \d\. (\w+)", text, re.MULTILINE) == ["worst", "middling", "mild"]


def test_line_ends_of_http_do_not_clutter_a_fence() -> None:
    text = reports.rendered(summary(record(Verdict.BROKEN, deviation(got="402\r\nA: b\x1b\r\n"))), "md")

    assert "```text\n402\nA: b\\x1b\n```" in text


def test_a_fence_is_longer_than_the_backticks_in_it() -> None:
    text = reports.rendered(summary(record(Verdict.BROKEN, deviation(got="````\nnot the end"))), "md")

    assert "`````text\n````\nnot the end\n`````\n" in text


# All kinds


def test_any_answer_survives_in_every_kind() -> None:
    run = full(exit_reason=NASTY, leftovers=[NASTY], readings={"row": NASTY})
    run.records += [record(Verdict.BROKEN, deviation(got=NASTY)), record(Verdict.UNVERIFIED, claim="a.b", reason=NASTY)]

    junit(run)
    sarif(run)
    json.loads(reports.rendered(run, "json"))
    text = reports.rendered(run, "junit")

    assert "bell \\x07 escape \\x1b[31m nul \\x00" in text
    assert "emoji 😀 half \\ud83d last \\ufffe" in text


@settings(deadline=None, max_examples=50)
@given(text=st.text(st.characters(), max_size=60))
def test_any_text_at_all_gives_valid_junit_and_json(text: str) -> None:
    run = summary(
        record(Verdict.BROKEN, deviation(got=text)), record(Verdict.UNVERIFIED, reason=text), exit_reason=text
    )

    junit(run)

    assert json.loads(reports.rendered(run, "json"))["records"][0]["findings"][0]["got"] == text


@pytest.mark.parametrize("kind", reports.KINDS)
def test_no_kind_leaks_a_key_from_any_field(kind: str) -> None:
    told = {name: f"{name} {KEY} bW9jay1mdW5kZWQ= mock%2Dfunded" for name in ("expected", "got", "curl", "reply")}
    leaking = finding("aitre", "-", f"a.{KEY}", Fact(KEY, KEY, "document", KEY), **told)
    run = full(exit_reason=KEY, leftovers=[KEY], readings={KEY: KEY}, accepted=[KEY])
    run.target = f"http://127.0.0.1/{KEY}"
    run.records.append(Record("a.b", "-", f"test_a.py::test_b[{KEY}]", Verdict.BROKEN, KEY, findings=[leaking]))
    secrets = Secrets({"empty": KEY})

    text = reports.rendered(run, kind, secrets=secrets)

    assert "[key: empty]" in text
    assert secrets.found_in(text.encode()) == []


@pytest.mark.parametrize("kind", reports.KINDS)
def test_user_and_password_of_the_target_are_masked(kind: str) -> None:
    run = full()
    run.target = "https://me:hunter2@gateway.example/x"
    run.records[0].findings[0] = deviation(got="curl https://me:hunter2@gateway.example/x/v1")

    text = reports.rendered(run, kind)

    assert "hunter2" not in text
    assert "https://[user]@gateway.example/x" in text


def test_the_summary_itself_is_left_as_it_was() -> None:
    run = full(leftovers=[KEY])

    reports.rendered(run, "json", secrets=Secrets([KEY]))

    assert run == full(leftovers=[KEY])


def test_an_empty_run_gives_valid_reports() -> None:
    junit(summary())
    sarif(summary())

    assert "## Findings: none" in reports.rendered(summary(), "md")


def test_an_unknown_kind_is_refused_with_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"'junt'; expected one of json, junit, sarif, md; did you mean junit\?"):
        reports.rendered(summary(), "junt")


def test_the_readme_names_every_kind() -> None:
    readme = (SCHEMAS.parent / "README.md").read_text(encoding="utf-8")

    assert re.findall(r"^\| `(\w+)` \| `", readme, re.MULTILINE) == list(reports.KINDS)


# Files


@pytest.mark.parametrize("kind", reports.KINDS)
def test_a_report_is_written_whole_and_leaves_nothing_beside_it(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "report"
    run = full(leftovers=["half \ud83d"])

    reports.write(run, kind, path)
    reports.write(run, kind, path)

    assert path.read_text(encoding="utf-8") == reports.rendered(run, kind).replace("\ud83d", "\\ud83d")
    assert [one.name for one in path.parent.iterdir()] == ["report"]


def test_a_failed_write_leaves_the_old_report_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.json"
    path.write_text("old")

    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError):
        write_whole(path, "new")

    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["report.json"]


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    write_whole(pipe, "text")

    assert os.read(reader, 100) == b"text"
    assert pipe.is_fifo()
    os.close(reader)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.json").write_text("old")
    (tmp_path / "link.json").symlink_to("real.json")

    write_whole(tmp_path / "link.json", "new")

    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "real.json").read_text() == "new"


def test_words_are_shared_and_short() -> None:
    assert wording.sentence("audio.speed_halves_the_duration") == "speed halves the duration"
    assert wording.place(Record("a.b", "-", "", Verdict.HOLDS)) == "a.b"
    assert wording.cut("a\n  b") == "a b"
    assert len(wording.cut("x" * 500)) == wording.SHORT_CHARACTERS
