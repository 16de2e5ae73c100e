"""Plants that count calls wrongly."""

from __future__ import annotations

from tests.planted.claims import READINGS, ROW
from tests.planted.faithful import with_spec
from tests.planted.plant import Kind, Plant
from tests.planted.wrapping import Answer, Asked, changing_heads

COUNT_DOWN = "credits.limit_headers_count_down"
LIMIT, REMAINING = b"x-ratelimit-limit", b"x-ratelimit-remaining"


def _stuck(_asked: Asked, answer: Answer) -> None:
    limit = answer.header(LIMIT)
    if limit is not None:
        answer.put(REMAINING, limit)


def _by_two(_asked: Asked, answer: Answer) -> None:
    limit, remaining = answer.header(LIMIT), answer.header(REMAINING)
    if limit is not None and remaining is not None:
        answer.put(REMAINING, b"%d" % max(0, 2 * int(remaining) - int(limit)))


PLANTS = (
    Plant(
        name="hadrian-remaining-stuck",
        provider="hadrian",
        kind=Kind.HEADER_COUNTING,
        summary="X-RateLimit-Remaining never falls",
        build=changing_heads(_stuck, statuses=(200,)),
        found_by=(COUNT_DOWN,),
        fact="/components/headers/RateLimitRemaining",
    ),
    Plant(
        name="voiceapi-remaining-by-two",
        provider="voiceapi",
        kind=Kind.HEADER_COUNTING,
        summary="X-RateLimit-Remaining falls by two with each call",
        build=changing_heads(_by_two),
        found_by=(COUNT_DOWN,),
        fact="/components/headers/RateRemaining",
    ),
    Plant(
        name="aitre-no-limit",
        provider="aitre",
        kind=Kind.LIMIT_NOT_ENFORCED,
        summary="nobody is ever told to call less often",
        build=with_spec({"/x-voice-limits/windows/per-minute/allowances": {"*": None}}),
        found_by=("credits.a_call_over_the_limit_is_refused", ROW, READINGS),
        fact="/x-voice-limits/windows/per-minute",
        needs=("funded", "limited"),
    ),
)
