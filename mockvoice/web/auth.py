"""Knows who is calling: reads the credentials a spec names, and looks the account up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockvoice.core.accounts import Account
from mockvoice.openapi.plans import Credential
from mockvoice.web.bodies import refuse, take_body

if TYPE_CHECKING:
    from mockvoice.web.exchange import Exchange

_ABSENT = ""


def authenticate(x: Exchange) -> None:
    """Find the account by header. Raises ApiError for a missing, malformed, unknown or barred key."""
    account = x.line.account_of(x.headers)
    if account is None:
        account = judge(x, _token_from_headers(x))
        x.line.remember(x.headers, account)
    _let_in(x, account)


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
        _let_in(x, judge(x, in_body))
    else:
        authenticate(x)


def _let_in(x: Exchange, account: Account) -> None:
    """Let the call be that of an account, with what its tasks have come to cost by now."""
    ledger = account.ledger
    if ledger.due:
        ledger.come_due(x.now)
    x.account = account
    x.has_account = True


def _token_from_headers(x: Exchange) -> str:
    """Return the key of the first way in whose headers are all there; empty when there is none."""
    for way in x.operation.credentials:
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
