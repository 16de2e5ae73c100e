"""The catalogue of models, in the relay's form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockvoice.core.errors import ApiError
from mockvoice.service.call import Call, Reply
from mockvoice.service.world import Desk


def _catalogue(desk: Desk) -> Mapping[str, dict[str, Any]]:
    owners = {**desk.figure("models"), **desk.figure("mapped-models")}
    return {name: _model(desk, name, owner) for name, owner in owners.items()}


def _model(desk: Desk, name: str, owner: str) -> dict[str, Any]:
    return {
        "id": name,
        "object": "model",
        "created": desk.figure("model-created"),
        "owned_by": owner,
        "permission": [desk.figure("model-permission")],
        "root": name,
        "parent": None,
    }


def _list(call: Call) -> Reply:
    data = [*call.desk.once(_catalogue).values()]
    if call.chosen("models-list") == "success":
        return Reply.json({"success": True, "data": data})
    return Reply.json({"object": "list", "data": data})


def _get(call: Call) -> Reply:
    name = call.fields["model"]
    model = call.desk.once(_catalogue).get(name)
    if model is None:
        raise ApiError("model_not_found", field="model", model=name, expected="a model of the list", got=name)
    return Reply.json(model)


BEHAVIOURS = {"listModels": _list, "getModel": _get}
