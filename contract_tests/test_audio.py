"""Is the audio audio: what its type says, whole, to be heard, as long as the text, and the same in every format?

The first claims ask; the others judge whatever was spoken in the run, so that nothing is paid for twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contract_tests.kit.audio.comparing import audible, level
from contract_tests.kit.audio.requests import (
    FAST,
    ears,
    every_format,
    example_with,
    in_events,
    in_events_and_plain,
    in_plain_words,
    looks,
    looks_at_both,
    looks_at_formats,
    once_and_twice,
    plain,
    quiet_and_loud,
    spoken_and_heard,
    twice,
    two_looks,
    with_ears,
    with_events,
    with_formats,
    with_speed,
    with_volume,
)
from contract_tests.kit.audio.sound import NotAudio, Sound
from contract_tests.kit.audio.speaking import TABLE, Said, Speaker, said_in, say, speakers
from contract_tests.kit.audio.speech import (
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
from contract_tests.kit.claims import Claim, Unverified, claim
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.flaws import Flaw, first_of, judge
from contract_tests.kit.media import EVENTS_TYPE
from contract_tests.kit.probing import as_planned
from contract_tests.kit.recipes import Recipe, Upload
from contract_tests.kit.streams import BadStream, disorder, joined_bytes, read
from contract_tests.kit.tasks.results import result_of
from contract_tests.kit.transcripts import hearing
from contract_tests.kit.transcripts.heard import NoTranscript
from contract_tests.kit.transcripts.words import error_rate

# The speech of a text in plain words, which several claims want.
WORDS = "plain words"
# A speech of more wrong words than that is not the text: recognition of clear speech gets one word in ten wrong.
MISHEARD = 0.25
# Less of a difference may be chance.
LOUDER = 1.1
# Container → what files of it are called.
EXTENSIONS = {"mp3": "mp3", "wav": "wav", "flac": "flac", "ogg": "ogg", "mp4": "m4a", "webm": "webm", "aac": "aac"}


def now(claim: Claim, case: Speaker) -> Speaker:
    """Return a speaker under the readings observed so far. Raises Unverified where its answers are no audio."""
    speaker = Speaker(claim.run.operation(case.operation))
    if not speaker.answers_audio:
        raise Unverified("under the reading that this endpoint follows, the answer is no audio")
    return speaker


def varies(claim: Claim, speaker: Speaker, recipe: Recipe, before: Said) -> bool:
    """Ask once more, and say whether the endpoint speaks the same text in another way each time."""
    again = Said(speaker, before.fields, result_of(claim.run, claim.ask(speaker.operation, **recipe), TABLE))
    if again.exchange.body == before.exchange.body:
        return False
    one, other = audible(before), audible(again)
    return likeness(one, other) < LIKE


# -- formats -----------------------------------------------------------------------------------------


@claim(over=with_formats, calls=looks_at_formats, asks=every_format)
def test_formats_agree(claim: Claim, case: Speaker) -> None:
    """In duration to 150 ms or 2 %, and in sound; that a text is spoken in another way each time is observed."""
    speaker = now(claim, case)
    golden = say(claim.run, speaker, "", {})
    spoken: dict[str, Said] = {golden.format: golden}
    # A format that only an observed reading has was not planned.
    planned = Speaker(as_planned(claim.run, speaker.operation)).formats
    for name in (one for one in speaker.formats if one in planned):
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
    first = next((name for name in sounds if name not in different), next(iter(sounds)))
    for name, sound in sounds.items():
        if name not in different and likeness(sounds[first], sound) < LIKE:
            different[name] = Flaw(f"what is to be heard as {first}", f"other sounds as {name}")
    if different and varies(claim, speaker, {}, spoken[speaker.format]):
        claim.observed(speaker.pointer, "the same text is spoken in another way each time", spoken[first].exchange)
        return
    for name, said in spoken.items():
        flaws = [different[name]] if name in different else []
        judge(claim, flaws, speaker.format_pointer(name), said.exchange)


def _decoded(spoken: dict[str, Said]) -> Iterator[tuple[str, Sound]]:
    for name, said in spoken.items():
        try:
            yield name, said.sound()
        except NotAudio:
            continue


# -- durations ---------------------------------------------------------------------------------------


@claim(over=speakers, calls=two_looks, asks=once_and_twice)
def test_longer_texts_last_longer(claim: Claim, case: Speaker) -> None:
    """A text twice takes 1.4 to 2.8 times as long as once."""
    speaker = now(claim, case)
    recipes = {WORDS: in_plain_words(speaker), "words twice": twice(speaker)}
    for name, recipe in recipes.items():
        # Both are asked for before one is waited for: tasks work side by side.
        if recipe:
            claim.run.once(speaker.operation, name, **recipe)
    short, long = (say(claim.run, speaker, name, recipe) for name, recipe in recipes.items())

    flaws = growth(audible(short).milliseconds, audible(long).milliseconds)
    judge(claim, flaws, f"{speaker.pointer}/text", long.exchange)


@claim(over=with_speed, calls=looks, asks=example_with(lambda case: case.at_speed(FAST)))
def test_speed_halves_the_duration(claim: Claim, case: Speaker) -> None:
    """To 15 %."""
    speaker = now(claim, case)
    slow = say(claim.run, speaker, "", {})
    fast = say(claim.run, speaker, f"speed {FAST:g}", speaker.at_speed(FAST))

    flaws = speeds(audible(slow).milliseconds, audible(fast).milliseconds, FAST)
    _, place = speaker.operation.member(speaker.table["speed"])
    judge(claim, flaws, place, fast.exchange)


# -- loudness ----------------------------------------------------------------------------------------


@claim(over=with_volume, calls=two_looks, asks=quiet_and_loud)
def test_volume_makes_it_louder(claim: Claim, case: Speaker) -> None:
    """As quiet and as loud as may be asked for: by a tenth at least, however a loud one is limited."""
    speaker = now(claim, case)
    least, most = speaker.volumes
    quiet = say(claim.run, speaker, "quiet", speaker.at_volume(least))
    loud = say(claim.run, speaker, "loud", speaker.at_volume(most))

    before, after = level(audible(quiet)), level(audible(loud))
    flaws = (
        []
        if after > LOUDER * before
        else [Flaw(f"louder at {most:g} than at {least:g}", f"{after:.0f} after {before:.0f}")]
    )
    _, place = speaker.operation.member(speaker.table["volume"])
    judge(claim, flaws, place, loud.exchange)


# -- events ------------------------------------------------------------------------------------------


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
    """Pieces first, then one last event and nothing behind it."""
    speaker = now(claim, case)
    answer = streamed(claim, speaker)
    pointer = f"{speaker.pointer}/events"

    try:
        flaws = list(disorder(read(answer.body), speaker.events))
    except BadStream as error:
        flaws = [Flaw("events whose data is JSON", str(error))]
    judge(claim, flaws, f"{pointer}/done", answer)


@claim(over=with_events, asks=in_events_and_plain)
def test_events_joined_are_the_plain_file(claim: Claim, case: Speaker) -> None:
    """The same bytes, or the same to be heard."""
    speaker = now(claim, case)
    answer = streamed(claim, speaker)
    pointer = f"{speaker.pointer}/events/piece"
    file = say(claim.run, speaker, "plain of events", plain(speaker))
    if first_of(breaks(file.exchange.body, file.is_bare)):
        raise Unverified("the file that the events are held against is not whole")

    try:
        joined = joined_bytes(read(answer.body), speaker.events)
    except BadStream as error:
        judge(claim, [Flaw("pieces of a file in base64", str(error))], pointer, answer)
        return
    flaw = None if joined == file.exchange.body else first_of(_differs(joined, file))
    if flaw and is_whole(joined, file) and varies(claim, speaker, plain(speaker), file):
        claim.observed(speaker.pointer, "the same text is spoken in another way each time", answer)
        return
    judge(claim, [flaw] if flaw else [], pointer, answer)


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


# -- heard by the endpoint itself --------------------------------------------------------------------


@claim(over=with_ears, calls=looks_at_both, asks=spoken_and_heard)
def test_what_is_spoken_is_heard(claim: Claim, case: Speaker) -> None:
    """By the provider's own transcription, to a quarter of the words."""
    speaker, hearer = now(claim, case), ears(claim.facts)
    assert hearer is not None
    said = say(claim.run, speaker, WORDS, in_plain_words(speaker))
    file = Upload(f"speech.{EXTENSIONS.get(audible(said).container, 'bin')}", said.exchange.body)
    asked = claim.run.once(hearer.operation, f"speech of {case.operation.id}", files={hearer.table["audio"]: file})
    answer = result_of(claim.run, asked, hearing.TABLE)
    try:
        heard = hearing.read(hearer, hearer.form, answer).said
    except NoTranscript as error:
        raise Unverified(str(error)) from None

    rate = error_rate(said.text, heard)
    flaws = [Flaw(repr(said.text), f"{heard[:200]!r}, a word error rate of {rate:.0%}")] if rate > MISHEARD else []
    judge(claim, flaws, f"{speaker.pointer}/text", said.exchange)


