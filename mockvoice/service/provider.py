"""What a provider package gives: verbs by operationId. Everything else about it stands in its spec."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from mockvoice.core.errors import ApiError
from mockvoice.service.call import Call, Reply

Behaviour = Callable[[Call], Reply | Awaitable[Reply]]
Preparation = Callable[[Call], Awaitable[None] | None]
Wording = Callable[[Call, ApiError], Mapping[str, Any]]
Check = Callable[[Call], None]
Counting = Callable[[Call], dict[str, int]]

_NOTHING: Mapping[str, Any] = MappingProxyType({})


def no_words(_call: Call, _error: ApiError) -> Mapping[str, Any]:
    """Add nothing: the templates of the error table are enough."""
    return {}


class Provider(NamedTuple):
    """One provider's verbs.

    `behaviours` answer; `checks` refuse what a schema cannot say (they run at the end of `validate`);
    `media` get hold of audio and measure it; `counts` count what a request holds where tokens are paid for (of one
    that is about to be refused as well); `words` fill placeholders of error templates; `after` adds
    header values to any answer of a known account, refused ones included.
    """

    behaviours: Mapping[str, Behaviour]
    checks: Mapping[str, Check] = _NOTHING
    media: Mapping[str, Preparation] = _NOTHING
    words: Wording = no_words
    counts: Mapping[str, Counting] = _NOTHING
    after: Callable[[Call], Mapping[str, Any]] | None = None
