"""One request and its answer, keys masked, as every claim sees it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from contract_tests.kit.media import bare
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import find
from contract_tests.kit.recipes import Draft

# A body in a report is cut here.
_SHOWN = 600
# Headers that say nothing of what is asked.
_OF_THE_CLIENT = frozenset(
    {"content-length", "user-agent", "accept-encoding", "connection", "accept", "x-schemathesis-testcaseid"}
)
# HTTP's header names are small letters for comparison.
Headers = Mapping[str, str]


class NotJson(Exception):
    """A body was to be JSON and is not."""


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def read_json(data: bytes) -> Any:
    """Parse strictly: neither NaN nor Infinity. Raises NotJson."""
    try:
        return json.loads(data.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, UnicodeDecodeError, RecursionError) as error:
        raise NotJson(f"no JSON: {error}") from None


def members_of(body: bytes) -> Mapping[str, Any]:
    """Return the members of a body; none of one that is no JSON object."""
    try:
        sent = read_json(body)
    except NotJson:
        return {}
    return sent if isinstance(sent, dict) else {}


def pointer_in(expression: str) -> str:
    """Return the pointer into an answer's body that a runtime expression of a link has."""
    return expression.removeprefix("$response.body#")


@dataclass(frozen=True)
class Exchange:
    """A request that was sent and what came. Headers have small names; keys are masked in all texts."""

    number: int
    claim: str
    operation: Operation | None
    role: str | None
    method: str
    url: str
    request_headers: Headers
    request_body: bytes = field(repr=False)
    status: int
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)
    seconds: float
    # Seconds from sending to each piece of the body, and the size of each.
    pieces: tuple[tuple[float, int], ...] = field(repr=False, default=())
    draft: Draft | None = field(repr=False, default=None)

    @property
    def media(self) -> str:
        """The media type without parameters, in small letters; empty where there is none."""
        return bare(self.headers.get("content-type", ""))

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    @cached_property
    def fields(self) -> Mapping[str, Any]:
        """The members that were sent: of a draft, or read from a JSON body."""
        if self.draft is not None:
            return self.draft.fields
        return members_of(self.request_body)

    def is_of(self, operation: Operation) -> bool:
        """Say whether the request was for an operation, under whatever readings."""
        return self.operation is not None and self.operation.id == operation.id

    def json(self) -> Any:
        """Return the answer as JSON. Raises NotJson."""
        return read_json(self.body)

    def at(self, pointer: str | None) -> Any:
        """Return what a pointer leads to in the answer; None where nothing is, or the answer is no JSON."""
        try:
            return find(self.json(), pointer)
        except NotJson:
            return None

    @property
    def text(self) -> str:
        """The answer as text, whatever it is."""
        return self.body.decode("utf-8", "replace")

    def curl(self) -> str:
        """Return the request as a shell command, key masked, long bodies cut."""
        words = ["curl", "-X", self.method, self.url]
        for name, value in self.request_headers.items():
            if name not in _OF_THE_CLIENT:
                words += ["-H", f"{name}: {value}"]
        if self.draft is not None and self.draft.files:
            words = [word for word in words if not word.lower().startswith("content-type: multipart")]
            for name, value in self.draft.fields.items():
                for one in value if isinstance(value, list) else [value]:
                    words += ["-F", f"{name}={one if isinstance(one, str) else json.dumps(one)}"]
            words += [word for name, file in self.draft.files.items() for word in ("-F", f"{name}=@{file.name}")]
            words = [
                word
                for place, word in enumerate(words)
                if not (word == "-H" and words[place + 1 : place + 2] in ([], ["-F"]))
            ]
        elif self.request_body:
            words += ["--data-binary", self.request_body[:_SHOWN].decode("utf-8", "replace")]
        return shlex.join(words)

    def reply(self) -> str:
        """Return status, headers and the start of the body; bytes that are no text are counted."""
        lines = [f"HTTP {self.status}", *(f"{name}: {value}" for name, value in self.headers.items())]
        is_text = self.media.startswith("text/") or "json" in self.media or b"\0" not in self.body[:_SHOWN]
        shown = self.body[:_SHOWN].decode("utf-8", "replace")
        more = f" … ({len(self.body)} bytes)" if len(self.body) > _SHOWN else ""
        return "\n".join([*lines, "", shown + more if is_text else f"({len(self.body)} bytes that are no text)"])
