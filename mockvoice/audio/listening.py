"""Knows how audio becomes a recording with words: uploads and URLs, fixtures first, then what is decoded."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mockvoice.audio.clips import Clip, ClipLibrary
from mockvoice.audio.languages import language_of
from mockvoice.audio.recognition import transcript_of
from mockvoice.audio.remote import VIDEO, StandIn, look_up
from mockvoice.audio.script import Line
from mockvoice.audio.sound import BadAudio, Sound, Unavailable
from mockvoice.audio.studio import Listened, Studio, fingerprint
from mockvoice.audio.tags import lines_of, voices_of
from mockvoice.audio.transcript import Transcript, at_times_of, joined, made_up, silence, spread
from mockvoice.core.cache import ByteBoundedCache

# Identical uploads are recognised within this many bytes, so that a decode is paid once.
UPLOAD_CACHE_BYTES = 16 << 20
# With --lenient-audio, bytes that are no audio count as so many a second (16 kB/s, as 128 kbit/s mp3).
_LENIENT_BYTES_PER_SECOND = 16_000
_LANGUAGES_KEPT = 16
# How the words of a recording became known.
FIXTURE, SAME_BYTES, VOICE, TAG = "fixture", "same bytes", "voice", "tag"
PLUG_IN, SILENCE, MADE_UP = "plug-in", "silence", "made up"


@dataclass(frozen=True, slots=True)
class Recording:
    """Audio that was judged: its decoded length, what was found in it, and the clip it is, if it is one.

    `is_taken_for_audio` marks bytes that are none and were let through (--lenient-audio): their length is made up,
    so nobody may refuse them for it. `heard` are the words that were recognised, and `source` says how. `fetched` are
    the bytes where they were really downloaded: they may be others the next time.
    """

    milliseconds: int
    seed: str
    sound: Sound | None
    clip: Clip | None
    heard: Transcript | None = None
    source: str = MADE_UP
    is_taken_for_audio: bool = False
    fetched: bytes | None = field(default=None, repr=False, compare=False)
    _transcripts: dict[str | None, Transcript] = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_known(self) -> bool:
        """Whether its words and who says them are known, and there are some."""
        knows_words = self.heard is not None or (self.clip is not None and self.clip.has_words)
        return knows_words and bool(self.transcript().segments)

    def transcript(self, language: str | None = None) -> Transcript:
        """Return the words. Those of a fixture or of our own voice are true; others made up, in `language` if given."""
        found = self._transcripts.get(language)
        if found is None:
            found = self._make_transcript(language)
            if len(self._transcripts) < _LANGUAGES_KEPT:
                self._transcripts[language] = found
        return found

    def _make_transcript(self, language: str | None) -> Transcript:
        clip = self.clip
        if clip is not None and clip.has_words:
            return clip.transcript(self.milliseconds, self.heard)
        if self.heard is not None:
            return self.heard
        if self.sound is not None and self.sound.is_silent:
            return silence(self.milliseconds, language or "en")
        if clip is not None:
            return clip.transcript(self.milliseconds)
        return made_up(self.seed, self.milliseconds, language or "en")


class Listener:
    """Takes uploads and URLs. Raises BadAudio for bytes, Unavailable for URLs."""

    def __init__(self, studio: Studio, library: ClipLibrary, fetch: bool, lenient: bool) -> None:
        self.library = library
        self.studio = studio
        self._fetch = fetch
        self._lenient = lenient
        self._heard: ByteBoundedCache[tuple[bytes, Recording | BadAudio]] = ByteBoundedCache(UPLOAD_CACHE_BYTES)

    def known_upload(self, data: bytes) -> Recording | None:
        """Return the recording of bytes that were judged before; never waits. Raises BadAudio if they were bad."""
        item = self._heard.get(fingerprint(data))
        if item is None or item[0] != data:
            return None
        if isinstance(item[1], BadAudio):
            raise BadAudio(item[1].reason, str(item[1]))
        return item[1]

    async def hear_upload(self, data: bytes, max_seconds: float | None = None) -> Recording:
        """Decode bytes, unless the same came before, and return the recording. Raises BadAudio.

        Nobody goes on decoding beyond `max_seconds`. That is the caller's limit, so it is nothing to remember.
        """
        found = self.known_upload(data)
        if found is not None:
            return found
        heard: Recording | BadAudio
        lasts = True
        try:
            heard = self._recording(data, await self.studio.listen(data, max_seconds))
        except BadAudio as error:
            lasts = error.reason != "crashed" and (error.reason != "too-long" or max_seconds is None)
            heard = self._lenient_recording(data) if self._lenient else error
        if lasts:
            self._heard.put(fingerprint(data), (data, heard), len(data))
        if isinstance(heard, BadAudio):
            raise heard
        return heard

    def _recording(self, data: bytes, listened: Listened) -> Recording:
        """Recognise, in this order: a fixture, bytes that were made here, our voice, a tag, silence."""
        sound, seed = listened.sound, f"{zlib.crc32(data):08x}"
        clip = self.library.by_bytes(data)
        heard, source = self._recognised(data, listened)
        if clip is not None and clip.has_words:
            source = FIXTURE
        return Recording(sound.milliseconds, seed, sound, clip, heard, source)

    def _recognised(self, data: bytes, listened: Listened) -> tuple[Transcript | None, str]:
        milliseconds, memory = listened.sound.milliseconds, self.studio.memory
        named = voices_of(listened.comment) if listened.packets else {}
        in_sound = transcript_of(
            listened.packets, milliseconds, lambda number: named.get(number) or memory.name_of(number), memory.text_of
        )
        script = self.studio.script_of(data)
        if script is not None:
            return _lines(script.lines, milliseconds, in_sound), SAME_BYTES
        if in_sound is not None:
            return in_sound, VOICE
        lines = lines_of(listened.comment, milliseconds)
        if lines:
            return _lines(lines, milliseconds), TAG
        if listened.transcript is not None:
            return listened.transcript, PLUG_IN
        return None, SILENCE if listened.sound.is_silent else MADE_UP

    @staticmethod
    def _lenient_recording(data: bytes) -> Recording:
        milliseconds = max(1_000, len(data) * 1_000 // _LENIENT_BYTES_PER_SECOND)
        return Recording(milliseconds, f"{zlib.crc32(data):08x}", None, None, is_taken_for_audio=True)

    async def hear_url(
        self, url: str, hosts: Mapping[str, str], extensions: Collection[str], name_hint: str | None, max_bytes: int
    ) -> Recording:
        """Return the recording behind a URL. Raises Unavailable; broken audio is the condition `corrupt`."""
        # What is really fetched is judged by its bytes, not by its name.
        found = look_up(url, self.library, hosts, None if self._fetch else extensions, name_hint)
        if isinstance(found, Clip):
            return await self._hear_clip(found)
        if not self._fetch:
            return self._stand_in(found)
        from mockvoice.audio.download import fetch_in_thread  # noqa: PLC0415 - nobody else needs an HTTP client

        data = await fetch_in_thread(url, max_bytes)
        return replace(await self._hear_bytes(data), fetched=data)

    async def hear_own(self, data: bytes) -> Recording:
        """Return the recording of a file that was shared here. Raises Unavailable."""
        return await self._hear_bytes(data)

    async def look_url(self, url: str, hosts: Mapping[str, str], extensions: Collection[str], max_bytes: int) -> bool:
        """Make sure that a video is behind a URL, and say whether a face is in it. Raises Unavailable.

        Only a clip of ours is known to have none.
        """
        found = look_up(url, self.library, hosts, None if self._fetch else extensions, None, VIDEO)
        if isinstance(found, Clip):
            await self.look_at(found.data)
            return bool(found.sidecar.get("faces", 1))
        if self._fetch:
            from mockvoice.audio.download import fetch_in_thread  # noqa: PLC0415 - as above

            await self.look_at(await fetch_in_thread(url, max_bytes))
        return True

    async def look_at(self, data: bytes) -> None:
        """Make sure that bytes are a video. Raises Unavailable."""
        try:
            await self.studio.look(data)
        except BadAudio as error:
            raise Unavailable("not-video" if error.reason == "not-video" else "corrupt", str(error)) from None

    @staticmethod
    def _stand_in(found: StandIn) -> Recording:
        return Recording(found.milliseconds, found.seed, None, None)

    async def _hear_clip(self, clip: Clip) -> Recording:
        if clip.milliseconds is not None and clip.has_times:
            return Recording(clip.milliseconds, clip.name, None, clip)
        return await self._hear_bytes(clip.data)

    async def _hear_bytes(self, data: bytes) -> Recording:
        try:
            recording = self._recording(data, await self.studio.listen(data))
            if recording.sound is not None and recording.sound.is_truncated:
                raise Unavailable("corrupt", "the file claims to be longer than it is")
            return recording
        except BadAudio as error:
            condition = "not-audio" if error.reason in {"not-audio", "empty"} else "corrupt"
            raise Unavailable(condition, str(error)) from None


def _lines(lines: Sequence[Line], milliseconds: int, heard: Transcript | None = None) -> Transcript:
    """Return the transcript of lines, their text to the letter, at the times at which they were heard.

    Speech that was too fast to be heard is spread over the duration.
    """
    language = heard.language if heard is not None else language_of(" ".join(line.text for line in lines))
    parts = [(line.voice, line.text) for line in lines]
    timed = at_times_of(heard, parts, language) if heard is not None else None
    laid_out = timed or spread(parts, language, milliseconds)
    return replace(laid_out, text=joined((line.text for line in lines), language))
