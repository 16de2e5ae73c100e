"""The models: who may speak with which, and the list of them. Public ones, and those that an account has cloned."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, NamedTuple

from mockvoice.core.accounts import Account
from mockvoice.core.tasks import Task
from mockvoice.core.times import rfc3339
from mockvoice.providers.voiceapi.catalogue import Voice, Wish, by_rank, public_catalogue
from mockvoice.providers.voiceapi.validation import is_set
from mockvoice.service.call import Call, Reply

_OWN = "own_models"


class _Own(NamedTuple):
    """A model of an account and the task that trains it."""

    task: Task
    voice: Voice

    def is_trained(self, by: float) -> bool:
        """Say whether it is there at a time."""
        last = self.task.timeline[-1]
        return last.at <= by and last.state == self.task.machine.success


# -- own models ----------------------------------------------------------------------------------------


def remember(call: Call, task: Task) -> None:
    """Keep a model with its account, there once its task has succeeded; beyond the bound the oldest is forgotten."""
    own: OrderedDict[str, _Own] = call.account.attributes.setdefault(_OWN, OrderedDict())
    own[task.request["model_id"]] = _Own(task, Voice(_item(call, task)))
    if len(own) > call.figure("models-kept"):
        own.popitem(last=False)


def may_use(call: Call, model_id: str) -> bool:
    """Say whether the caller may speak with a model: a public one, or one of its own that is trained."""
    if model_id in call.desk.once(public_catalogue).ids:
        return True
    own = _models_of(call.account).get(model_id)
    return own is not None and own.is_trained(call.now)


def _models_of(account: Account) -> OrderedDict[str, _Own]:
    return account.attributes.get(_OWN) or OrderedDict()


def _item(call: Call, task: Task) -> dict[str, Any]:
    created = rfc3339(task.timeline[0].at)
    return {
        **call.figure("voice-defaults"),
        **call.figure("own-voice-defaults"),
        "_id": task.request["model_id"],
        "title": task.request["title"],
        "created_at": created,
        "updated_at": created,
    }


def _trained(call: Call, until: float) -> Iterator[Voice]:
    """Yield the caller's models, newest first, that were trained by a time."""
    if call.chosen("own-models") == "listed":
        yield from (one.voice for one in reversed(_models_of(call.account).values()) if one.is_trained(until))


# -- the list ------------------------------------------------------------------------------------------


def _list(call: Call) -> Reply:
    fields = call.fields
    order = fields[call.figure("sort-parameter")]
    wish = Wish(
        # White space is no title: nothing is looked for then.
        " ".join(fields.get("title", "").split()),
        fields.get("language", ""),
        frozenset(filter(None, fields.get("tag", ()))),
        "" if order == call.figure("unsorted") else order,
    )
    catalogue = call.desk.once(public_catalogue)
    found = () if is_set(call, "self") else catalogue.find(wish)
    if _OWN in call.account.attributes:
        own = catalogue.among(_trained(call, _as_of(call)), wish)
        # The best of both are the own ones first: only another order, or a title, mixes them.
        mixed = wish.order or wish.title
        found = tuple(sorted((*own, *found), key=by_rank, reverse=True)) if mixed else (*own, *found)
    start = (fields["page_number"] - 1) * fields["page_size"]
    page = b",".join([voice.json for _, voice in found[start : start + fields["page_size"]]])
    return Reply(b'{"total":%d,"items":[%b]}' % (len(found), page))


def _as_of(call: Call) -> float:
    """Return the time whose list is shown: now with `refresh`, else that of the cached page.

    Every page counts as cached, and is as old as a page in the cache may get: so a list depends on the clock
    alone, never on who asked before.
    """
    seconds: float = 0 if is_set(call, "refresh") else call.figure("models-cache-seconds")
    return call.now - seconds


BEHAVIOURS = {"models_list": _list}
