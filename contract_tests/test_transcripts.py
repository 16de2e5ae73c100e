"""Is a transcript what was said: its words, their times, its length and language, the same in every form?

The first claims ask; the others judge whatever was heard in the run, so that nothing is paid for twice.
Our clips speak in tones: what a real engine makes of them is observed, and judged on this machine alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from contract_tests.kit.audio.sound import NotAudio
from contract_tests.kit.claims import Claim, Unverified, claim
from contract_tests.kit.flaws import Flaw, first_of, judge
from contract_tests.kit.media import EVENTS_TYPE
from contract_tests.kit.places import is_required
from contract_tests.kit.probing import as_planned
from contract_tests.kit.recipes import Recipe
from contract_tests.kit.streams import BadStream, disorder, pieces, whole
from contract_tests.kit.streams import read as read_events
from contract_tests.kit.tasks.results import result_of
from contract_tests.kit.transcripts.heard import (
    Heard,
    NoTranscript,
    differing_parts,
    differing_texts,
    differing_times,
    disorders,
    kept_times,
    misheard,
    mixed_up,
    unknown_language,
    wrong_duration,
)
from contract_tests.kit.transcripts.hearing import TABLE, Hearer, Take, ask, hearers, read, take_of, takes_in
from contract_tests.kit.transcripts.requests import (
    REFERENCE,
    dialogue,
    foreign,
    having,
    in_events_and_plain,
    looks,
    looks_at_forms,
    naming,
    native,
    optional_words,
    other_forms,
    plain,
    text_only,
    translated,
    two_looks,
    with_known,
    with_nobody,
    with_words,
    without_times,
)
from contract_tests.kit.transcripts.words import error_rate, letters_of


def now(claim: Claim, case: Hearer) -> Hearer:
    """Return a hearer under the readings observed so far."""
    return Hearer(claim.run.operation(case.operation))


def taken(claim: Claim, hearer: Hearer, name: str, recipe: Recipe) -> Take:
    """Ask for a transcript. Raises Unverified where none comes; other claims tell that."""
    asked, answer = ask(claim.run, hearer, name, recipe)
    try:
        return take_of(claim.run, hearer, asked, answer)
    except NoTranscript as error:
        raise Unverified(str(error)) from None


def varies(claim: Claim, hearer: Hearer, before: Take) -> bool:
    """Ask for the example once more, and say whether the endpoint hears something else each time."""
    again = result_of(claim.run, claim.ask(hearer.operation), TABLE)
    try:
        return letters_of(read(hearer, hearer.form, again).said) != letters_of(before.heard.said)
    except NoTranscript:
        return True


# -- forms of one clip -------------------------------------------------------------------------------


@claim(
    over=having(lambda one: len(one.shapes) > 1, "tells it in several forms"), calls=looks_at_forms, asks=other_forms
)
def test_formats_of_one_clip_agree(claim: Claim, case: Hearer) -> None:
    """In all that is said, and in times to 50 ms; where something else is heard each time, that is observed."""
    hearer = now(claim, case)
    golden = taken(claim, hearer, "", {})
    takes = {golden.heard.form: golden}
    # A form that only an observed reading has was not planned.
    planned = Hearer(as_planned(claim.run, hearer.operation)).shapes
    for name in (one for one in hearer.shapes if one in planned):
        if name != golden.heard.form:
            found = _in_form(claim, hearer, name)
            if found is not None:
                takes[name] = found
    timed = next((one.heard for one in takes.values() if one.heard.words or one.heard.segments), golden.heard)
    flaws = {name: first_of(_disagrees(golden.heard, timed, one.heard)) for name, one in takes.items()}
    if any(flaws.values()) and varies(claim, hearer, golden):
        claim.observed(hearer.pointer, "something else is heard in the same clip each time", golden.exchange)
        return
    for name, one in takes.items():
        flaw = flaws[name]
        judge(claim, [flaw] if flaw else [], one.place("text"), one.exchange)


def _in_form(claim: Claim, hearer: Hearer, name: str) -> Take | None:
    """Ask for the example's clip in a form, and judge that it comes; None where it does not."""
    recipe, pointer = hearer.as_form(name), hearer.form_pointer(name)
    asked = claim.run.once(hearer.operation, f"as {name}", **recipe)
    came, wanted = f"status {asked.status}", f"a transcript as {name}"
    if not claim.judge(asked.is_success, rests_on=pointer, expected=wanted, got=came, exchange=asked):
        return None
    answer = result_of(claim.run, asked, TABLE)
    try:
        return take_of(claim.run, hearer, asked, answer)
    except NoTranscript as error:
        judge(claim, [Flaw(wanted, str(error))], pointer, answer)
        return None


