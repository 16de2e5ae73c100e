"""Plants whose audio is not what it should be."""

from __future__ import annotations

import struct
from collections.abc import Callable

from mockvoice.service.call import Call, Reply
from mockvoice.service.provider import Behaviour
from mockvoice.service.speech import given
from tests.planted.faithful import Around, after, awaited, before, with_verb
from tests.planted.plant import Kind, Plant
from tests.planted.wrapping import Answer, Asked, changing

SPEAK = "createSpeech"
TYPE = "audio.audio_is_what_its_type_says"
WHOLE = "audio.audio_is_whole"
AGREE = "audio.formats_agree"
SUITS = "audio.the_duration_suits_the_text"
JOINED = "audio.events_joined_are_the_plain_file"
HADRIAN_FORMATS = "/paths/~1api~1v1~1audio~1speech/post/x-voice-formats"
# Bytes of a wav header: sample rate and bytes a second.
RATE_AT = 24


def _cut(_asked: Asked, answer: Answer) -> None:
    answer.body = answer.body[: len(answer.body) * 6 // 10]


def _link(_asked: Asked, answer: Answer) -> None:
    answer.body = b'{"audio_url": "https://cdn.example.com/speech.mp3"}'


def _twice_the_rate(_asked: Asked, answer: Answer) -> None:
    rate, bytes_a_second = struct.unpack_from("<II", answer.body, RATE_AT)
    head, rest = answer.body[:RATE_AT], answer.body[RATE_AT + 8 :]
    answer.body = head + struct.pack("<II", 2 * rate, 2 * bytes_a_second) + rest


def _speaks_instead(asked: str, spoken: str) -> Around:
    """Speak another format than is asked for, under the type that was."""

    def around(behave: Behaviour) -> Behaviour:
        async def changed(call: Call) -> Reply:
            if given(call, "response_format") != asked:
                return await awaited(behave(call))
            call.fields["response_format"] = spoken
            reply = await awaited(behave(call))
            if not reply.media.startswith(b"text/"):
                reply.media = call.operation.format_types[asked].encode()
            return reply

        return changed

    return around


def _slower(form: str) -> Callable[[Call], None]:
    def change(call: Call) -> None:
        if given(call, "response_format") == form:
            call.fields["speed"] = given(call, "speed") / 1.1

    return change


def _any_speed_is_one(call: Call) -> None:
    call.fields["speed"] = 1.0


def _first_word(call: Call) -> None:
    """Cut what is to be spoken after its first word."""
    call.notes["lines"] = tuple(line._replace(text=line.text.partition(" ")[0]) for line in call.notes["lines"][:1])


def _silent(call: Call, reply: Reply) -> None:
    """Put silence in the place of the speech, as long and in the same format."""
    from mockvoice.audio import codec

    form = given(call, "response_format")
    sound = codec.examine(reply.body)
    samples = sound.milliseconds * sound.sample_rate // 1000
    reply.body = codec.encode(bytes(2 * samples), sound.sample_rate, form)


PLANTS = (
    Plant(
        name="hadrian-speech-cut",
        provider="hadrian",
        kind=Kind.TRUNCATED_AUDIO,
        summary="a speech breaks off after six tenths of its bytes",
        build=changing(_cut, (SPEAK,), (200,), "audio/"),
        found_by=(WHOLE, AGREE, SUITS, JOINED),
        fact="/paths/~1api~1v1~1audio~1speech/post/responses/200/content",
    ),
    Plant(
        name="voiceapi-link-as-audio",
        provider="voiceapi",
        kind=Kind.TEXT_AS_AUDIO,
        summary="the audio is a JSON text with a link, declared to be audio/mpeg",
        build=changing(_link, ("tts_audio",), (200,)),
        found_by=(TYPE, WHOLE),
        fact="/paths/~1v1~1tts~1{task_id}~1audio/get/responses/200/content",
    ),
    Plant(
        name="aitre-wav-as-mp3",
        provider="aitre",
        kind=Kind.WRONG_CODEC,
        summary="an mp3 is really a wav, declared to be audio/mpeg",
        build=with_verb(SPEAK, _speaks_instead("mp3", "wav")),
        found_by=(TYPE,),
        fact="/paths/~1v1~1audio~1speech/post/x-voice-formats",
    ),
    Plant(
        name="hadrian-mp3-as-flac",
        provider="hadrian",
        kind=Kind.WRONG_CODEC,
        summary="a flac is really an mp3, declared to be audio/flac",
        build=with_verb(SPEAK, _speaks_instead("flac", "mp3")),
        found_by=(TYPE,),
        fact=HADRIAN_FORMATS,
    ),
    Plant(
        name="hadrian-wav-twice-the-rate",
        provider="hadrian",
        kind=Kind.WRONG_RATE,
        summary="the header of a wav tells twice the rate of its samples, so it lasts half as long and squeaks",
        build=changing(_twice_the_rate, (SPEAK,), (200,), "audio/wav"),
        found_by=(AGREE, SUITS, TYPE),
        fact=HADRIAN_FORMATS,
    ),
    Plant(
        name="hadrian-opus-a-tenth-longer",
        provider="hadrian",
        kind=Kind.DURATION_WRONG,
        summary="opus lasts a tenth longer than the same speech in other formats",
        build=with_verb(SPEAK, before(_slower("opus"))),
        found_by=(AGREE,),
        fact=HADRIAN_FORMATS,
    ),
    Plant(
        name="aitre-silence",
        provider="aitre",
        kind=Kind.SILENCE,
        summary="a speech is silence of the right length and format",
        build=with_verb(SPEAK, after(_silent)),
        found_by=("audio.audio_is_not_silence",),
        fact="/paths/~1v1~1audio~1speech/post/responses/200",
    ),
    Plant(
        name="voiceapi-first-word-only",
        provider="voiceapi",
        kind=Kind.TEXT_CUT,
        summary="of a script only the first word is spoken",
        build=with_verb("tts_submit", before(_first_word)),
        found_by=("audio.longer_texts_last_longer", SUITS),
        fact="/paths/~1v1~1tts/post/description",
    ),
    Plant(
        name="aitre-speed-ignored",
        provider="aitre",
        kind=Kind.SPEED_IGNORED,
        summary="speech takes the same time at any speed",
        build=with_verb(SPEAK, before(_any_speed_is_one)),
        found_by=("audio.speed_halves_the_duration",),
        fact="/components/schemas/SpeechRequest/properties/speed",
    ),
)
