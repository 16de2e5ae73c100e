"""The voices of an operator: a public catalogue, and those that accounts have cloned. Who may see, use, delete which.

A voice that was cloned at one provider of an operator is there at its others as well. What it
reads of a spec, and which errors it raises, stands in `voice_needs`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from mockvoice.core.errors import ApiError
from mockvoice.core.times import rfc3339
from mockvoice.service.audio_input import hear_uploads, refuse_audio

if TYPE_CHECKING:
    from mockvoice.core.accounts import Account
    from mockvoice.service.call import Call
    from mockvoice.service.world import Desk

# Cloned voices that are kept for each operator; beyond this the oldest is forgotten.
VOICES_KEPT = 20_000
# Ids of deleted voices that are still known to be such.
DELETED_KEPT = 10_000


class Voice(NamedTuple):
    """One voice. `owner` is the id of the account that cloned it, empty for one of the catalogue.

    `provider` is the family of engines that speaks it; times are texts in RFC 3339.
    """

    id: str
    title: str
    description: str
    provider: str
    created_at: str
    updated_at: str
    owner: str = ""
    is_public: bool = True


class VoiceBook:
    """The cloned voices of one operator, oldest first, and what was deleted."""

    def __init__(self, kept: int = VOICES_KEPT) -> None:
        self._kept = kept
        self._voices: OrderedDict[str, Voice] = OrderedDict()
        self._own: dict[str, dict[str, Voice]] = {}
        self._deleted: OrderedDict[str, str] = OrderedDict()

    def __len__(self) -> int:
        return len(self._voices)

    def add(self, voice: Voice) -> None:
        """Remember a voice, and forget the oldest when there are too many."""
        self._voices[voice.id] = voice
        self._own.setdefault(voice.owner, {})[voice.id] = voice
        if len(self._voices) > self._kept:
            self._take_out(next(iter(self._voices)))

    def get(self, voice_id: str) -> Voice | None:
        """Return a voice, whoever asks; None where there is none."""
        return self._voices.get(voice_id)

    def own(self, owner: str) -> list[Voice]:
        """Return the voices of an account, newest first."""
        return list(reversed(self._own.get(owner, {}).values()))

    def count(self, owner: str) -> int:
        """Return how many voices an account has."""
        return len(self._own.get(owner, ()))

    def published(self, but_for: str) -> Iterator[Voice]:
        """Yield what other accounts have made public, newest first."""
        return (one for one in reversed(self._voices.values()) if one.is_public and one.owner != but_for)

    def delete(self, voice: Voice) -> None:
        """Forget a voice, but not that this was its id."""
        self._take_out(voice.id)
        self._deleted[voice.id] = voice.owner
        if len(self._deleted) > DELETED_KEPT:
            self._deleted.popitem(last=False)

    def was_deleted(self, voice_id: str, owner: str) -> bool:
        """Say whether an account has had such a voice and deleted it."""
        return self._deleted.get(voice_id) == owner

    def _take_out(self, voice_id: str) -> None:
        voice = self._voices.pop(voice_id)
        own = self._own[voice.owner]
        del own[voice_id]
        if not own:
            del self._own[voice.owner]


def _catalogue(desk: Desk) -> Mapping[str, Voice]:
    rows = desk.figure("public-voices")
    return {row["_id"]: Voice(row["_id"], *(row[name] for name in Voice._fields[1:6])) for row in rows}


def find(call: Call, voice_id: str) -> Voice | None:
    """Return the voice that the caller may use by this id: of the catalogue, its own, or made public; else None.

    For any operation that speaks with a voice: what is answered about None is that operation's own.
    """
    return find_for(call.desk, call.account, voice_id)


def find_for(desk: Desk, account: Account, voice_id: str) -> Voice | None:
    """Return the voice that an account may use by this id, else None."""
    voice = desk.once(_catalogue).get(voice_id) or desk.operator.voices.get(voice_id)
    if voice is None or voice.is_public or voice.owner == account.id:
        return voice
    return None


def first(desk: Desk) -> Voice:
    """Return the voice that speaks where a client names none: the first of the catalogue."""
    return next(iter(desk.once(_catalogue).values()))


def visible(call: Call, with_own: bool = True) -> list[Voice]:
    """Return what the caller sees in lists: its own voices (unless not wanted), others' public ones, the catalogue."""
    book, caller = call.desk.operator.voices, call.account.id
    own = book.own(caller) if with_own else []
    return [*own, *book.published(caller), *call.desk.once(_catalogue).values()]


def check_samples(call: Call, field: str) -> None:
    """Refuse more samples than a voice may be made from. Raises ApiError."""
    most, count = call.figure("samples-most"), len(call.uploads[field])
    if count > most:
        raise ApiError(
            "invalid_request",
            field=field,
            detail=f"{field}: at most {most} files",
            pointer="/x-voice-figures/samples-most",
            expected=f"at most {most} files",
            got=str(count),
        )


def hear_samples(call: Call, field: str) -> Awaitable[None]:
    """Judge every sample of a voice by its name and by its sound, and how long all of them are. Raises ApiError."""

    def judge(heard: Call) -> None:
        sound, least = heard.recording.sound, heard.figure("sample-least-active-share")
        if sound is not None and sound.active_share < least:
            message = f"{sound.active_share:.0%} of it is sound"
            raise refuse_audio(heard, "silent", message, field, f"a voice in at least {least:.0%} of it")

    longest = call.figure("samples-longest-seconds")
    return hear_uploads(call, field, longest, call.figure("sample-extensions"), judge)


def create(call: Call, title: str, description: str, is_public: bool) -> Voice:
    """Make a voice of the caller's. Raises ApiError when it has as many as it may."""
    book, owner, most = call.desk.operator.voices, call.account.id, call.figure("own-voices-most")
    if book.count(owner) >= most:
        pointer = "/x-mock-figures/own-voices-most"
        raise ApiError("voice_limit", limit=most, pointer=pointer, expected=f"at most {most} voices", got="one more")
    # Judging the samples has taken time.
    made = rfc3339(call.desk.world.clock.now())
    provider = call.figure("own-voice-provider")
    voice = Voice(call.id("voice"), title, description, provider, made, made, owner, is_public)
    book.add(voice)
    return voice


def delete(call: Call, voice_id: str, field: str) -> Voice:
    """Take a voice of the caller's away and return it. Raises ApiError for any other."""
    voice, book = find(call, voice_id), call.desk.operator.voices
    if voice is None:
        code = "voice_deleted" if book.was_deleted(voice_id, call.account.id) else "voice_not_found"
        expected = "the id of a voice of this account"
        raise ApiError(code, field=field, voice_id=voice_id[:80], expected=expected, got=voice_id[:80])
    if voice.owner != call.account.id:
        expected = "a voice that this account has made"
        raise ApiError("voice_protected", field=field, voice_id=voice_id, expected=expected, got="a public one")
    book.delete(voice)
    return voice
