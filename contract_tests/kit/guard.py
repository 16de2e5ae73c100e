"""Stands where bytes leave: counts, caps, paces and masks every request of the process, Schemathesis's included.

It takes the place of `requests.adapters.HTTPAdapter.send` while a run lasts. What would exceed a cap is never sent.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests
import requests.adapters
import urllib3.filepost
from requests.structures import CaseInsensitiveDict

from contract_tests.kit.amounts import Amounts
from contract_tests.kit.answers import is_answer_of
from contract_tests.kit.bounds import Allowance, BudgetEnded, Caps, NoAnswer, PlanExceeded, Strayed, Throttled
from contract_tests.kit.exchanges import Exchange, members_of
from contract_tests.kit.facts import Facts
from contract_tests.kit.operations import Operation
from contract_tests.kit.pace import LONGEST_WAIT, Turns, is_an_answer, is_put_off, seconds_of
from contract_tests.kit.reach import out_of_reach
from contract_tests.kit.recipes import BOUNDARY, Draft
from contract_tests.kit.roles import Keys
from contract_tests.kit.wire import (
    CONNECT_SECONDS,
    READ_SECONDS,
    HeldBack,
    all_text,
    bytes_of,
    fill,
    may_have_arrived,
    read_body,
    text_of,
)

# So many seconds of waiting in vain, in all, and nothing more is sent.
LONGEST_SILENCE = 180.0


class Mask(Protocol):
    """Takes keys out of what came back, and out of what is shown."""

    def mask_text(self, text: str) -> str: ...  # noqa: D102
    def mask_bytes(self, data: bytes) -> bytes: ...  # noqa: D102


@dataclass
class Guard:
    """Sends for everybody. Times are monotonic seconds; `clock` and `sleep` are handed in."""

    facts: Facts
    target: str
    keys: Keys
    amounts: Amounts
    mask: Mask
    caps: Caps = field(default_factory=Caps)
    is_loopback: bool = False
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    tell: Callable[[str], None] = lambda _: None
    allowance: Allowance = field(default_factory=Allowance)
    log: list[Exchange] = field(default_factory=list)
    # What has left and was not answered, by its number: it may have come to something all the same.
    unanswered: dict[int, Operation] = field(default_factory=dict)
    sent: int = 0
    spent: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._turns = Turns()
        self._local = threading.local()
        self._silence = 0.0
        self._over = ""
        # As requests writes it: small letters, names of hosts in ASCII.
        split = urlsplit(str(requests.Request("GET", self.target).prepare().url))
        self._origin, self._prefix = (split.scheme, split.netloc), split.path.rstrip("/")

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Take the place of the adapter's `send` until the block ends."""
        original = requests.adapters.HTTPAdapter.send
        guard = self

        def send(adapter: Any, request: requests.PreparedRequest, *_: Any, **options: Any) -> requests.Response:
            return guard._send(original, adapter, request, options)

        requests.adapters.HTTPAdapter.send = send  # type: ignore[method-assign, assignment]
        # Libraries that write forms through urllib3 draw a boundary by chance; a seed has to send the same bytes again.
        chance, urllib3.filepost.choose_boundary = urllib3.filepost.choose_boundary, lambda: BOUNDARY
        try:
            yield
        finally:
            urllib3.filepost.choose_boundary = chance
            requests.adapters.HTTPAdapter.send = original  # type: ignore[method-assign]

    @contextmanager
    def on_account(self, allowance: Allowance) -> Iterator[None]:
        """Count what is sent in the block on another account: what many claims want and one of them asks for."""
        before, self.allowance = self.allowance, allowance
        try:
            yield
        finally:
            self.allowance = before

    @contextmanager
    def sending(self, draft: Draft) -> Iterator[None]:
        """Take what this thread sends in the block for that draft: it tells the files and the account."""
        self._local.draft = draft
        try:
            yield
        finally:
            self._local.draft = None

    @property
    def latest(self) -> Exchange:
        """The exchange that this thread sent last."""
        exchange: Exchange = self._local.exchange
        return exchange

    def ask(self, draft: Draft, session: requests.Session) -> Exchange:
        """Send a draft and return the exchange. Raises BudgetEnded, PlanExceeded, NoAnswer, Throttled.

        Of a draft with a party the end of the body is held back until all others of it are under way as well.
        """
        with self.sending(draft):
            prepared = requests.Request(draft.method, self.target.rstrip("/") + draft.path).prepare()
            # As written: requests would change the path's escapes and guess at a Content-Type.
            prepared.headers = CaseInsensitiveDict({"Accept": "*/*", "User-Agent": "mockvoice-check", **draft.headers})
            if draft.body or draft.method in {"POST", "PUT", "PATCH"}:
                prepared.body = HeldBack(draft.body, draft.party, self.sleep) if draft.party else draft.body
                prepared.headers["Content-Length"] = str(len(draft.body))
            session.send(prepared, allow_redirects=False)
        return self.answered()

    def answered(self) -> Exchange:
        """Return the exchange that this thread sent last. Raises BudgetEnded, and Throttled where it was put off."""
        if self._over:
            raise BudgetEnded(self._over)
        latest = self.latest
        if is_put_off(latest) and not is_an_answer(latest.status, latest.role):
            said = "too many requests" if latest.status == 429 else "come again later"
            asked = f"{latest.method} {latest.url.removeprefix(self.target.rstrip('/'))}"
            raise Throttled(f"{asked} was answered {latest.status}: {said}; a --rate may help")
        return latest

    def fetch(self, url: str, session: requests.Session) -> Exchange:
        """Fetch the file behind an address that an answer told: without a key, whatever host it is.

        Counted, capped, paced and logged as any request. Raises Strayed for an address that is not fetched,
        BudgetEnded, PlanExceeded, NoAnswer, Throttled.
        """
        why = out_of_reach(url, self.is_loopback)
        if why:
            raise Strayed(f"GET {self.mask.mask_text(url)} is not sent: {why}")
        prepared = requests.Request("GET", url).prepare()
        prepared.headers = CaseInsensitiveDict({"Accept": "*/*", "User-Agent": "mockvoice-check"})
        if self.keys.role_in(all_text(prepared, b"")) is not None:
            raise Strayed(f"GET {self.mask.mask_text(url)} is not sent: it holds a key")
        self._local.file = prepared.url
        try:
            session.send(prepared, allow_redirects=False)
        finally:
            self._local.file = None
        return self.answered()

    def take(self, role: str | None, worst: int) -> int:
        """Count what is about to leave by another way than HTTP, and wait for its turn; return its number.

        `worst` is the most it may cost. Raises BudgetEnded, PlanExceeded, NoAnswer.
        """
        with self._lock:
            self._admit(worst)
            number = self.sent
        self._pace(role)
        return number

    def settle(self, held: int, real: int) -> None:
        """Put what something really costs, as far as one knows, in the place of the worst."""
        with self._lock:
            self.spent += real - held
            self.allowance.spent += real - held

    def age(self, role: str) -> float:
        """Return how many seconds ago an account was first asked with; 0 if it never was."""
        return self._turns.age(role, self.clock())

    # -- one request ---------------------------------------------------------------------------------

    def _send(
        self,
        original: Callable[..., requests.Response],
        adapter: Any,
        request: requests.PreparedRequest,
        options: dict[str, Any],
    ) -> requests.Response:
        draft: Draft | None = getattr(self._local, "draft", None)
        operation = self._operation(request)
        body = bytes_of(request.body)
        fields = draft.fields if draft else members_of(body)
        role = draft.role if draft else self.keys.role_in(all_text(request, body))
        # Another path or method than that of any operation: what it was made from may be what answers.
        priced = operation or (self.facts.operations.get(draft.operation) if draft else None)
        worst = self.amounts.worst(priced, draft, fields, len(body)) if priced else 0
        with self._lock:
            self._admit(worst)
            number = self.sent
        self._pace(role)
        began = self.clock()
        if priced:
            self.unanswered[number] = priced
        options |= {"stream": True, "timeout": (CONNECT_SECONDS, READ_SECONDS)}
        try:
            response = original(adapter, request, **options)
            data, pieces = read_body(response, self.clock, began)
        except (requests.RequestException, OSError) as error:
            # What has left may have been charged, whether or not an answer comes.
            if not may_have_arrived(error):
                self.settle(worst, 0)
                self.unanswered.pop(number, None)
            self._silence += self.clock() - began
            raise NoAnswer(self.mask.mask_text(f"no answer from {request.method} {request.url}: {error}")) from None
        took = self.clock() - began
        self._heed(role, response)
        exchange = Exchange(
            number,
            self.allowance.claim,
            operation,
            role,
            str(request.method),
            self.mask.mask_text(str(request.url)),
            {name.lower(): self.mask.mask_text(text_of(value)) for name, value in request.headers.items()},
            self.mask.mask_bytes(body),
            response.status_code,
            {name.lower(): self.mask.mask_text(value) for name, value in response.headers.items()},
            self.mask.mask_bytes(data),
            took,
            pieces,
            draft,
        )
        self.settle(worst, 0 if _is_free(exchange) else worst)
        with self._lock:
            self.log.append(exchange)
            self.unanswered.pop(number, None)
        self._local.exchange = exchange
        fill(response, exchange)
        return response

    def _operation(self, request: requests.PreparedRequest) -> Operation | None:
        if request.url == getattr(self._local, "file", None) and request.method == "GET":
            return None
        split = urlsplit(str(request.url))
        if (split.scheme, split.netloc) != self._origin or not f"{split.path}/".startswith(f"{self._prefix}/"):
            raise Strayed(f"{request.method} {split.scheme}://{split.netloc}{split.path} is not below {self.target}")
        return self.facts.operation_at(str(request.method), split.path[len(self._prefix) :])

    def _admit(self, worst: int) -> None:
        """Count a request before it is sent, at its worst price. Raises BudgetEnded, PlanExceeded, NoAnswer."""
        if self._over:
            raise BudgetEnded(self._over)
        if self._silence > LONGEST_SILENCE:
            raise NoAnswer(f"waited {self._silence:.0f} s in vain for answers, in all; nothing more is sent")
        if self.caps.requests is not None and self.sent + 1 > self.caps.requests:
            raise BudgetEnded(f"the budget of {self.caps.requests:,} requests is used up")
        if self.caps.credits is not None and self.spent + worst > self.caps.credits:
            raise BudgetEnded(
                f"the next call may cost {worst:,} {self.facts.unit}; {self.spent:,} of {self.caps.credits:,} are used"
            )
        mine = self.allowance
        if mine.calls is not None and mine.sent + 1 > mine.calls:
            raise PlanExceeded(f"{mine.claim} announced {mine.calls} requests and wants to send more")
        if not mine.covers(worst):
            raise PlanExceeded(f"{mine.claim} announced {mine.credits} {self.facts.unit} and might spend more")
        self.sent += 1
        mine.sent += 1
        self.spent += worst
        mine.spent += worst

    def _pace(self, role: str | None) -> None:
        with self._lock:
            seconds = self._turns.turn(role, self.clock(), self.caps.pause)
        if seconds > 0:
            self.sleep(seconds)

    def _heed(self, role: str | None, response: requests.Response) -> None:
        """Obey Retry-After, whoever asks, but for accounts that are there to meet a limit."""
        if response.status_code not in {429, 503} or is_an_answer(response.status_code, role):
            return
        seconds = seconds_of(response.headers.get("Retry-After", ""), datetime.now(UTC))
        if seconds is None:
            return
        if seconds > LONGEST_WAIT:
            self._over = (
                f"the endpoint asks to wait {seconds:.0f} s (Retry-After); more than {LONGEST_WAIT:.0f} s ends a run"
            )
            return
        self.tell(f"waiting {seconds:.0f} s, as Retry-After asks")
        self._turns.put_off(role, self.clock() + seconds)


def _is_free(exchange: Exchange) -> bool:
    """Say whether an answer refuses, and its operation takes nothing for that. Some refuse with a status of success."""
    operation = exchange.operation
    if operation is not None and (operation.billing or {}).get("refused", "free") != "free":
        return False
    if not exchange.is_success or operation is None:
        return exchange.status >= 400
    return any(is_answer_of(row, exchange) for row in operation.own_errors)
