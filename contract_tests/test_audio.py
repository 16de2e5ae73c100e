"""Is the audio audio: what its type says, whole, to be heard, as long as the text, and the same in every format?

The first claims ask; the others judge whatever was spoken in the run, so that nothing is paid for twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from contract_tests.kit.answers import EVENTS_TYPE
from contract_tests.kit.claims import Claim, Unverified, claim
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts, Operation
from contract_tests.kit.flaws import NONE, Flaw, first_of
from contract_tests.kit.recipes import Recipe
from contract_tests.kit.results import result_of
from contract_tests.kit.sound import NotAudio, Sound
from contract_tests.kit.speaking import TABLE, Said, Speaker, said_in, say, speakers
from contract_tests.kit.speech import (
    LIKE,
    breaks,
    disguises,
    growth,
    heard,
    hurries,
    is_near,
    likeness,
    outliers,
    silences,
    speeds,
)
from contract_tests.kit.streams import BadStream, disorder, joined_bytes, read, without_events

FAST = 2.0
Asked = Sequence[tuple[Operation, Recipe]]


def now(claim: Claim, case: Speaker) -> Speaker:
    """Return a speaker under the readings observed so far. Raises Unverified where its answers are no audio."""
    speaker = Speaker(claim.run.operation(case.operation))
    if not speaker.answers_audio:
        raise Unverified("under the reading that this endpoint follows, the answer is no audio")
    return speaker


def judged(claim: Claim, flaws: Iterable[Flaw], rests_on: str, exchange: Exchange) -> bool:
    """Judge an answer by the first flaw of it."""
    flaw = first_of(flaws)
    expected, got = flaw or NONE
    return claim.judge(flaw is None, rests_on=rests_on, expected=expected, got=got, exchange=exchange)


def audible(said: Said) -> Sound:
    """Decode a speech. Raises Unverified; that it is no audio is for other claims to tell."""
    try:
        return said.sound()
    except NotAudio as error:
        raise Unverified(f"the speech does not decode: {error}") from None


def varies(claim: Claim, speaker: Speaker, recipe: Recipe, before: Said) -> bool:
    """Ask once more, and say whether the endpoint speaks the same text in another way each time."""
    again = Said(speaker, before.fields, result_of(claim.run, claim.ask(speaker.operation, **recipe), TABLE))
    if again.exchange.body == before.exchange.body:
        return False
    one, other = audible(before), audible(again)
    return likeness(one, other) < LIKE


# -- formats -----------------------------------------------------------------------------------------


def with_formats(facts: Facts) -> dict[str, Speaker]:
    """What speaks in more than one format."""
    return {name: one for name, one in speakers(facts).items() if len(one.formats) > 1}


def every_format(_: Facts, case: Speaker) -> Asked:
    """Every other format than the example's, and the example once more if they differ."""
    return case.asks({}, *(case.as_format(name) for name in case.formats if name != case.format))


def looks_at_formats(_: Facts, case: Speaker) -> int:
    """How many looks it takes to wait for all that."""
    return case.looks * len(case.formats)


@claim(over=with_formats, calls=looks_at_formats, asks=every_format)
def test_formats_agree(claim: Claim, case: Speaker) -> None:
    speaker = now(claim, case)
    golden = say(claim.run, speaker, "", {})
    spoken: dict[str, Said] = {golden.format: golden}
    # A format that only an observed reading has was not planned.
    for name in (one for one in speaker.formats if one in case.formats):
        if name != golden.format:
            asked = claim.run.once(speaker.operation, f"as {name}", **speaker.as_format(name))
            came, place = f"status {asked.status}", speaker.format_pointer(name)
            if claim.judge(asked.is_success, rests_on=place, expected=f"speech as {name}", got=came, exchange=asked):
                spoken[name] = Said(speaker, asked.fields, result_of(claim.run, asked, TABLE))
    _agree(claim, speaker, spoken)


def _agree(claim: Claim, speaker: Speaker, spoken: dict[str, Said]) -> None:
    sounds = dict(_decoded(spoken))
    if len(sounds) < 2:
        raise Unverified("fewer than two formats decode")
    different = outliers({name: sound.milliseconds for name, sound in sounds.items()})
    first = next(name for name in sounds if name not in different)
    for name, sound in sounds.items():
        if name not in different and likeness(sounds[first], sound) < LIKE:
            different[name] = Flaw(f"what is to be heard as {first}", f"other sounds as {name}")
    if different and varies(claim, speaker, {}, spoken[speaker.format]):
        claim.observed(speaker.pointer, "the same text is spoken in another way each time", spoken[first].exchange)
        return
    for name, said in spoken.items():
        flaws = [different[name]] if name in different else []
        judged(claim, flaws, speaker.format_pointer(name), said.exchange)