def _disagrees(golden: Heard, timed: Heard, one: Heard) -> Iterable[Flaw]:
    yield from differing_texts(golden, one)
    yield from differing_times(timed, one)


# -- words, if asked for -----------------------------------------------------------------------------


@claim(over=having(optional_words, "tells words if asked to"), asks=with_words)
def test_granularities_are_honoured(claim: Claim, case: Hearer) -> None:
    """Words come if asked for and not otherwise, segments if nothing is asked for."""
    hearer = now(claim, case)
    for name in optional_words(hearer):
        without = taken(claim, hearer, f"as {name}", hearer.as_form(name))
        with_them = taken(claim, hearer, f"as {name} with words", hearer.as_form(name, "words"))
        field = next(iter(hearer.shapes[name]["words"]["with"])).removesuffix("[]")
        _, place = hearer.operation.member(field)
        came = [] if with_them.heard.words or not with_them.heard.text else [Flaw("words", "no words")]
        judge(claim, came, place, with_them.exchange)
        unasked = [Flaw("no words, which nobody asked for", "words")] if without.heard.words else []
        judge(claim, unasked, place, without.exchange)
        if "segments" in hearer.shapes[name] and without.heard.text:
            missing = [] if without.heard.segments else [Flaw("segments, if nothing else is asked for", "no segments")]
            judge(claim, missing, place, without.exchange)


# -- events ------------------------------------------------------------------------------------------


@claim(over=having(lambda one: one.events, "tells it in server-sent events"), asks=in_events_and_plain)
def test_a_stream_ends_with_the_whole_text(claim: Claim, case: Hearer) -> None:
    """Pieces join to the text of the last event, which is that of the whole answer."""
    hearer = now(claim, case)
    if not hearer.events:
        raise Unverified("under the reading that this endpoint follows, nothing comes in events")
    pointer = f"{hearer.pointer}/events"
    answer = claim.run.once(hearer.operation, "events", **{"with": hearer.events["with"]})
    came = f"status {answer.status}, Content-Type {answer.media or 'absent'}"
    is_stream = answer.is_success and answer.media == EVENTS_TYPE
    if not claim.judge(is_stream, rests_on=pointer, expected=EVENTS_TYPE, got=came, exchange=answer):
        return
    try:
        events = read_events(answer.body)
    except BadStream as error:
        judge(claim, [Flaw("events whose data is JSON", str(error))], pointer, answer)
        return
    judge(claim, disorder(events, hearer.events), f"{pointer}/done", answer)
    joined, told = "".join(pieces(events, hearer.events)), whole(events, hearer.events)
    if told is not None:
        unequal = [Flaw(repr(told[:200]), f"{joined[:200]!r}, joined")] if joined.strip() != told.strip() else []
        judge(claim, unequal, f"{pointer}/piece", answer)
    file = taken(claim, hearer, "plain of events", plain(hearer))
    final = Heard("events", told if told is not None else joined)
    judge(claim, differing_texts(file.heard, final), f"{pointer}/whole", answer)


# -- times, text alone -------------------------------------------------------------------------------


@claim(over=having(lambda one: "without-times" in one.table, "can leave times out"), calls=looks, asks=without_times)
def test_timestamps_can_be_left_out(claim: Claim, case: Hearer) -> None:
    """And the text stays the same."""
    hearer = now(claim, case)
    golden = taken(claim, hearer, "", {})
    bare = taken(claim, hearer, "without times", hearer.table["without-times"])

    place = next((hearer.operation.member(name)[1] for name in hearer.table["without-times"].get("with", ())), "")
    judge(claim, kept_times(bare.heard), place or f"{hearer.pointer}/without-times", bare.exchange)
    judge(claim, differing_texts(golden.heard, bare.heard), bare.place("text"), bare.exchange)


