"""Films: is what a task leads to a video, with pictures and with the very sound that it was given?"""

from __future__ import annotations

from contract_tests.kit.audio.framing import lack_of
from contract_tests.kit.audio.sound import NotAudio, Sound, decode
from contract_tests.kit.claims import Claim, Unverified, claim
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.files.holding import demand_end
from contract_tests.kit.films import Filming, fetched, filming, finished, pictures_in
from contract_tests.kit.tasks.waiting import LOOKS

# How far a film may be from its audio in length: what codecs put around it.
APART_MILLISECONDS = 150


def _film(claim: Claim, case: Filming) -> Exchange:
    film = fetched(claim, case)
    demand_end(film)
    claim.judge(
        film.is_success,
        rests_on=case.pointer,
        expected="the film behind its address",
        got=f"status {film.status}",
        exchange=film,
    )
    if not film.is_success:
        raise Unverified(f"its address was answered {film.status}")
    return film


def _sound(film: Exchange) -> Sound | None:
    try:
        return decode(film.body)
    except NotAudio:
        return None


@claim(over=filming, calls=LOOKS + 1)
def test_a_film_has_pictures_and_sound(claim: Claim, case: Filming) -> None:
    film = _film(claim, case)
    pictures, sound = pictures_in(film.body), _sound(film)
    claim.judge(
        film.media.startswith("video/"),
        rests_on=case.pointer,
        expected="a Content-Type of video",
        got=film.media or "no Content-Type",
        exchange=film,
    )
    claim.judge(
        pictures is not None,
        rests_on=case.pointer,
        expected="pictures that decode",
        got=f"{len(film.body):,} bytes without a picture",
        exchange=film,
    )
    claim.judge(
        sound is not None and not sound.is_silent,
        rests_on=case.pointer,
        expected="a sound that is to be heard",
        got="no sound" if sound is None else "silence",
        exchange=film,
    )


@claim(over=filming, calls=LOOKS + 1)
def test_a_film_is_as_long_as_its_audio(claim: Claim, case: Filming) -> None:
    """Its sound and its pictures, to 150 ms."""
    film = _film(claim, case)
    sent = claim.run.good(case.operation)
    due = claim.run.amounts.audio_milliseconds(sent.draft, {case.audio: sent.fields.get(case.audio)})
    pictures, sound = pictures_in(film.body), _sound(film)
    if due is None:
        raise Unverified("nobody here knows how long its audio is")
    for what, length in (
        ("sound", sound.milliseconds if sound else None),
        ("pictures", pictures.milliseconds if pictures else None),
    ):
        if length is not None:
            claim.judge(
                abs(length - due) <= APART_MILLISECONDS,
                rests_on=case.pointer,
                expected=f"{due:,} ms of {what}, as its audio has",
                got=f"{length:,} ms",
                exchange=film,
            )
    if sound is None and pictures is None:
        raise Unverified("it has neither pictures nor sound")


@claim(over=filming, calls=LOOKS + 1)
def test_a_film_is_whole(claim: Claim, case: Filming) -> None:
    """Judged by its own sizes."""
    film = _film(claim, case)
    lack = lack_of(film.body)
    claim.judge(not lack, rests_on=case.pointer, expected="a whole file", got=lack or "a whole file", exchange=film)


@claim(over=filming, calls=LOOKS + 2)
def test_a_film_stays_what_it_is(claim: Claim, case: Filming) -> None:
    """The same bytes from the same address, as long as it lives."""
    film = _film(claim, case)
    again = claim.run.guard.fetch(str(finished(claim, case).at(case.machine["result-at"])), claim.run.session)
    claim.judge(
        (again.status, again.body) == (film.status, film.body),
        rests_on=case.pointer,
        expected=f"the same {len(film.body):,} bytes again",
        got=f"status {again.status}, {len(again.body):,} bytes",
        exchange=again,
    )