# -- whatever was spoken -----------------------------------------------------------------------------


def spoken(claim: Claim, case: Speaker) -> list[Said]:
    """Return every speech of the run so far, that of the documented example at least."""
    speaker = now(claim, case)
    say(claim.run, speaker, "", {})
    return list(said_in(claim.run, speaker))


@claim(profile="smoke", over=speakers)
def test_audio_is_what_its_type_says(claim: Claim, case: Speaker) -> None:
    """Judges every speech of the run: Content-Type, container, codec, sample rate."""
    for said in spoken(claim, case):
        flaws = disguises(said.exchange.body, said.exchange.media, said.format, said.documented)
        is_right = judge(claim, flaws, said.speaker.format_pointer(said.format), said.exchange)
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
        judge(claim, flaws, said.speaker.rate_pointer(said.format), said.exchange)


@claim(profile="smoke", over=speakers)
def test_audio_is_whole(claim: Claim, case: Speaker) -> None:
    """Judges every speech of the run by frames, sizes, checksums and the length its header tells."""
    for said in spoken(claim, case):
        judge(claim, breaks(said.exchange.body, said.is_bare), said.pointer, said.exchange)


@claim(profile="smoke", over=speakers)
def test_audio_is_not_silence(claim: Claim, case: Speaker) -> None:
    """Judges every speech of the run."""
    said = [one for one in spoken(claim, case) if any(letter.isalnum() for letter in one.text)]
    for one, sound in _sounds(claim, said):
        judge(claim, silences(sound), one.pointer, one.exchange)


