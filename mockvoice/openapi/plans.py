"""What a spec is compiled into: one operation, its credentials, responses and refusals, as plain tuples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mockvoice.core.money import Tariff
from mockvoice.openapi.requests import FieldReader, ObjectCheck

JSON_TYPE = "application/json"
FORM_TYPE = "multipart/form-data"
PACKED_TYPE = "application/msgpack"


class ErrorRow(NamedTuple):
    """One row of `x-voice-errors`. `body` is a template; None is an empty body, a text is plain text."""

    code: str
    status: int
    when: str
    body: Any
    media: str
    response: str | None
    # The operations that may answer it; None is every one, or none where a response component is named.
    operations: frozenset[str] | None = None
    # Where no operations are named: those that do not answer it.
    excepted: frozenset[str] = frozenset()

    def belongs_to(self, operation_id: str) -> bool:
        """Say whether an operation may answer this error."""
        if self.operations is None:
            return self.response is None and operation_id not in self.excepted
        return operation_id in self.operations


class HeaderPlan(NamedTuple):
    """One response header: its name, and either a constant or the name of a value filled in at run time."""

    name: bytes
    value: str
    argument: str
    constant: bytes | None


class Credential(NamedTuple):
    """One way in: a header, the scheme before the key in it, and the prefix every key has.

    `otherwise` says what a key without the prefix counts as: absent, malformed, or (optional) the key with it.
    """

    name: str
    header: bytes
    scheme: str
    key_prefix: str
    otherwise: str

    @property
    def field(self) -> str:
        """The header's name, by which refusals may differ."""
        return self.header.decode()


class Trigger(NamedTuple):
    """A magic input of the mock: when `field` contains the text, the task fails or the call is refused."""

    name: str
    field: str
    contains: str
    fails_after: str | None
    refuses: str | None


class ResponsePlan(NamedTuple):
    """What a status of an operation declares: media types in order, and headers."""

    media: tuple[str, ...]
    headers: tuple[HeaderPlan, ...]


class Operation(NamedTuple):
    """One method of one path, compiled."""

    id: str
    method: str
    path: str
    order: tuple[str, ...]
    credentials: tuple[tuple[Credential, ...], ...]
    body_credential: str | None
    body_media: str | None
    body_required: bool
    body_limit: int
    body: ObjectCheck | None
    form: FieldReader | None
    query: FieldReader | None
    path_fields: FieldReader | None
    header_fields: FieldReader | None
    tariff: Tariff | None
    windows: tuple[str, ...]
    refusals: Mapping[str, str | Mapping[str, str]]
    responses: Mapping[int, ResponsePlan]
    success: int
    format_field: str | None
    format_types: Mapping[str, str]
    triggers: tuple[Trigger, ...]
    # Refusals of `validate` that come from a server behind the provider, hence after `credits`.
    upstream: frozenset[str] = frozenset()
    # Kinds of refusal of `validate` that speak before all others, in this order.
    kinds: tuple[str, ...] = ()
    # Headers a gateway routes by (`x-voice-routes`): they are judged before everything else.
    routing: FieldReader | None = None
    # Media types in which the body may come as well; what is in it is judged alike.
    other_media: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the operation answers without a credential."""
        return not self.credentials
