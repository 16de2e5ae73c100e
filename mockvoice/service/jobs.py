"""Tasks that are paid for and leave a file behind: made, charged when it is time, found again by their owner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mockvoice.core.errors import ApiError
from mockvoice.core.money import CHARGED_AT_ONCE, ON_SUCCESS, REFUNDED
from mockvoice.core.tasks import Moment, Task
from mockvoice.core.times import rfc3339
from mockvoice.service.call import Call
from mockvoice.service.files import Make, address, put_up


class Product(NamedTuple):
    """What a job leaves behind: a kind of x-voice-files, the extension and the type of the file, and how it is made.

    `held` is how many bytes it keeps in memory until then.
    """

    kind: str
    extension: str
    media: str
    make: Make
    held: int = 0


def start(call: Call, machine: str, product: Product, request: Mapping[str, Any], fails_after: str | None) -> Task:
    """Make a job of a machine for the caller; a magic input decides where it fails, else `fails_after`.

    It begins now, not when the request came, for to look at what was sent takes time that is not the job's. What it
    makes is there from the moment it is completed on.
    """
    now = call.desk.world.clock.now()
    failing = call.fails_after() or fails_after
    remembered: dict[str, Any] = {**request, "price": call.price}
    task = call.desk.start_task(machine, call.account.id, now, remembered, failing)
    last = task.timeline[-1]
    if last.state == task.machine.success:
        task.result = put_up(
            call, product.kind, product.extension, product.media, product.make, product.held, since=last.at
        )
    return task


def charge(call: Call, task: Task) -> None:
    """Let the price of a job be taken, or given back, when `charged` of its x-voice-billing says so."""
    tariff, hold = call.operation.tariff, call.hold
    if tariff is None or hold is None or tariff.charged == CHARGED_AT_ONCE:
        return
    last, ledger = task.timeline[-1], call.account.ledger
    if tariff.charged == REFUNDED:
        if last.state != task.machine.success and call.price:
            ledger.give_back_later(call.price, last.at, hold.note)
        return
    price = call.price if last.state == task.machine.success else 0
    call.hold = None
    if tariff.charged == ON_SUCCESS:
        ledger.release(hold, call.now)
        if price:
            ledger.charge_later(price, last.at, hold.note)
    else:
        call.charged = price
        ledger.settle_later(hold, price, last.at)


def find(call: Call, machine: str, job_id: str, code: str) -> Task:
    """Return the caller's job of an id. Raises ApiError with a code for any other id, whatever it looks like."""
    task = call.desk.tasks.find(job_id, call.account.id, machine)
    if task is None:
        raise ApiError(code, job_id=job_id[:80], expected=f"the id of a {machine} job of this account", got="another")
    return task


def result_url(call: Call, task: Task) -> str | None:
    """Return the address of what a job has made; None as long as it is not completed."""
    return address(call, task.result) if task.result is not None and task.succeeded(call.now) else None


def cost(task: Task, moment: Moment) -> int:
    """Return what a job has cost, or will, as it is told at a moment: nothing once it has failed."""
    state = moment.state
    return 0 if state in task.machine.terminal and state != task.machine.success else int(task.request["price"])


def times(task: Task, moment: Moment) -> tuple[str, str, str | None]:
    """Return when a job was created, when it was last changed, and when it was over, as RFC 3339; None: not yet."""
    over = rfc3339(moment.at) if moment.state in task.machine.terminal else None
    return rfc3339(task.timeline[0].at), rfc3339(moment.at), over
