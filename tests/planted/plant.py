"""What a plant is: a server that is wrong in one thing, or different in one that is nobody's business."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from mockvoice.core.settings import Settings
from mockvoice.service.world import World
from mockvoice.web.exchange import Receive, Scope, Send
from mockvoice.web.simulator import Mount


class Kind(StrEnum):
    """What is wrong, or harmless, about a plant."""

    # -- the shape of answers
    FIELD_MISSING = "field missing"
    FIELD_RENAMED = "field renamed"
    FIELD_NULL = "field null"
    WRONG_TYPE = "wrong type"
    OFF_BY_A_FACTOR = "off by a factor"
    ENUM_VALUE = "enum value wrong"
    MISSING_HEADER = "missing header"
    CONTENT_TYPE = "wrong content type"
    # -- errors
    STATUS_SWAPPED = "status swapped"
    ENVELOPE = "error envelope changed"
    ERROR_MEMBER = "error without its required member"
    AUTH_SKIPPED = "auth skipped on one operation"
    REVOKED_KEY = "revoked key accepted"
    BODY_TOKEN = "body token accepted where it must not be"
    MALFORMED = "malformed JSON accepted"
    VALIDATION_SKIPPED = "validation skipped"
    PRECEDENCE_SWAPPED = "precedence swapped"
    MISSING_ALLOW = "missing Allow"
    HTML_PAGE = "HTML for an unknown path"
    # -- money and limits
    PRICE = "price off by a factor"
    DOUBLE_CHARGE = "double charge"
    CHARGE_ON_REFUSAL = "charge on refusal"
    NOT_BOOKED = "charge reported but not booked"
    STALE_BALANCE = "stale balance"
    RACE = "race that overspends"
    OVERSPENT = "low account overspends"
    COST_HEADER = "cost header wrong"
    HEADER_COUNTING = "header counting wrong"
    LIMIT_NOT_ENFORCED = "limit not enforced"
    LIMIT_TOO_LOW = "limit lower than documented"
    BUDGET_WARNING = "budget warning wrong"
    KEY_TOO_GOOD = "key good for more than it may"
    LISTED_NOT_THERE = "listed and not there"
    # -- tasks
    PROGRESS_FALLING = "progress falling"
    TERMINAL_NOT_FINAL = "terminal not final"
    RESULT_EARLY = "result early"
    RESULT_CHANGES = "result changes on re-read"
    FOREIGN_TASK = "foreign task readable"
    UNKNOWN_TASK = "unknown task found"
    LATE_TASK = "created task not readable at once"
    COUNTS = "counts of tasks wrong"
    FAILURE_UNEXPLAINED = "failure without a reason"
    FAILURE_CHARGED = "charge for a failed task"
    FILM_MUTE = "film without sound"
    FILM_OF_ANOTHER = "film of another audio"
    DISPOSITION = "Content-Disposition missing or wrong"
    # -- lists
    PAGE_SIZE = "page size ignored"
    TOTAL = "total wrong"
    FILTER_IGNORED = "filter ignored"
    DELETED_LISTED = "deleted thing still listed"
    DELETED_KNOWN = "deleted thing still there"
    FOREIGN_LISTED = "foreign thing listed"
    FOREIGN_DELETED = "foreign thing deleted"
    ORDER_WRONG = "order wrong"
    SEARCH_EXACT = "fuzzy search is exact"
    CLONE_UNUSABLE = "clone cannot be used"
    FOREIGN_CLONE = "clone of another account listed and used"
    HEADERS_DISAGREE = "headers disagree with the refusal"
    # -- sound
    TRUNCATED_AUDIO = "truncated audio"
    TEXT_AS_AUDIO = "text as audio"
    WRONG_CODEC = "wrong codec"
    WRONG_RATE = "wrong sample rate"
    SILENCE = "silence"
    SPEED_IGNORED = "speed ignored"
    TEXT_CUT = "only the beginning is spoken"
    DURATION_WRONG = "duration wrong by 10 %"
    EVENT_ORDER = "chunk order in SSE"
    EVENT_DROPPED = "chunk dropped in SSE"
    NO_DONE_EVENT = "missing done event"
    SOCKET_ORDER = "message missing or out of order in a socket"
    SOCKET_FRAMES = "frames of a socket not as announced"
    # -- transcripts
    WORDS_OUT_OF_ORDER = "words out of order"
    WORDS_DIFFER = "text of words ≠ text"
    SRT_DIFFERS = "srt ≠ json"
    TEXTS_DIFFER = "text of one form ≠ text of another"
    LANGUAGE_CODE = "wrong language code"
    SPEAKER = "speaker nobody knows"
    OPTION_IGNORED = "option ignored"
    # -- files behind addresses, MessagePack, volume
    FILE_OF_ANOTHER = "file of another text"
    FILE_GONE = "file gone at once"
    FILE_IS_A_PAGE = "page instead of a file"
    FILE_CHANGES = "file changes on re-read"
    PACKED_MISREAD = "MessagePack misread"
    VOLUME_IGNORED = "volume ignored"
    # -- texts
    TOKENS = "tokens counted wrongly"
    VECTOR = "vector wrong"
    # -- pictures
    PICTURE_SIZE = "picture of another size"
    PICTURE_FORMAT = "picture of another format than it says"
    PICTURE_COUNT = "number of pictures ignored"
    TEXT_AS_PICTURE = "text as a picture"
    NO_RESULT = "success without a result"
    BUTTON = "button of another task works"
    # -- what must stay clean
    EXTRA_HEADER = "extra header"
    PRETTY_JSON = "pretty JSON"
    SLOWER = "slower"
    EXTRA_MEMBER = "extra member"
    HEADER_ORDER = "order and case of headers"
    CHUNKED = "chunked transfer"


BENIGN = frozenset(
    {Kind.EXTRA_HEADER, Kind.PRETTY_JSON, Kind.SLOWER, Kind.EXTRA_MEMBER, Kind.HEADER_ORDER, Kind.CHUNKED}
)


class App(Protocol):
    """An ASGI application that is, or stands before, a simulator."""

    world: World
    mounts: tuple[Mount, ...]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI scope."""


Build = Callable[[Settings], App]


@dataclass(frozen=True, slots=True)
class Plant:
    """One server.

    `found_by` names the claims that are about this fault, `family.name`; empty for a benign one. `fact` is a JSON
    pointer into the provider's spec. `needs` are the roles whose keys it takes to see the fault.
    """

    name: str
    provider: str
    kind: Kind
    summary: str
    build: Build
    found_by: tuple[str, ...] = ()
    fact: str | None = None
    needs: tuple[str, ...] = ("funded",)

    @property
    def is_benign(self) -> bool:
        """Whether nobody may complain."""
        return self.kind in BENIGN
