"""Plants whose list of voices is wrong, or whose clones are not their owner's. All of voiceapi."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from mockvoice.core.errors import ApiError
from mockvoice.core.settings import Settings
from mockvoice.service.call import Call, Reply
from mockvoice.service.provider import Behaviour
from tests.planted.faithful import after, before, desk_of, patched, with_verb
from tests.planted.plant import App, Build, Kind, Plant
from tests.planted.wrapping import JSON, Answer, Asked, changing

PROVIDER = "voiceapi"
LIST, SUBMIT = "models_list", "tts_submit"
TABLE = "/paths/~1v1~1models/get/x-voice-collection"
ORDER = "searching.the_order_asked_for_is_kept"
FITTING = "searching.a_filter_lets_through_what_fits_and_nothing_else"
SLIP = "searching.a_text_with_a_letter_wrong_is_found"
OWN = "searching.what_is_made_is_used_by_its_account_alone"
AGREES = "credits.a_refusal_over_a_limit_agrees_with_its_headers"
REMAINING = b"x-ratelimit-requests-remaining"


def _changed_list(change: Callable[[Call, dict[str, Any]], None]) -> Build:
    """Build a simulator whose list is changed in its JSON."""

    def edit(call: Call, reply: Reply) -> None:
        body = orjson.loads(reply.body)
        change(call, body)
        reply.body = orjson.dumps(body)

    return with_verb(LIST, after(edit))


def _lowest_first(call: Call, body: dict[str, Any]) -> None:
    if call.fields["sort_by"] != "score":
        body["items"].reverse()


def _any_tag(call: Call) -> None:
    call.fields["tag"] = []


def _as_spelt(call: Call, body: dict[str, Any]) -> None:
    wanted = call.fields.get("title", "").casefold()
    fitting = [one for one in body["items"] if wanted in one["title"].casefold()]
    body["total"] -= len(body["items"]) - len(fitting)
    body["items"] = fitting


def _open_to_all(settings: Settings) -> App:
    """Build a simulator in which anybody may speak with anybody's model."""
    app = patched(settings)
    everyone = OrderedDict[str, Any]()
    for account in desk_of(app).roster.everyone():
        account.attributes["own_models"] = everyone
    return app


def _refusing_own(behave: Behaviour) -> Behaviour:
    """Refuse a script for a model of the account as if nobody had it."""

    def changed(call: Call) -> Reply | Awaitable[Reply]:
        own = call.account.attributes.get("own_models", {})
        for model_id in call.fields["model_ids"]:
            if model_id in own:
                raise ApiError("unknown_model", field="model_ids", model_id=model_id)
        return behave(call)

    return changed


def _some_left(_asked: Asked, answer: Answer) -> None:
    if b"MONTHLY quota" in answer.body:
        answer.put(REMAINING, b"7")


PLANTS = (
    Plant(
        name="voiceapi-lowest-first",
        provider=PROVIDER,
        kind=Kind.ORDER_WRONG,
        summary="a list that is sorted by a count or a date has each page upside down",
        build=_changed_list(_lowest_first),
        found_by=(ORDER,),
        fact=f"{TABLE}/sort",
    ),
    Plant(
        name="voiceapi-tags-ignored",
        provider=PROVIDER,
        kind=Kind.FILTER_IGNORED,
        summary="the list is the same whatever tag is asked for",
        build=with_verb(LIST, before(_any_tag)),
        found_by=(FITTING,),
        fact=f"{TABLE}/filters/tag",
    ),
    Plant(
        name="voiceapi-titles-as-spelt",
        provider=PROVIDER,
        kind=Kind.SEARCH_EXACT,
        summary="a title with a letter wrong is not found",
        build=_changed_list(_as_spelt),
        found_by=(SLIP,),
        fact=f"{TABLE}/filters/title",
    ),
    Plant(
        name="voiceapi-clone-unusable",
        provider=PROVIDER,
        kind=Kind.CLONE_UNUSABLE,
        summary="a model that was trained is listed, but nothing can be spoken with it",
        build=with_verb(SUBMIT, _refusing_own),
        found_by=(OWN,),
        fact=f"{TABLE}/uses/tts_submit",
        needs=("funded", "other"),
    ),
    Plant(
        name="voiceapi-clones-of-all",
        provider=PROVIDER,
        kind=Kind.FOREIGN_CLONE,
        summary="a model that an account has trained is listed for all, and all may speak with it",
        build=_open_to_all,
        found_by=(OWN, "collections.what_is_made_is_hidden_from_another_account"),
        fact=f"{TABLE}/uses/tts_submit",
        needs=("funded", "other"),
    ),
    Plant(
        name="voiceapi-quota-left",
        provider=PROVIDER,
        kind=Kind.HEADERS_DISAGREE,
        summary="seven requests are left when the quota is said to be exceeded",
        build=changing(_some_left, statuses=(429,), media=JSON),
        found_by=(AGREES,),
        fact="/x-voice-limits/quota",
        needs=("funded", "empty"),
    ),
)
