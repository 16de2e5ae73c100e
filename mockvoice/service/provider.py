"""What a provider package gives: verbs by operationId. Everything else about it stands in its spec."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from mockvoice.core.errors import ApiError
from mockvoice.service.call import Call, Reply

if TYPE_CHECKING:
    from mockvoice.core.accounts import Account
    from mockvoice.service.world import Desk

Behaviour = Callable[[Call], Reply | Awaitable[Reply]]
Preparation = Callable[[Call], Awaitable[None] | None]
Wording = Callable[[Call, ApiError], Mapping[str, Any]]
Check = Callable[[Call], None]
# Who speaks in a session of an account that names a voice, or None for none; None where there is no such voice.
Speaker = Callable[["Desk", "Account", str | None], str | None]
Counting = Callable[[Call], dict[str, int]]
Admission = Callable[[Call], bool]

_NOTHING: Mapping[str, Any] = MappingProxyType({})


def no_words(_call: Call, _error: ApiError) -> Mapping[str, Any]:
    """Add nothing: the templates of the error table are enough."""
    return {}


class Provider(NamedTuple):
    """One provider's verbs.

    `behaviours` answer; `checks` refuse what a schema cannot say (they run at the end of `validate`);
    `media` get hold of audio and measure it; `counts` count what a request holds where tokens are paid for (of one
    that is about to be refused as well); `words` fill placeholders of error templates; `after` adds
    header values to any answer of a known account, refused ones included; `speakers` find the voice of a
    session of `x-voice-websockets`, by the name of its row; `admit` refuses an account what its key is
    not good for, and says whether it has to be asked again at the next call.
    """

    behaviours: Mapping[str, Behaviour]
    checks: Mapping[str, Check] = _NOTHING
    media: Mapping[str, Preparation] = _NOTHING
    words: Wording = no_words
    counts: Mapping[str, Counting] = _NOTHING
    after: Callable[[Call], Mapping[str, Any]] | None = None
    speakers: Mapping[str, Speaker] = _NOTHING
    admit: Admission | None = None
