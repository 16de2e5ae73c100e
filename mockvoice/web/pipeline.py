"""The path of a request, readable from top to bottom. The order of its middle stages is the spec's.

(route →) path → auth → limits → body → validate → media → credits   (x-voice-precedence)
→ behave → settle → headers → send → journal
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING

from mockvoice.core.errors import ApiError, NotEnough, UnknownFault
from mockvoice.service.call import Reply
from mockvoice.web.auth import authenticate, authenticate_with_body, masked
from mockvoice.web.bodies import Disconnected, refuse, take_body
from mockvoice.web.checking import judge_route, validation_of
from mockvoice.web.exchange import Exchange
from mockvoice.web.headers import Headers, fill_headers
from mockvoice.web.refusals import hint, printable, render, words_for

if TYPE_CHECKING:
    from mockvoice.openapi.plans import Operation
    from mockvoice.web.exchange import Receive, Scope, Send
    from mockvoice.web.line import Line

log = logging.getLogger("mockvoice")

Stage = Callable[[Exchange], Awaitable[None] | None]

FAULT_HEADER = b"x-mockvoice-fault"


# -- the stages of x-voice-precedence ----------------------------------------------------------------


def count_call(x: Exchange) -> None:
    """limits: count the call in every window of the account. Raises ApiError when one is full."""
    windows = x.account.windows
    for name in x.operation.windows:
        window = windows.get(name)
        if window is not None and not window.take(x.now):
            rule = window.rule
            raise ApiError(
                rule.refusal_at(x.operation.id),
                limit=window.allowance,
                window=rule.seconds,
                plan=x.account.plan,
                retry_after=window.resets_in(x.now),
                pointer=f"/x-voice-limits/windows/{name}",
                expected=f"at most {window.allowance} in {rule.seconds} s",
                got="one more",
            )


def validate_before_upstream(x: Exchange) -> None:
    """validate, where a server behind judges part of the request: nobody gets there who cannot pay. Raises ApiError."""
    try:
        x.line.validate(x)
    except ApiError as error:
        if error.code in x.operation.upstream and x.hold is None:
            if isinstance(x.decoded, dict):
                x.fields.update(x.decoded)
            set_aside(x)
        raise


def judge_media(x: Exchange) -> Awaitable[None] | None:
    """media: let the provider get hold of the audio and judge it. Raises ApiError."""
    prepare = x.line.prepare
    return None if prepare is None else prepare(x)


def set_aside(x: Exchange) -> None:
    """credits: hold what the call may cost. Raises ApiError when the account cannot cover it."""
    tariff = x.operation.tariff
    if tariff is None:
        return
    ledger = x.account.ledger
    quota = x.account.quota
    if quota is not None and quota.is_over(x.now):
        ledger.fill(quota.limit, x.now)
    price = x.price if tariff.fixed_hold is None else None
    need = tariff.to_hold(price, ledger.balance)
    try:
        x.hold = ledger.hold(need, x.now, x.operation.id)
    except NotEnough as error:
        raise ApiError(
            tariff.refusal,
            balance=error.balance,
            required=error.required,
            plan=x.account.plan,
            pointer=f"{x.line.pointer}/x-voice-billing",
            expected=f"a balance of at least {error.required}",
            got=str(error.balance),
            account=masked(x.account.token),
        ) from None


def stages_of(operation: Operation, has_media: bool) -> tuple[Stage, ...]:
    """Return the stages an operation needs, in the order of its precedence; `has_media` if audio comes with it."""
    auth: Stage = authenticate_with_body if operation.body_credential else authenticate
    known: dict[str, Stage | None] = {
        "path": None,  # the router has done it
        "auth": None if operation.is_open else auth,
        "limits": None if operation.is_open or not operation.windows else count_call,
        "body": take_body if operation.body_media is not None else None,
        "validate": validate_before_upstream if operation.upstream else validation_of(operation),
        "media": judge_media if has_media else None,
        "credits": set_aside if operation.tariff is not None else None,
    }
    stages = tuple(stage for name in operation.order if (stage := known[name]) is not None)
    # Which API a call is for is known before who calls: a gateway has to find the API to know its subscribers.
    return stages if operation.routing is None else (judge_route, *stages)


# -- the whole ---------------------------------------------------------------------------------------


async def serve(line: Line, scope: Scope, receive: Receive, send: Send, path_values: dict[str, str] | None) -> None:
    """Answer one request. Whatever happens, its hold is closed and the answer is the provider's."""
    x = Exchange(line, scope, receive, path_values)
    try:
        for stage in line.stages:
            waiting = stage(x)
            if waiting is not None:
                await waiting
        if FAULT_HEADER in x.headers:
            from mockvoice.web.faults import asked_for  # noqa: PLC0415 - for tests of failures only

            raise asked_for(x)
        if x.operation.triggers:
            x.check_triggers()
        reply = line.behave(x)
        if not isinstance(reply, Reply):
            reply = await reply
        settle(x)
    except ApiError as error:
        # Before the answer, because its headers may tell the balance.
        close_refused(x, error)
        await _refuse(x, error, send)
        return
    except Disconnected:
        return
    except Exception:
        log.exception("%s %s: the simulator failed here; please report it", scope["method"], printable(scope["path"]))
        await _refuse(x, refuse(x, "crash", expected="no failure inside mockvoice", got="see the log"), send)
        return
    finally:
        if x.hold is not None and x.hold.is_open:
            x.account.ledger.release(x.hold, x.now)
    status = reply.status or x.operation.success
    await send({"type": "http.response.start", "status": status, "headers": _headers(x, reply, status)})
    if reply.stream is None:
        await send({"type": "http.response.body", "body": reply.body})
    else:
        await _send_pieces(send, reply.stream)
    _note(x, status)


