"""Plants whose lists are wrong, or forget, or remember too well. Of the two providers that clone voices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockvoice.core.settings import Settings
from mockvoice.service.call import Call
from mockvoice.service.voices import Voice, VoiceBook
from tests.planted.claims import ROW
from tests.planted.faithful import before, desk_of, patched, with_verb
from tests.planted.plant import App, Build, Kind, Plant
from tests.planted.wrapping import editing

ADD_UP = "collections.pages_add_up_to_the_total"
SIZE = "collections.a_page_has_the_size_asked_for"
FILTER = "collections.a_filter_only_narrows"
LISTED = "collections.what_is_made_is_listed_at_once"
HIDDEN = "collections.what_is_made_is_hidden_from_another_account"
GONE = "collections.what_is_deleted_is_gone"
NET_LIST = "/paths/~1api~1open~1list-models/post/x-voice-collection"
ORG_LIST = "/paths/~1api~1open~1v1~1voices/get/x-voice-collection"


class ListsDeleted(VoiceBook):
    """Still lists what was deleted, though nobody can use it."""

    def __init__(self) -> None:
        super().__init__()
        self._ghosts: dict[str, list[Voice]] = {}

    def delete(self, voice: Voice) -> None:
        super().delete(voice)
        self._ghosts.setdefault(voice.owner, []).append(voice)

    def own(self, owner: str) -> list[Voice]:
        return [*super().own(owner), *self._ghosts.get(owner, ())]


class ShowsPrivate(VoiceBook):
    """Lists what other accounts have made, private or not."""

    def published(self, but_for: str) -> Iterator[Voice]:
        return (one for one in reversed(self._voices.values()) if one.owner != but_for)


class DeletesForAnybody(VoiceBook):
    """Finds the voice of another account, as if whoever asks had made it."""

    def __init__(self) -> None:
        super().__init__()
        self.caller = ""

    def get(self, voice_id: str) -> Voice | None:
        voice = super().get(voice_id)
        return voice if voice is None else voice._replace(owner=self.caller)

    def delete(self, voice: Voice) -> None:
        owned = super().get(voice.id)
        assert owned is not None
        super().delete(owned)


class KeepsDeleted(VoiceBook):
    """Takes what was deleted out of lists only: it can be used, and deleted again."""

    def __init__(self) -> None:
        super().__init__()
        self._ghosts: dict[str, Voice] = {}

    def get(self, voice_id: str) -> Voice | None:
        return super().get(voice_id) or self._ghosts.get(voice_id)

    def delete(self, voice: Voice) -> None:
        if voice.id not in self._ghosts:
            super().delete(voice)
            self._ghosts[voice.id] = voice


def _with_book(kind: type[VoiceBook]) -> Build:
    def build(settings: Settings) -> App:
        app = patched(settings)
        vars(desk_of(app).operator)["voices"] = kind()
        return app

    return build


def _deleting_for_anybody(settings: Settings) -> App:
    app = with_verb("deleteVoice", before(_is_the_owner))(settings)
    vars(desk_of(app).operator)["voices"] = DeletesForAnybody()
    return app


def _is_the_owner(call: Call) -> None:
    book = call.desk.operator.voices
    assert isinstance(book, DeletesForAnybody)
    book.caller = call.account.id


def _ten_a_page(call: Call) -> None:
    call.fields["limit"] = 10


def _no_search(call: Call) -> None:
    call.fields.pop("search", None)


def _total_of_the_page(body: Any) -> None:
    body["total"] = len(body["items"])


PLANTS = (
    Plant(
        name="org-ten-voices-a-page",
        provider="fishaudio-org",
        kind=Kind.PAGE_SIZE,
        summary="a page has ten voices, whatever limit is asked for",
        build=with_verb("listVoices", before(_ten_a_page)),
        found_by=(SIZE, ADD_UP),
        fact=f"{ORG_LIST}/page/size",
    ),
    Plant(
        name="net-total-of-the-page",
        provider="fishaudio-net",
        kind=Kind.TOTAL,
        summary="the total is that of the page, not of the list",
        build=editing(_total_of_the_page, ("listModels",)),
        found_by=(ADD_UP, SIZE, LISTED, GONE),
        fact=f"{NET_LIST}/total",
    ),
    Plant(
        name="org-search-ignored",
        provider="fishaudio-org",
        kind=Kind.FILTER_IGNORED,
        summary="search finds every voice",
        build=with_verb("listVoices", before(_no_search)),
        found_by=(FILTER,),
        fact=f"{ORG_LIST}/filters/search",
    ),
    Plant(
        name="net-deleted-voices-listed",
        provider="fishaudio-net",
        kind=Kind.DELETED_LISTED,
        summary="a voice that was deleted stays in the list",
        build=_with_book(ListsDeleted),
        found_by=(GONE,),
        fact="/paths/~1api~1open~1delete-model/post",
    ),
    Plant(
        name="org-private-voices-shown",
        provider="fishaudio-org",
        kind=Kind.FOREIGN_LISTED,
        summary="private voices of other accounts are listed",
        build=_with_book(ShowsPrivate),
        found_by=(HIDDEN,),
        fact=f"{ORG_LIST}/unknown",
        needs=("funded", "other"),
    ),
    Plant(
        name="org-deletes-for-anybody",
        provider="fishaudio-org",
        kind=Kind.FOREIGN_DELETED,
        summary="a voice can be deleted by another account",
        build=_deleting_for_anybody,
        found_by=(HIDDEN,),
        fact="/x-voice-errors/voice_not_found/when",
        needs=("funded", "other"),
    ),
    Plant(
        name="org-deletes-again",
        provider="fishaudio-org",
        kind=Kind.DELETED_KNOWN,
        summary="a voice that was deleted is off the list, and can be used and deleted as before",
        build=_with_book(KeepsDeleted),
        found_by=(GONE, ROW),
        fact="/paths/~1api~1open~1v1~1voices/get/x-voice-collection/uses/createSpeech",
    ),
    Plant(
        name="net-deletes-again",
        provider="fishaudio-net",
        kind=Kind.DELETED_KNOWN,
        summary="a voice that was deleted is off the list, and can be used and deleted as before",
        build=_with_book(KeepsDeleted),
        found_by=(GONE, ROW),
        fact="/x-voice-errors/voice_deleted",
    ),
)