@claim(profile="smoke", over=speakers)
def test_the_duration_suits_the_text(claim: Claim, case: Speaker) -> None:
    """Judges every speech of the run: 3 to 40 letters a second."""
    for one, sound in _sounds(claim, [one for one in spoken(claim, case) if one.has_own_pace]):
        judge(claim, hurries(sound.milliseconds, one.text), f"{one.speaker.pointer}/text", one.exchange)


def _sounds(claim: Claim, spoken: Iterable[Said]) -> Iterator[tuple[Said, Sound]]:
    """Yield speeches with their sounds; what does not decode is told as the reason if nothing does."""
    for said in spoken:
        try:
            yield said, said.sound()
        except NotAudio as error:
            claim.reason = f"a speech does not decode: {error}"


@claim(profile="smoke", over=speakers)
def test_delivery_is_observed(claim: Claim, case: Speaker) -> None:
    """Whole or in pieces; never a failure."""
    found = {said.exchange.media: said for said in reversed(spoken(claim, case))}
    for media, said in sorted(found.items()):
        way = "in pieces" if comes_in_pieces(said.exchange) else "whole"
        claim.observed(said.pointer, f"{media} comes {way}", said.exchange)


def comes_in_pieces(exchange: Exchange) -> bool:
    """Say whether an answer was sent piece by piece, as far as one can see from outside."""
    return "transfer-encoding" in exchange.headers and len(exchange.pieces) > 1
