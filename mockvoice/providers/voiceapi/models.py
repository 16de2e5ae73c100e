"""The voices: a public catalogue, and the models an account has cloned. Who may use which, and how they are listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mockvoice.core.accounts import Account
from mockvoice.core.tasks import Task
from mockvoice.providers.voiceapi.validation import is_set
from mockvoice.service.call import Call, Reply
from mockvoice.service.world import Desk

_OWN = "own_models"


@dataclass(frozen=True, slots=True)
class _Voice:
    """One model as the list shows it, and what its title is compared by."""

    item: Mapping[str, Any]
    trigrams: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """The public voices, best first, and their ids."""

    voices: tuple[_Voice, ...]
    ids: frozenset[str]


def _catalogue(desk: Desk) -> _Catalogue:
    common = desk.figure("voice-defaults")
    items = [{**common, "updated_at": one["created_at"], **one} for one in desk.figure("voices")]
    voices = tuple(_Voice(item, _trigrams(item["title"])) for item in items)
    return _Catalogue(voices, frozenset(item["_id"] for item in items))


def _trigrams(text: str) -> frozenset[str]:
    """Return the runs of three letters of each word, its ends padded: what survives a slip of the pen."""
    padded = [f"  {word} " for word in text.casefold().split()]
    return frozenset(word[index : index + 3] for word in padded for index in range(len(word) - 2))


# -- own models ----------------------------------------------------------------------------------------


def remember(account: Account, task: Task) -> None:
    """Keep a clone task with its account; the model is there once the task has succeeded."""
    account.attributes.setdefault(_OWN, {})[task.request["model_id"]] = task


def may_use(call: Call, model_id: str) -> bool:
    """Say whether the caller may speak with a model: a public one, or one of its own that is trained."""
    if model_id in call.desk.once(_catalogue).ids:
        return True
    task = call.account.attributes.get(_OWN, {}).get(model_id)
    return task is not None and task.succeeded(call.now)


def _own(call: Call, trained_until: float) -> Iterator[_Voice]:
    """Yield the caller's models, newest first, that were trained by a time."""
    tasks: Sequence[Task] = tuple(call.account.attributes.get(_OWN, {}).values())
    for task in reversed(tasks):
        if task.succeeded(trained_until):
            created = datetime.fromtimestamp(task.timeline[0].at, UTC).isoformat(timespec="milliseconds")
            own = {
                **call.figure("voice-defaults"),
                **call.figure("own-voice-defaults"),
                "_id": task.request["model_id"],
                "title": task.request["title"],
                "created_at": created.replace("+00:00", "Z"),
                "updated_at": created.replace("+00:00", "Z"),
            }
            yield _Voice(own, _trigrams(own["title"]))


# -- the list ------------------------------------------------------------------------------------------


def _list(call: Call) -> Reply:
    fields = call.fields
    voices: Sequence[_Voice] = call.desk.once(_catalogue).voices
    if _OWN in call.account.attributes and call.chosen("own-models") == "listed":
        voices = [*_own(call, _as_of(call)), *voices]
    fitting = _fitting(call, voices)
    order = fields[call.figure("sort-parameter")]
    # The catalogue is in the order of the default; every other order is by a member of the items, highest first.
    if order != call.figure("unsorted"):
        fitting.sort(key=lambda one: one.item.get(order, 0), reverse=True)
    start = (fields["page_number"] - 1) * fields["page_size"]
    page = [one.item for one in fitting[start : start + fields["page_size"]]]
    return Reply.json({"total": len(fitting), "items": page})


def _as_of(call: Call) -> float:
    """Return the time whose list is shown: now with `refresh`, else that of the cached page.

    Every page counts as cached, and is as old as a page in the cache may get: so a list depends on the clock
    alone, never on who asked before.
    """
    seconds: float = 0 if is_set(call, "refresh") else call.figure("models-cache-seconds")
    return call.now - seconds


def _fitting(call: Call, voices: Iterable[_Voice]) -> list[_Voice]:
    """Return the voices that the caller's filters let through; a filter without a value lets all through."""
    fields = call.fields
    language, tags = fields.get("language"), set(filter(None, fields.get("tag", ())))
    wanted = _trigrams(fields.get("title", ""))
    enough = call.figure("title-likeness") * len(wanted)
    return [
        one
        for one in voices
        if (not language or language in one.item["languages"])
        and (not tags or tags.issubset(one.item["tags"]))
        and len(wanted & one.trigrams) >= enough
    ]


BEHAVIOURS = {"models_list": _list}
