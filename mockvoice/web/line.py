"""One operation of one provider, ready to be served: its stages, verbs, headers and refusals, looked up once."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

from mockvoice.core.accounts import Account
from mockvoice.core.clock import Clock
from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.plans import Operation, ResponsePlan
from mockvoice.openapi.pointer import spell
from mockvoice.service.call import Call, Reply
from mockvoice.service.provider import Behaviour, Check, Counting, Preparation, Provider
from mockvoice.service.world import Desk
from mockvoice.web.bodies import refuse
from mockvoice.web.checking import validation_of
from mockvoice.web.exchange import Exchange
from mockvoice.web.headers import Fill, compile_headers
from mockvoice.web.pipeline import stages_of

_KNOWN_HEADERS_KEPT = 4_096


class Line:
    """Everything `serve` needs for one operation."""

    def __init__(self, desk: Desk, provider: Provider, clock: Clock, operation: Operation, prefix: str) -> None:
        self.desk = desk
        self.provider = provider
        self.clock = clock
        self.operation = operation
        self.prefix = prefix
        self.note = desk.world.journal.note
        self.pointer = spell(("paths", operation.path, operation.method.lower()))
        self.prepare: Preparation | None = provider.media.get(operation.id)
        self.has_places = desk.spec.at_once is not None and not operation.is_open
        self.stages = stages_of(operation, self.prepare is not None, bool(desk.addresses), self.has_places)
        self.admit = provider.admit
        self.behave: Behaviour = provider.behaviours[operation.id]
        self.after = provider.after
        self.validate = validation_of(operation)
        self.check: Check | None = provider.checks.get(operation.id)
        self.count: Counting | None = provider.counts.get(operation.id)
        self.refusals: Mapping[str, str | Mapping[str, str]] = operation.refusals
        self.echoes_request_id = bool(desk.spec.document["x-voice-provider"].get("echoes-request-id", False))
        self.switches = frozenset(desk.spec.document["x-voice-provider"].get("switches", ()))
        self._headers: dict[tuple[int, str | None], tuple[tuple[bytes, bytes | None, Fill | None], ...]] = {}
        ways = operation.credentials
        # Only a key that stands alone in the first header is looked up by it; others have to be weighed.
        self._first = ways[0][0].header if ways and len(ways[0]) == 1 else b""
        self._others = tuple(one.header for way in ways for one in way if one.header != self._first)
        self._known: dict[bytes, Account] = {}

    def account_of(self, headers: Mapping[bytes, bytes]) -> Account | None:
        """Return the account of a header value that was judged before; None when it has to be judged."""
        for other in self._others:
            if other in headers:
                return None
        return self._known.get(headers.get(self._first, b""))

    def remember(self, headers: Mapping[bytes, bytes], account: Account) -> None:
        """Let `account_of` know a header value from now on."""
        is_alone = self._first in headers and not any(other in headers for other in self._others)
        if is_alone and len(self._known) < _KNOWN_HEADERS_KEPT:
            self._known[headers[self._first]] = account

    def headers_for(
        self, status: int, response: str | None = None
    ) -> tuple[tuple[bytes, bytes | None, Fill | None], ...]:
        """Return the compiled headers of a status; those of a response component where an error names one."""
        key = (status, response)
        found = self._headers.get(key)
        if found is None:
            if response is not None:
                plan: ResponsePlan | None = self.desk.spec.component_response(response)
            else:
                plan = self.operation.responses.get(status)
            found = self._headers[key] = compile_headers(plan.headers if plan is not None else ())
        return found

    def shown_path(self, path: str) -> str:
        """Return the path as the provider would see it, without the prefix it is served under."""
        return path.removeprefix(self.prefix) or "/"


def no_such_path(desk: Desk, provider: Provider, clock: Clock, prefix: str) -> Line:
    """Return the line for paths the provider does not have."""
    operations = [desk.spec.operation(one) for _, _, one in desk.spec.routes]
    return _refusing(desk, provider, clock, prefix, "unknown-path", {}, operations)


def no_such_method(desk: Desk, provider: Provider, clock: Clock, prefix: str, operations: Sequence[Operation]) -> Line:
    """Return the line for a method the path does not have; `operations` are those it has."""
    return _other_method(desk, provider, clock, prefix, [one.method for one in operations], operations)


def not_built(desk: Desk, provider: Provider, clock: Clock, prefix: str, methods: Sequence[str], method: str) -> Line:
    """Return the line for a path that nothing stands behind; `methods` are those that say so to whoever has a key."""
    operations = [desk.spec.operation(one) for _, _, one in desk.spec.routes]
    if method not in methods:
        return _other_method(desk, provider, clock, prefix, methods, operations)
    details = {"expected": "a path of the spec"}
    return _refusing(desk, provider, clock, prefix, "not-built", details, operations)


def _other_method(
    desk: Desk,
    provider: Provider,
    clock: Clock,
    prefix: str,
    methods: Sequence[str],
    operations: Sequence[Operation],
) -> Line:
    allowed = ", ".join(sorted(methods))
    return _refusing(desk, provider, clock, prefix, "wrong-method", {"allow": allowed, "expected": allowed}, operations)


def _refusing(
    desk: Desk,
    provider: Provider,
    clock: Clock,
    prefix: str,
    kind: str,
    details: Mapping[str, Any],
    operations: Sequence[Operation],
) -> Line:
    """Return a line that refuses whatever gets past the checks that speak before its kind of refusal.

    What these checks answer looks as it does for the first of the `operations` that needs a key. Where all are open,
    nobody is asked for one, unless the path is unknown.
    """
    spec = desk.spec
    guarded = next((one for one in operations if not one.is_open), None)
    like = guarded or operations[0]
    is_open = guarded is None and kind == "wrong-method"
    is_upstream = spec.refusals[kind] in spec.document["x-voice-precedence"].get("upstream", ())
    before = spec.order if is_upstream or kind == "not-built" else spec.order[: spec.order.index("path")]
    # The price of a call is known without its request only where every call costs the same.
    is_counted = like.tariff is not None and like.tariff.measure == "calls" and "credits" in before
    operation = like._replace(
        id=kind,
        order=tuple(stage for stage in before if stage in {"auth", "limits", "credits"}),
        credentials=() if is_open else spec.default_credentials(),
        body_credential=None,
        body_media=None,
        other_media=(),
        body=None,
        form=None,
        query=None,
        path_fields=None,
        header_fields=None,
        tariff=like.tariff if is_counted else None,
        # A path whose operations have an error shape of their own tells a wrong method in it, too.
        refusals={**spec.refusals, kind: like.refusals[kind]} if kind == "wrong-method" else spec.refusals,
        format_field=None,
        format_types={},
        triggers=(),
        upstream=frozenset(),
        kinds=(),
        routing=None if is_open else spec.routing,
    )

    def behave(call: Call) -> Reply | Awaitable[Reply]:
        assert isinstance(call, Exchange)  # noqa: S101 - only the pipeline calls this
        got = call.scope["method"] + " " + call.scope["path"]
        if kind == "unknown-path":
            paths = (prefix + path for _, path, _ in spec.routes)
            raise refuse(call, kind, got=got, expected="a path of the spec" + did_you_mean(call.scope["path"], paths))
        raise refuse(call, kind, **{"got": got, **details})

    silent = Provider({kind: behave}, words=provider.words)
    return Line(desk, silent, clock, operation, prefix)
