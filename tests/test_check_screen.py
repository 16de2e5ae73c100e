"""What is shown of a run: whole lines without a terminal, a board on one, and at the end all that was found."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from mockvoice.check.closing import close
from mockvoice.check.ending import Ending
from mockvoice.check.events import Finding, Tally, Verdict, read_event
from mockvoice.check.keys import Masker
from mockvoice.check.screen import LiveScreen, Screen
from mockvoice.check.texts import one_line, short_finding, shortened, visible
from tests.harness.fake_suite import end, finding, plan, record

Event = dict[str, Any]


def plain_console() -> Console:
    return Console(file=io.StringIO(), highlight=False, width=200)


def written(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def shown(*events: Event, screen: Screen | None = None) -> str:
    screen = screen or Screen(plain_console(), Tally())
    with screen:
        for event in events:
            read = read_event(json.dumps(event), Masker(()))
            assert read is not None
            screen.show(read)
    return written(screen.console)


def closed(*events: Event, ending: Ending = Ending(0, "nothing is broken"), **more: Any) -> str:  # noqa: B008
    tally, console = Tally(), plain_console()
    shown(*events, screen=Screen(console, tally))
    before = len(written(console))
    close(console, tally, ending, more.get("reports", ()), more.get("output", ""))
    return written(console)[before:]


def test_the_plan_comes_with_its_sums() -> None:
    text = shown(plan(130))

    assert "│ createSpeech │    12 │        345 │          90 │          12.5 │ 1 task  │" in text
    assert "│ 130 claims   │   400 │        345 │          90 │          12.5 │         │" in text


def test_a_plan_that_is_known_is_not_shown_again() -> None:
    assert shown(plan(), screen=Screen(plain_console(), Tally(), is_plan_known=True)) == ""


def test_findings_are_told_as_they_come_and_notes_too() -> None:
    text = shown(
        plan(40),
        {"event": "note", "text": "waiting 12 s, as Retry-After asks"},
        record("errors.bad", "broken", findings=[finding("errors.bad")]),
        record("audio.x", "differs from an assumption", findings=[finding("audio.x", "differs from an assumption")]),
    )

    assert "waiting 12 s, as Retry-After asks\n" in text
    assert "broken: errors.bad [createSpeech]: expected 401, got 200\n" in text
    assert "differs: audio.x [createSpeech]: expected 401, got 200\n" in text


def test_without_a_terminal_a_line_tells_of_each_tenth() -> None:
    events = [record(f"errors.claim_{place}", requests=1) for place in range(40)]

    lines = shown(plan(40), *events).split("└")[1].splitlines()[1:]

    assert len(lines) == 10
    assert lines[0] == "4 of 40 claims: 4 holds; 4 requests sent, at most 0 microcents spent"


@pytest.mark.parametrize("events", [(plan(1), record("a.b", "broken", findings=[finding("a.b")]), end(1))])
def test_without_a_terminal_there_are_no_control_codes(events: tuple[Event, ...]) -> None:
    assert "\x1b" not in shown(*events) + closed(*events)


def test_on_a_terminal_a_board_shows_how_far_it_is() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=100, color_system=None)
    tally = Tally()
    screen = LiveScreen(console, tally, now=iter([10.0, *[75.0] * 99]).__next__)

    text = shown(
        plan(4),
        record("audio.x", requests=3, credits=10),
        {"event": "start", "claim": "errors.bad", "operation": "createSpeech"},
        screen=screen,
    )

    assert "1/4 claims  3 requests sent, at most 10 microcents spent  1:05" in text
    assert "1 holds" in text
    assert "errors.bad [createSpeech]" in text


def test_verdicts_stand_by_family() -> None:
    text = closed(record("audio.x"), record("audio.y", "unverified"), record("errors.z", "broken"))

    assert "│ audio  │     1 │        │         │          1 │          │       │" in text
    assert "│ all    │     1 │      1 │       0 │          1 │        0 │     0 │" in text


def test_a_broken_claim_is_told_whole() -> None:
    text = closed(record("errors.bad", "broken", findings=[finding("errors.bad")]))

    assert (
        "broken  hadrian.createSpeech.errors.bad.p  (breaking)\n"
        "    claim     errors.bad [createSpeech]\n"
        "    fact      401 for a bad key\n"
        "    source    document: 001.txt; /x-voice-errors/bad_key\n"
        "    expected  401\n"
        "    got       200\n"
        "    curl      curl -i http://127.0.0.1:1/\n"
        "    reply     HTTP/1.1 200 OK\n"
    ) in text


def test_the_same_finding_is_told_once_with_its_count() -> None:
    text = closed(*[record("errors.bad", "broken", findings=[finding("errors.bad")])] * 3)

    assert text.count("hadrian.createSpeech.errors.bad.p") == 1
    assert "(breaking, seen 3 times)" in text


def test_an_accepted_finding_is_marked() -> None:
    ident = "hadrian.createSpeech.errors.bad.p"

    text = closed(record("errors.bad", "broken", findings=[finding("errors.bad")]), end(0, accepted=[ident]))

    assert f"broken  {ident}  (breaking, accepted)" in text
    assert f"accepted by the baseline:\n    {ident}\n" in text


def test_a_long_line_is_not_wrapped_away() -> None:
    curl = "curl " + "-H 'a: b' " * 60

    assert f"    curl      {curl.strip()}\n" in closed(
        record("errors.bad", "broken", findings=[finding("errors.bad", curl=curl)])
    )


def test_what_a_server_writes_cannot_steer_the_terminal() -> None:
    nasty = "\x1b[2J\x9b31m\r\x07\u202e\ud800[bold]"

    text = closed(record("errors.bad", "broken", findings=[finding("errors.bad", got=nasty, reply=nasty)]))

    assert "got       \\x1b[2J\\x9b31m\\r\\x07\\u202e\\ud800[bold]\n" in text
    assert not {"\x1b", "\x9b", "\r", "\x07", "\u202e"} & set(text)


def test_a_long_reply_is_shortened() -> None:
    text = closed(record("errors.bad", "broken", findings=[finding("errors.bad", reply="x\n" * 100 + "last")]))

    assert "last" not in text
    assert shortened("a" * 300) == "a" * 240 + "…"


def test_unverified_claims_stand_by_reason() -> None:
    events = [record(f"credits.{name}", "unverified", reason="needs --low-token") for name in "abc"]

    text = closed(*events, record("audio.x", "unverified"))

    assert "unverified:\n    3 × needs --low-token\n    1 × no answer was judged\n" in text


def test_readings_leftovers_and_cost_are_told() -> None:
    text = closed(
        record("ambiguities.x", "observed", reason="credits-short: 402"),
        record("audio.delivery_is_observed", "observed", reason="whole"),
        record("forward.x", "added", findings=[finding("forward.x", "added", expected="", got="a member `tea`")]),
        end(0, requests=1, credits=57, seconds=7.125, leftovers=["voice v1"], readings={"credits-short": "402"}),
    )

    assert (
        "observed:\n    credits-short=402\n    audio.delivery_is_observed [createSpeech]: whole\n\n"
        "left behind:\n    voice v1\n"
    ) in text
    assert "added:\n    forward.x [createSpeech]: got a member `tea`\n" in text
    assert "1 request sent, at most 57 credits spent, 7.1 s\n" in text


def test_only_reports_that_were_written_are_told(tmp_path: Path) -> None:
    (tmp_path / "there.json").write_text("{}")

    text = closed(end(0), reports=(("json", tmp_path / "there.json"), ("md", tmp_path / "gone.md")))

    assert f"reports:\n    json: {tmp_path / 'there.json'}\n" in text
    assert "gone.md" not in text


def test_the_last_line_is_the_status_and_its_reason() -> None:
    text = closed(record("errors.bad", "broken"), ending=Ending(1, "1 claim is broken"))

    assert text.splitlines()[-1] == "exit 1: 1 claim is broken"


@pytest.mark.parametrize(("is_breakdown", "is_shown"), [(True, True), (False, False)])
def test_the_output_of_the_suite_is_shown_only_when_it_broke_down(is_breakdown: bool, is_shown: bool) -> None:
    text = closed(ending=Ending(3, "crashed", is_breakdown), output="Traceback\nValueError: x")

    assert ("The last lines of the suite:\nTraceback\nValueError: x\n" in text) is is_shown


def test_one_line_is_one_line() -> None:
    assert one_line("a\n  b\tc") == "a b c"
    assert one_line("a" * 50, 10) == "a" * 9 + "…"
    assert visible("Ünïcode 語 \t\n") == "Ünïcode 語 \t\n"
    assert short_finding(Finding("i", Verdict.ADDED, claim="a.b")).plain == "added: a.b [-]"
