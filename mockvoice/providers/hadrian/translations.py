"""Speech to English text, whatever is spoken."""

from __future__ import annotations

from mockvoice.audio.listening import Recording
from mockvoice.audio.transcript import Transcript, made_up, silence
from mockvoice.providers.hadrian import hearing
from mockvoice.service.call import Call, Reply
from mockvoice.service.transcription_formats import plain_text, verbose_json

_TARGET = "en"


def _check(call: Call) -> None:
    hearing.admit(call, "translation-models")


def _in_english(recording: Recording) -> Transcript:
    """Return the words if they are English; else an English text of that length, the same for the same audio."""
    spoken = recording.transcript(_TARGET)
    if spoken.language == _TARGET:
        return spoken
    if not spoken.text:
        return silence(recording.milliseconds, _TARGET)
    return made_up(recording.seed, recording.milliseconds, _TARGET)


def _translate(call: Call) -> Reply:
    english = _in_english(call.recording)
    form = call.fields["response_format"]
    if form == "json":
        return Reply.json({"text": english.text})
    if form == "verbose_json":
        body = verbose_json(english, "translate", call.figure("default-granularities"), None)
        del body["task"]  # the upstream's translations tell no task
        return Reply.json(body)
    return hearing.text_reply(call, plain_text(english, form))


CHECKS = {"createTranslation": _check}
MEDIA = {"createTranslation": hearing.listen}
BEHAVIOURS = {"createTranslation": _translate}
