"""What a provider package gives: verbs by operationId. Everything else about it stands in its spec."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mockvoice.core.errors import ApiError
from mockvoice.service.call import Call, Reply

Behaviour = Callable[[Call], Reply | Awaitable[Reply]]
Preparation = Callable[[Call], Awaitable[None] | None]
Wording = Callable[[Call, ApiError], Mapping[str, Any]]
Check = Callable[[Call], None]


def no_words(_call: Call, _error: ApiError) -> Mapping[str, Any]:
    """Add nothing: the templates of the error table are enough."""
    return {}


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider's verbs.

    `behaviours` answer; `checks` refuse what a schema cannot say (they run at the end of `validate`);
    `media` get hold of audio and measure it; `words` fill placeholders of error templates; `after` adds
    header values to any answer of a known account, refused ones included.
    """

    behaviours: Mapping[str, Behaviour]
    checks: Mapping[str, Check] = field(default_factory=dict)
    media: Mapping[str, Preparation] = field(default_factory=dict)
    words: Wording = no_words
    after: Callable[[Call], Mapping[str, Any]] | None = None