def _decoded(spoken: dict[str, Said]) -> Iterator[tuple[str, Sound]]:
    for name, said in spoken.items():
        try:
            yield name, said.sound()
        except NotAudio:
            continue


# -- durations ---------------------------------------------------------------------------------------


def example_with(change: Callable[[Speaker], Recipe]) -> Callable[[Facts, Speaker], Asked]:
    """The example with a change."""
    return lambda _, case: case.asks(change(case))


def looks(_: Facts, case: Speaker) -> int:
    """How many looks it takes to wait for a speech."""
    return case.looks


@claim(over=speakers, calls=looks, asks=example_with(Speaker.twice))
def test_longer_texts_last_longer(claim: Claim, case: Speaker) -> None:
    speaker = now(claim, case)
    once = say(claim.run, speaker, "", {})
    twice = say(claim.run, speaker, "text twice", speaker.twice())

    flaws = growth(audible(once).milliseconds, audible(twice).milliseconds)
    judged(claim, flaws, f"{speaker.pointer}/text", twice.exchange)


def with_speed(facts: Facts) -> dict[str, Speaker]:
    """What speaks faster if asked to."""
    return {name: one for name, one in speakers(facts).items() if one.takes_speed(FAST)}


@claim(over=with_speed, calls=looks, asks=example_with(lambda case: case.at_speed(FAST)))
def test_speed_halves_the_duration(claim: Claim, case: Speaker) -> None:
    speaker = now(claim, case)
    slow = say(claim.run, speaker, "", {})
    fast = say(claim.run, speaker, f"speed {FAST:g}", speaker.at_speed(FAST))

    flaws = speeds(audible(slow).milliseconds, audible(fast).milliseconds, FAST)
    _, place = speaker.operation.member(speaker.table["speed"])
    judged(claim, flaws, place, fast.exchange)


# -- events ------------------------------------------------------------------------------------------


def with_events(facts: Facts) -> dict[str, Speaker]:
    """What speaks in server-sent events."""
    return {name: one for name, one in speakers(facts).items() if one.events}


def plain(case: Speaker) -> Recipe:
    """Return the recipe of the same speech as a file."""
    return {"with": without_events(case.events, case.operation.example)}


def in_events(_: Facts, case: Speaker) -> Asked:
    """The speech in events."""
    return case.asks({"with": case.events["with"]})


def in_events_and_plain(_: Facts, case: Speaker) -> Asked:
    """The speech as a file, and once more where it differs from that in events."""
    return case.asks({"with": case.events["with"]}, plain(case), plain(case))


def streamed(claim: Claim, speaker: Speaker) -> Exchange:
    """Return the speech in events. Raises Unverified where the endpoint does not speak so."""
    if not speaker.events:
        raise Unverified("under the reading that this endpoint follows, nothing comes in events")
    answer = claim.run.once(speaker.operation, "events", **{"with": speaker.events["with"]})
    pointer = f"{speaker.pointer}/events"
    came = f"status {answer.status}, Content-Type {answer.media or 'absent'}"
    is_stream = answer.is_success and answer.media == EVENTS_TYPE
    if not claim.judge(is_stream, rests_on=pointer, expected=EVENTS_TYPE, got=came, exchange=answer):
        raise Unverified("there are no events")
    return answer


@claim(over=with_events, asks=in_events)
def test_events_come_in_order_and_end(claim: Claim, case: Speaker) -> None:
    speaker = now(claim, case)
    answer = streamed(claim, speaker)
    pointer = f"{speaker.pointer}/events"

    try:
        flaws = list(disorder(read(answer.body), speaker.events))
    except BadStream as error:
        flaws = [Flaw("events whose data is JSON", str(error))]
    judged(claim, flaws, f"{pointer}/done", answer)


@claim(over=with_events, asks=in_events_and_plain)
def test_events_joined_are_the_plain_file(claim: Claim, case: Speaker) -> None:
    speaker = now(claim, case)
    answer = streamed(claim, speaker)
    pointer = f"{speaker.pointer}/events/piece"
    file = say(claim.run, speaker, "plain of events", plain(speaker))
    if first_of(breaks(file.exchange.body, file.is_bare)):
        raise Unverified("the file that the events are held against is not whole")

    try:
        joined = joined_bytes(read(answer.body), speaker.events)
    except BadStream as error:
        judged(claim, [Flaw("pieces of a file in base64", str(error))], pointer, answer)
        return
    flaw = None if joined == file.exchange.body else first_of(_differs(joined, file))
    if flaw and is_whole(joined, file) and varies(claim, speaker, plain(speaker), file):
        claim.observed(speaker.pointer, "the same text is spoken in another way each time", answer)
        return
    judged(claim, [flaw] if flaw else [], pointer, answer)