@claim(over=having(lambda one: "text-only" in one.table, "can tell the text alone"), asks=text_only)
def test_plain_text_is_the_text(claim: Claim, case: Hearer) -> None:
    hearer = now(claim, case)
    recipe: Mapping[str, Any] = hearer.table["text-only"]
    golden = taken(claim, hearer, "", {})
    asks_result = "query" in recipe
    asked, answer = ask(
        claim.run, hearer, "" if asks_result else "text only", {} if asks_result else recipe, recipe.get("query")
    )
    try:
        bare = take_of(claim.run, hearer, asked, answer)
    except NoTranscript as error:
        judge(claim, [Flaw("a text", str(error))], f"{hearer.pointer}/text-only", answer)
        return

    judge(claim, differing_texts(golden.heard, bare.heard), f"{hearer.pointer}/text-only", answer)
    kept = [Flaw("the text alone", "segments beside it")] if bare.heard.segments else []
    judge(claim, kept, f"{hearer.pointer}/text-only", answer)


# -- speakers ----------------------------------------------------------------------------------------


def known_in(claim: Claim) -> list[str]:
    """Return the names of who speaks in the reference."""
    return claim.run.clips.get(REFERENCE).speakers


@claim(
    over=having(lambda one: "speakers" in one.table and naming(one), "takes known speakers"),
    calls=looks,
    asks=with_known,
)
def test_speakers_are_among_the_known(claim: Claim, case: Hearer) -> None:
    """A conversation of two; on this machine the known one goes by name, the other does not."""
    hearer = now(claim, case)
    if "speakers" not in hearer.table:
        raise Unverified("under the reading that this endpoint follows, nobody is known by name")
    known = known_in(claim)
    _told_apart(claim, taken(claim, hearer, "dialogue with known", dialogue(hearer, known)), known)


@claim(profile="deep", over=having(naming, "tells who speaks"), calls=looks, asks=with_nobody)
def test_speakers_are_told_apart(claim: Claim, case: Hearer) -> None:
    """The same conversation without a known speaker."""
    hearer = now(claim, case)
    _told_apart(claim, taken(claim, hearer, "dialogue", dialogue(hearer, [])), [])


def _told_apart(claim: Claim, take: Take, known: Sequence[str]) -> None:
    """Judge who says what; only this machine is sure to hear voices in tones."""
    place = take.place("segments", "speaker")
    assert take.clip is not None
    if claim.run.settings.is_loopback:
        missing = [] if take.heard.segments else [Flaw("segments", "none")]
        judge(claim, missing or mixed_up(take.heard, take.clip.sidecar["parts"], known), place, take.exchange)
    else:
        claim.observed(place, f"speakers: {', '.join(take.heard.speakers) or 'none'}", take.exchange)


# -- translations ------------------------------------------------------------------------------------


@claim(over=having(lambda one: "into" in one.table, "translates"), calls=two_looks, asks=translated)
def test_translations_are_in_the_documented_language(claim: Claim, case: Hearer) -> None:
    """By the language told, and no longer in the words that were spoken."""
    hearer = now(claim, case)
    take = taken(claim, hearer, "foreign", foreign(hearer))
    assert take.clip is not None
    if native(hearer)["clips"].items() - hearer.operation.clips.items():
        # Nothing is judged of it here: its words are known.
        taken(claim, hearer, "native", native(hearer))

    shape = hearer.shapes[take.heard.form]
    if take.heard.language is not None:
        flaws = unknown_language(take.heard.language, shape["language"]["as"], hearer.table["into"])
        judge(claim, flaws, take.place("language"), take.exchange)
    is_same = letters_of(take.heard.said) == letters_of(take.clip.text or "")
    left = [Flaw(f"a text in {hearer.table['into']}", f"{take.heard.said[:120]!r}, as it is spoken")] if is_same else []
    judge(claim, left, f"{hearer.pointer}/into", take.exchange)


TIMED = having(lambda one: one.with_part("words") or one.with_part("segments"), "tells words or segments")


# -- whatever was heard ------------------------------------------------------------------------------


