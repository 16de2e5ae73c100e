"""Knows who is calling: reads the credentials a spec names, and looks the account up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockvoice.core.accounts import Account
from mockvoice.core.errors import ApiError
from mockvoice.openapi.plans import Credential
from mockvoice.web.bodies import refuse, take_body

if TYPE_CHECKING:
    from mockvoice.core.limits import Window
    from mockvoice.web.exchange import Exchange

_ABSENT = ""


def authenticate(x: Exchange) -> None:
    """Find the account by header. Raises ApiError for a missing, malformed, unknown, barred or bound key."""
    account = x.line.account_of(x.headers)
    if account is None:
        account = judge(x, _token_from_headers(x))
        if not admit(x, account):
            x.line.remember(x.headers, account)
        return
    _let_in(x, account)


def admit(x: Exchange, account: Account) -> bool:
    """Let an account in, if its key is good for this call; say whether that has to be asked at each call.

    Raises ApiError.
    """
    _let_in(x, account)
    ask = x.line.admit
    return ask is not None and ask(x)


def authenticate_or_count(x: Exchange) -> None:
    """As authenticate, but who has no good key is counted by address. Raises ApiError."""
    try:
        authenticate(x)
    except ApiError as error:
        # A key that is good for something else is known, and has windows of its own.
        if not x.has_account and error.details.get("kind") != "forbidden":
            count_address(x)
        raise


def count_address(x: Exchange) -> None:
    """Count a call without an account in the windows of its address. Raises ApiError when one is full."""
    x.windows = x.desk.addresses.windows_of(x.address)
    for name, window in x.windows.items():
        if not window.take(x.now):
            raise over(x, window)
        x.used[name] = window.used


def over(x: Exchange, window: Window) -> ApiError:
    """Return the error for one call too many in a window."""
    rule = window.rule
    x.full = rule.name
    return ApiError(
        rule.refusal_at(x.operation.id),
        limit=window.allowance,
        window=rule.seconds,
        plan=x.account.plan if x.has_account else "",
        retry_after=window.resets_in(x.now),
        pointer=f"/x-voice-limits/windows/{rule.name}",
        expected=f"at most {window.allowance} in {rule.seconds} s",
        got="one more",
    )


async def authenticate_with_body(x: Exchange) -> None:
    """As authenticate, but a key may also be a member of the body (`x-voice-body-credential`)."""
    member = x.operation.body_credential or ""
    in_header = any(credential.header in x.headers for way in x.operation.credentials for credential in way)
    if in_header and "body-credential-wins" not in x.line.switches:
        authenticate(x)
        return
    await take_body(x)
    in_body = x.decoded.get(member) if isinstance(x.decoded, dict) else None
    if isinstance(in_body, str) and in_body:
        admit(x, judge(x, in_body))
    else:
        authenticate(x)


def _let_in(x: Exchange, account: Account) -> None:
    """Let the call be that of an account, with what its tasks have come to cost by now."""
    ledger = account.ledger
    if ledger.due:
        ledger.come_due(x.now)
    x.account = account
    x.windows = account.windows
    x.has_account = True


def _token_from_headers(x: Exchange) -> str:
    """Return the key of the first way in whose headers are all there; empty when there is none.

    By a switch the last way is the first to be asked. Raises ApiError for a malformed key, or for more than one where
    that is ambiguous.
    """
    if "one-credential" in x.line.switches:
        shown = {credential.field for way in x.operation.credentials for credential in way}
        given = sorted(name for name in shown if name.encode() in x.headers)
        if len(given) > 1:
            raise refuse(x, "several-credentials", expected="a key in one header", got=" and ".join(given))
    ways = x.operation.credentials
    for way in reversed(ways) if "later-credential-wins" in x.line.switches else ways:
        tokens = [read_key(x, credential) for credential in way]
        if all(tokens):
            return tokens[0]
    return _ABSENT


def read_key(x: Exchange, credential: Credential) -> str:
    """Return the key a header carries, empty when absent. Raises ApiError for one that is malformed."""
    value = x.headers.get(credential.header)
    if value is None:
        return _ABSENT
    text = value.decode("latin-1").strip()
    if credential.scheme:
        scheme, _, text = text.partition(" ")
        text = text.strip()
        if scheme.lower() != credential.scheme and x.desk.roster.accepts_any and value.strip():
            return value.decode("latin-1").strip()
        if scheme.lower() != credential.scheme or not text:
            expected = f"{credential.scheme.title()} <key>"
            raise refuse(x, "malformed-credential", credential.field, expected=expected, got=f"{scheme[:12]} …")
    if not text.startswith(credential.key_prefix) and not x.desk.roster.accepts_any:
        if credential.otherwise == "optional":
            return credential.key_prefix + text
        if credential.otherwise == "malformed":
            expected = f"a key that starts with {credential.key_prefix}"
            raise refuse(x, "malformed-credential", credential.field, expected=expected, got="another")
        return _ABSENT
    return text


def judge(x: Exchange, token: str) -> Account:
    """Return the account of a key. Raises ApiError when there is none, or it may not call."""
    if not token:
        raise refuse(x, "no-credential", expected="a key; `mockvoice accounts` lists them", got="none")
    account = x.desk.roster.find(token)
    if account is None:
        shown = masked(token)
        raise refuse(x, "bad-credential", token=shown, expected="a key of `mockvoice accounts`", got=shown)
    if account.standing != "active":
        raise refuse(x, account.standing, token=masked(token), expected="an active account", got=account.standing)
    return account


def masked(token: str) -> str:
    """Return a key with its middle hidden, safe to print."""
    return f"{token[:3]}***{token[-3:]}" if len(token) > 8 else "***"
