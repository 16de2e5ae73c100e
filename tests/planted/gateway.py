"""Plants of a gateway: budgets and windows told wrongly, keys good for more than they may, models that lead nowhere."""

from __future__ import annotations

from tests.harness.specs import spec
from tests.planted.claims import ROW
from tests.planted.faithful import with_spec
from tests.planted.plant import Kind, Plant
from tests.planted.wrapping import Answer, Asked, changing_heads

WARNINGS = "gateway.budget_warnings_tell_the_truth"
USED = "gateway.what_is_used_and_what_remains_is_the_limit"
SCOPES = "gateway.a_key_is_good_for_its_scopes_alone"
WAYS = "gateway.a_listed_model_leads_somewhere"
AT_ONCE = "gateway.no_more_than_one_of_too_many_calls_has_to_wait"

SPENT, LIMIT, SHARE = b"x-budget-current-spend-cents", b"x-budget-limit-cents", b"x-budget-spend-percentage"
TOKENS_USED = b"x-tokenratelimit-used"
STRANGER = {"id": "nobody/tts-2", "object": "model", "created": 1, "owned_by": "nobody", "source": "static"}


def _left_for_spent(_asked: Asked, answer: Answer) -> None:
    spent, limit = answer.header(SPENT), answer.header(LIMIT)
    if spent is not None and limit is not None:
        answer.put(SPENT, b"%d" % (int(limit) - int(spent)))


def _of_a_hundred(_asked: Asked, answer: Answer) -> None:
    share = answer.header(SHARE)
    if share is not None:
        answer.put(SHARE, b"%.2f" % (float(share) * 100))


def _silent(_asked: Asked, answer: Answer) -> None:
    answer.put(b"x-budget-warning", None)


def _one_call_used(_asked: Asked, answer: Answer) -> None:
    if answer.header(TOKENS_USED) is not None:
        answer.put(TOKENS_USED, b"1000")


PLANTS = (
    Plant(
        name="hadrian-left-for-spent",
        provider="hadrian",
        kind=Kind.BUDGET_WARNING,
        summary="X-Budget-Current-Spend-Cents tells what is left of the budget",
        build=changing_heads(_left_for_spent),
        found_by=(WARNINGS,),
        fact="/components/headers/BudgetCurrentSpendCents",
        needs=("funded", "warned"),
    ),
    Plant(
        name="hadrian-share-of-a-hundred",
        provider="hadrian",
        kind=Kind.BUDGET_WARNING,
        summary="X-Budget-Spend-Percentage is of a hundred instead of a part of one",
        build=changing_heads(_of_a_hundred),
        found_by=(WARNINGS,),
        fact="/components/headers/BudgetSpendPercentage",
        needs=("funded", "warned"),
    ),
    Plant(
        name="hadrian-no-warning",
        provider="hadrian",
        kind=Kind.BUDGET_WARNING,
        summary="X-Budget-Warning never comes",
        build=changing_heads(_silent),
        found_by=(WARNINGS,),
        fact="/components/headers/BudgetWarning",
        needs=("funded", "warned"),
    ),
    Plant(
        name="hadrian-tokens-used-stuck",
        provider="hadrian",
        kind=Kind.HEADER_COUNTING,
        summary="X-TokenRateLimit-Used stays at one call while what remains falls",
        build=changing_heads(_one_call_used, statuses=(200,)),
        found_by=(USED,),
        fact="/components/headers/TokenRateLimitUsed",
    ),
    Plant(
        name="hadrian-five-at-once",
        provider="hadrian",
        kind=Kind.LIMIT_TOO_LOW,
        summary="five calls of a key may be under way, where ten are documented",
        build=with_spec({"/x-voice-limits/at-once/calls": 5}),
        found_by=(AT_ONCE,),
        fact="/x-voice-limits/at-once",
        needs=("funded", "fresh"),
    ),
    Plant(
        name="hadrian-scopes-ignored",
        provider="hadrian",
        kind=Kind.KEY_TOO_GOOD,
        summary="a key with the scope of models alone may speak and hear",
        build=with_spec(without=("/x-mock-accounts/mock-scoped/attributes",)),
        found_by=(SCOPES, ROW),
        fact="/paths/~1api~1v1~1audio~1speech/post/x-voice-scope",
        needs=("funded", "scoped"),
    ),
    Plant(
        name="hadrian-addresses-ignored",
        provider="hadrian",
        kind=Kind.KEY_TOO_GOOD,
        summary="a key that is bound to other addresses may be used from here",
        build=with_spec(without=("/x-mock-accounts/mock-elsewhere/attributes",)),
        found_by=(ROW,),
        fact="/x-voice-errors/ip_not_allowed",
        needs=("funded", "elsewhere"),
    ),
    Plant(
        name="hadrian-expired-key",
        provider="hadrian",
        kind=Kind.KEY_TOO_GOOD,
        summary="a key whose time is over may be used",
        build=with_spec({"/x-mock-accounts/mock-expired/standing": "active"}),
        found_by=(ROW,),
        fact="/x-voice-errors/expired_key",
        needs=("funded", "expired"),
    ),
    Plant(
        name="hadrian-lists-a-stranger",
        provider="hadrian",
        kind=Kind.LISTED_NOT_THERE,
        summary="a model of a provider is listed that no call can be routed to",
        build=with_spec({"/x-mock-figures/models/value": [*spec("hadrian").figure("models"), STRANGER]}),
        found_by=(WAYS,),
        fact="/paths/~1api~1v1~1models/get/x-voice-routing",
    ),
)
