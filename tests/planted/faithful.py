"""The faithful simulator of one provider, and the places where one thing in it can be exchanged."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import cache
from typing import Any

from mockvoice.app import create_app
from mockvoice.core.accounts import Account
from mockvoice.core.ledger import Ledger
from mockvoice.core.settings import Settings
from mockvoice.openapi.model import Spec
from mockvoice.openapi.pointer import remove, replace
from mockvoice.service.call import Call, Reply
from mockvoice.service.provider import Behaviour, Provider
from mockvoice.service.world import Desk
from mockvoice.web.simulator import Simulator
from tests.planted.plant import App, Build

Around = Callable[[Behaviour], Behaviour]


def desk_of(app: App) -> Desk:
    return app.mounts[0].desk


def account(app: App, role: str) -> Account:
    return next(one for one in desk_of(app).roster.everyone() if one.role == f"mock-{role}")


def _control(simulator: Simulator) -> object:
    from mockvoice.web.control import make_control

    return make_control(simulator)


def patched(
    settings: Settings,
    document: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
    verbs: Callable[[Provider], Provider] | None = None,
) -> Simulator:
    """Return the simulator of one provider with a changed document, or changed verbs."""
    app = create_app(settings)
    desk, load = app.mounts[0].desk, app.mounts[0].load
    if document is not None:
        desk = Desk(Spec(document(desk.spec.document)), desk.readings, app.world)
    if verbs is not None:
        load = cache(lambda: verbs(app.mounts[0].load()))
    return Simulator(app.world, [one._replace(desk=desk, load=load) for one in app.mounts], _control)


def with_spec(changes: Mapping[str, Any] | None = None, without: Iterable[str] = ()) -> Build:
    """Build a simulator whose document differs at some pointers."""

    def edit(document: dict[str, Any]) -> dict[str, Any]:
        for pointer, value in (changes or {}).items():
            document = replace(document, pointer, value)
        for pointer in without:
            document = remove(document, pointer)
        return document

    return lambda settings: patched(settings, document=edit)


def verbs_around(operations: Iterable[str], around: Around) -> Callable[[Provider], Provider]:
    """Put something around the verbs of some operations."""

    def change(provider: Provider) -> Provider:
        found = provider.behaviours
        return provider._replace(behaviours={**found, **{name: around(found[name]) for name in operations}})

    return change


def with_verb(operation: str, around: Around) -> Build:
    """Build a simulator one of whose verbs is another."""
    return lambda settings: patched(settings, verbs=verbs_around((operation,), around))


async def awaited(reply: Reply | Awaitable[Reply]) -> Reply:
    return reply if isinstance(reply, Reply) else await reply


def before(change: Callable[[Call], None]) -> Around:
    """Change the call before the verb sees it."""

    def around(behave: Behaviour) -> Behaviour:
        def changed(call: Call) -> Reply | Awaitable[Reply]:
            change(call)
            return behave(call)

        return changed

    return around


def after(change: Callable[[Call, Reply], Awaitable[None] | None]) -> Around:
    """Change the reply of the verb."""

    def around(behave: Behaviour) -> Behaviour:
        async def changed(call: Call) -> Reply:
            reply = await awaited(behave(call))
            waiting = change(call, reply)
            if inspect.isawaitable(waiting):
                await waiting
            return reply

        return changed

    return around


def with_ledgers(kind: type[Ledger]) -> Build:
    """Build a simulator that keeps its books in another way."""
    return lambda settings: keep_books(patched(settings), kind)


def keep_books(app: Simulator, kind: type[Ledger]) -> Simulator:
    for one in desk_of(app).roster.everyone():
        one.ledger = kind(one.ledger.balance)
    return app