def settle(x: Exchange) -> None:
    """Turn the hold into the price."""
    if x.hold is not None:
        x.charged = x.account.ledger.settle(x.hold, x.price, x.now)


def close_refused(x: Exchange, error: ApiError) -> None:
    """Close the hold of a refused call: it is free, unless the tariff says that refused calls are charged."""
    if x.hold is None or not x.hold.is_open:
        return
    tariff = x.operation.tariff
    if tariff is not None and tariff.charges_refused and not isinstance(error, UnknownFault):
        settle(x)
    else:
        x.account.ledger.release(x.hold, x.now)


def _headers(x: Exchange, reply: Reply, status: int) -> Headers:
    """Return the headers of a success: its type, those the spec names, its length unless it is a stream."""
    headers: Headers = [(b"content-type", reply.media)] if reply.media else []
    values = reply.values
    after = x.line.after
    if after is not None and x.has_account:
        values = {**after(x), **values}
    fill_headers(headers, x.line.headers_for(status), x, values)
    if reply.stream is None:
        headers.append((b"content-length", b"%d" % len(reply.body)))
    return headers


async def _refuse(x: Exchange, error: ApiError, send: Send) -> None:
    """Send the provider's refusal, with our hint in a header and a line in the log."""
    if isinstance(error, UnknownFault):
        await _send_bytes(send, 400, [(b"content-type", b"text/plain")], error.message.encode())
        return
    row = x.desk.spec.errors[error.code]
    x.code = error.code
    body, media = render(row, words_for(x, error))
    headers: Headers = [(b"content-type", media)] if media else []
    values = dict(error.details)
    if x.has_account:
        x.account.lapse(x.now)
    after = x.line.after
    if after is not None and x.has_account:
        values = {**after(x), **values}
    fill_headers(headers, x.line.headers_for(row.status, row.response), x, values)
    if "closes" in error.details:
        headers.append((b"connection", b"close"))
    shown = hint(x, error)
    headers.append((b"x-mockvoice-hint", shown.encode()))
    await _send_bytes(send, row.status, headers, body)
    log.info("%s %s -> %d %s", x.scope["method"], printable(x.scope["path"]), row.status, shown)
    _note(x, row.status)


async def _send_bytes(send: Send, status: int, headers: Headers, body: bytes) -> None:
    headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _send_pieces(send: Send, pieces: AsyncIterator[bytes]) -> None:
    async for piece in pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _note(x: Exchange, status: int) -> None:
    who = x.account.role if x.has_account else ""
    scope = x.scope
    line = x.line
    line.note(
        (x.now, line.desk.spec.id, line.operation.id, scope["method"], scope["path"], who, status, x.code, x.charged)
    )
