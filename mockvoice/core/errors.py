"""The two kinds of failure: one that belongs on the wire, and one that is for our own user.

ApiError                  a provider's refusal; carries a code, never a status
└── UnknownFault          a failure was asked for that the operation cannot have
MockvoiceError            something our user can mend: what, where, expected, next step
├── SpecError             a spec file says something we do not understand
├── SettingsError         a flag, a choice or a file that was named does not exist
├── Missing               an optional part is asked for that is not installed
├── LedgerError           a hold was closed twice, or an amount is negative
└── IllegalTransition     a task was asked to go where its machine has no edge
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class ApiError(Exception):
    """A refusal in the provider's words: `code` names a row of its `x-voice-errors` table."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class UnknownFault(ApiError):
    """A fault was asked for that the operation cannot have; answered by mockvoice itself, not as the provider."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.message = message


class MockvoiceError(Exception):
    """Something our user can mend; the message says what, where, what was expected and what to do."""


class SpecError(MockvoiceError):
    """One or more problems in a spec, each with file, JSON pointer, expectation and nearest name."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


class SettingsError(MockvoiceError):
    """A setting that cannot be used."""


class Missing(MockvoiceError):
    """An optional part is not installed: `who` needs the extra, e.g. `the espeak voice needs`."""

    def __init__(self, who: str, extra: str) -> None:
        super().__init__(f'{who} the extra: pip install "mockvoice[{extra}]"')
        self.extra = extra


class LedgerError(MockvoiceError):
    """A misuse of the ledger by our own code; never caused by a client."""


class IllegalTransition(MockvoiceError):
    """A task was asked to enter a state its machine does not allow; nothing was changed."""


class NotEnough(Exception):
    """An account cannot cover a hold. Carries both amounts in the ledger's unit."""

    def __init__(self, balance: int, required: int) -> None:
        super().__init__(f"{required} required, {balance} available")
        self.balance = balance
        self.required = required