def is_whole(joined: bytes, file: Said) -> bool:
    """Say whether joined pieces are a whole file at least."""
    return first_of(breaks(joined, file.is_bare)) is None


def _differs(joined: bytes, file: Said) -> Iterator[Flaw]:
    """Yield how joined pieces are not the file."""
    yield from breaks(joined, file.is_bare)
    whole = audible(file)
    try:
        sound = heard(joined, file.is_bare, whole.rate)
    except NotAudio as error:
        yield Flaw(f"pieces that join to {whole.container}", str(error))
        return
    if not is_near(sound.milliseconds, whole.milliseconds):
        yield Flaw(f"{whole.milliseconds:,} ms, as the file lasts", f"{sound.milliseconds:,} ms")
    elif likeness(sound, whole) < LIKE:
        yield Flaw("what is to be heard in the file", "other sounds, or the same in another order")


# -- whatever was spoken -----------------------------------------------------------------------------


def spoken(claim: Claim, case: Speaker) -> list[Said]:
    """Return every speech of the run so far, that of the documented example at least."""
    speaker = now(claim, case)
    say(claim.run, speaker, "", {})
    return list(said_in(claim.run, speaker))


@claim(profile="smoke", over=speakers)
def test_audio_is_what_its_type_says(claim: Claim, case: Speaker) -> None:
    for said in spoken(claim, case):
        flaws = disguises(said.exchange.body, said.exchange.media, said.format, said.documented)
        is_right = judged(claim, flaws, said.speaker.format_pointer(said.format), said.exchange)
        if is_right:
            _has_its_rate(claim, said)


def _has_its_rate(claim: Claim, said: Said) -> None:
    """Judge the sample rate, where one is documented and the file tells one."""
    rate = said.speaker.rate_of(said.format)
    try:
        sound = said.sound()
    except NotAudio:
        return
    if rate is not None and not said.is_bare:
        flaws = [] if sound.rate == rate else [Flaw(f"{rate:,} Hz for {said.format}", f"{sound.rate:,} Hz")]
        judged(claim, flaws, said.speaker.rate_pointer(said.format), said.exchange)


@claim(profile="smoke", over=speakers)
def test_audio_is_whole(claim: Claim, case: Speaker) -> None:
    for said in spoken(claim, case):
        judged(claim, breaks(said.exchange.body, said.is_bare), said.pointer, said.exchange)


@claim(profile="smoke", over=speakers)
def test_audio_is_not_silence(claim: Claim, case: Speaker) -> None:
    said = [one for one in spoken(claim, case) if any(letter.isalnum() for letter in one.text)]
    for one, sound in _sounds(claim, said):
        judged(claim, silences(sound), one.pointer, one.exchange)


@claim(profile="smoke", over=speakers)
def test_the_duration_suits_the_text(claim: Claim, case: Speaker) -> None:
    for one, sound in _sounds(claim, [one for one in spoken(claim, case) if one.has_own_pace]):
        judged(claim, hurries(sound.milliseconds, one.text), f"{one.speaker.pointer}/text", one.exchange)


def _sounds(claim: Claim, spoken: Iterable[Said]) -> Iterator[tuple[Said, Sound]]:
    """Yield speeches with their sounds; what does not decode is told as the reason if nothing does."""
    for said in spoken:
        try:
            yield said, said.sound()
        except NotAudio as error:
            claim.reason = f"a speech does not decode: {error}"


@claim(profile="smoke", over=speakers)
def test_delivery_is_observed(claim: Claim, case: Speaker) -> None:
    found = {said.exchange.media: said for said in reversed(spoken(claim, case))}
    for media, said in sorted(found.items()):
        way = "in pieces" if comes_in_pieces(said.exchange) else "whole"
        claim.observed(said.pointer, f"{media} comes {way}", said.exchange)


def comes_in_pieces(exchange: Exchange) -> bool:
    """Say whether an answer was sent piece by piece, as far as one can see from outside."""
    return "transfer-encoding" in exchange.headers and len(exchange.pieces) > 1