def heard(claim: Claim, case: Hearer) -> list[Take]:
    """Return every transcript of the run so far, that of the documented example at least."""
    hearer = now(claim, case)
    ask(claim.run, hearer, "", {})
    found = list(takes_in(claim.run, hearer))
    if not found:
        raise Unverified("no answer of this run is a transcript that can be read")
    return found


def or_why_not(claim: Claim, reason: str) -> None:
    """Say why nothing was judged, where nothing was. Raises Unverified."""
    if not claim.has_judged:
        raise Unverified(reason)


def milliseconds_of(take: Take) -> int | None:
    """Return how long the clip is; None where nobody knows."""
    try:
        return take.clip.sound.milliseconds if take.clip else None
    except NotAudio:
        return None


@claim(profile="smoke", over=TIMED)
def test_words_are_ordered_and_inside(claim: Claim, case: Hearer) -> None:
    """Judges every transcript of the run, to 100 ms behind the end."""
    for take in heard(claim, case):
        for what, spans in take.heard.spans:
            if any(one.has_times for one in spans):
                flaws = disorders(what, spans, milliseconds_of(take))
                judge(claim, flaws, take.place(what, "start"), take.exchange)
    or_why_not(claim, "no answer of this run tells words or segments with times")


@claim(profile="smoke", over=TIMED)
def test_words_join_to_the_text(claim: Claim, case: Hearer) -> None:
    """Judges every transcript of the run by its letters."""
    for take in heard(claim, case):
        wrong = dict(differing_parts(take.heard))
        for what, _ in take.heard.spans if take.heard.text is not None else ():
            judge(claim, [wrong[what]] if what in wrong else [], take.place(what, "text"), take.exchange)
    or_why_not(claim, "no answer of this run tells words or segments beside its text")


@claim(profile="smoke", over=having(lambda one: one.with_part("duration"), "tells the duration"))
def test_the_duration_is_that_of_the_clip(claim: Claim, case: Hearer) -> None:
    """Judges every transcript of the run, to 150 ms."""
    for take in heard(claim, case):
        real, place = milliseconds_of(take), take.place("duration")
        if take.heard.milliseconds is not None and real is not None:
            judge(claim, wrong_duration(take.heard, real), place, take.exchange)
        elif take.heard.milliseconds is None and is_required(claim.facts, place):
            judge(claim, [Flaw("a duration in seconds", take.exchange.text[:120])], place, take.exchange)
    or_why_not(claim, "no answer of this run tells the duration of a clip that we know")


@claim(profile="smoke", over=hearers)
def test_the_words_of_a_known_clip_are_right(claim: Claim, case: Hearer) -> None:
    """Exactly so on this machine; elsewhere the word error rate is observed."""
    is_exact = claim.run.settings.is_loopback
    for take in heard(claim, case):
        right = take.words
        if right is None:
            continue
        if is_exact:
            judge(claim, misheard(take.heard, right, is_exact), take.place("text"), take.exchange)
        else:
            claim.saw(take.exchange)
    if not is_exact:
        _tell_error_rate(claim, case)
    or_why_not(claim, "the words of no clip of this run are known in the language of the answer")


def _tell_error_rate(claim: Claim, case: Hearer) -> None:
    """Observe what a real engine makes of the example's clip."""
    take = next((one for one in heard(claim, case) if one.words), None)
    if take is not None and take.words is not None:
        rate = error_rate(take.words, take.heard.said)
        claim.observed(
            take.place("text"),
            f"a word error rate of {rate:.0%} on {take.clip.name if take.clip else 'a clip'}",
            take.exchange,
        )


@claim(profile="smoke", over=having(lambda one: one.with_part("language"), "tells the language"))
def test_language_codes_are_valid(claim: Claim, case: Hearer) -> None:
    """Codes or names of ISO 639, as documented; on this machine that of the clip."""
    is_known = claim.run.settings.is_loopback
    for take in heard(claim, case):
        if take.heard.language is not None:
            kind = take.hearer.shapes[take.heard.form]["language"]["as"]
            spoken = take.language if is_known and take.hint in {"", take.language} else ""
            judge(claim, unknown_language(take.heard.language, kind, spoken), take.place("language"), take.exchange)
    or_why_not(claim, "no answer of this run tells a language")
