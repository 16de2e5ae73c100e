"""Knows how a decoded request becomes validated fields, or the provider's refusal of the first problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from mockvoice.core.errors import ApiError
from mockvoice.openapi.requests import FieldReader, ObjectCheck, Problem, make_whole
from mockvoice.service.call import Upload
from mockvoice.web.bodies import code_of, refuse

if TYPE_CHECKING:
    from mockvoice.openapi.plans import Operation
    from mockvoice.web.exchange import Exchange

_SHOWN = 80


def validate_json(x: Exchange) -> None:
    """As validate, for an operation that takes a JSON body and nothing else: most are called like that."""
    body = x.operation.body
    assert body is not None  # noqa: S101 - chosen by validation_of
    decoded = x.decoded
    try:
        if not body.is_valid(decoded):
            raise refusal_of(x, body.problems(decoded))
    except ValueError as error:
        raise _too_deep(x, error) from None
    x.fields = {**body.defaults, **decoded}
    if body.whole:
        _make_whole(x, body)
    check = x.line.check
    if check is not None:
        check(x)


def validation_of(operation: Operation) -> Callable[[Exchange], None]:
    """Return the way in which an operation's requests are validated."""
    others = (operation.form, operation.path_fields, operation.query, operation.header_fields)
    return validate_json if operation.body is not None and not any(others) else validate


def validate(x: Exchange) -> None:
    """Check path, query, headers and body against the spec; fill `fields` and `uploads`. Raises ApiError."""
    operation = x.operation
    if operation.path_fields is not None:
        _take(x, operation.path_fields, list((x.path_values or {}).items()))
    if operation.query is not None:
        query = x.scope.get("query_string", b"").decode("latin-1")
        _take(x, operation.query, parse_qsl(query, keep_blank_values=True) if query else [])
    if operation.header_fields is not None:
        _take_headers(x, operation.header_fields)
    if operation.body is not None:
        if operation.form is not None:
            _take_form(x, operation.form)
        else:
            if not _is_valid(x, operation.body, x.decoded):
                raise refusal_of(x, operation.body.problems(x.decoded))
            _fill(x, operation.body, x.decoded)
    check = x.line.check
    if check is not None:
        check(x)


def judge_route(x: Exchange) -> None:
    """Check the headers a gateway routes by, before it knows anything else. Raises ApiError."""
    assert x.operation.routing is not None  # noqa: S101 - else this is no stage of the operation
    _take_headers(x, x.operation.routing)


def _is_valid(x: Exchange, check: ObjectCheck, value: Any) -> bool:
    try:
        return check.is_valid(value)
    except ValueError as error:
        raise _too_deep(x, error) from None


def _too_deep(x: Exchange, error: ValueError) -> ApiError:
    """Return the error for a value the validator cannot follow; 255 levels are the most it can."""
    expected = "lists and objects nested at most 255 deep"
    return refuse(x, "malformed-body", message=str(error), expected=expected, got="deeper nesting")


def _take_headers(x: Exchange, reader: FieldReader) -> None:
    names = reader.check.properties
    _take(x, reader, [(name, x.header(wire)) for name in names if (wire := name.lower().encode()) in x.headers])


def _take(x: Exchange, reader: FieldReader, pairs: list[tuple[str, str]]) -> None:
    values = reader.read(pairs)
    if not _is_valid(x, reader.check, values):
        raise refusal_of(x, reader.check.problems(values))
    _fill(x, reader.check, values)


def _fill(x: Exchange, check: ObjectCheck, values: Mapping[str, Any]) -> None:
    """Add what was read in one place; a name that is not declared there must not pass for one declared elsewhere."""
    declared = check.properties
    x.fields.update(check.defaults)
    x.fields.update((name, value) for name, value in values.items() if name in declared)
    if check.whole:
        _make_whole(x, check)


def _make_whole(x: Exchange, check: ObjectCheck) -> None:
    """Make integers of whole numbers. Raises ApiError for one that is no integer of any language."""
    name = make_whole(x.fields, check.whole)
    if name:
        expected = "a whole number of at most 64 bits"
        got, pointer = x.fields[name], f"{check.pointer}/properties/{name}/type"
        problem = Problem(
            "type", "type", check.place, name, (name,), f"is not {expected}", ["integer"], got, pointer, expected
        )
        raise refusal_of(x, [problem])


def _take_form(x: Exchange, form: FieldReader) -> None:
    """Read a form: text parts become fields, file parts uploads; a file where a text belongs is refused."""
    check = form.check
    texts: list[tuple[str, str]] = []
    misplaced: list[Problem] = []
    for part in x.decoded:
        if part.name in form.files:
            filename = form.file_names.get(part.name) if part.filename is None else part.filename
            if filename is None:
                misplaced.append(_misplaced(check, part.name, "a file", "text"))
            else:
                x.uploads.setdefault(part.name, []).append(Upload(filename, part.media, part.data))
        elif part.filename is not None:
            misplaced.append(_misplaced(check, part.name, "text", "a file"))
        else:
            try:
                texts.append((part.name, part.data.decode("utf-8")))
            except UnicodeDecodeError:
                raise refuse(x, "malformed-body", part.name, expected="UTF-8 text", got="other bytes") from None
    values = form.read(texts)
    shown = {**values, **{name: uploads[-1].filename or "file" for name, uploads in x.uploads.items()}}
    misplaced = [one for one in misplaced if one.field not in shown]
    if misplaced or not _is_valid(x, check, shown):
        blamed = {one.field for one in misplaced}
        raise refusal_of(x, misplaced + [one for one in check.problems(shown) if one.field not in blamed])
    _fill(x, check, values)


def _misplaced(check: ObjectCheck, name: str, expected: str, got: str) -> Problem:
    pointer = f"{check.pointer}/properties/{name}"
    return Problem("type", "type", "body", name, (name,), f"is {got}, not {expected}", expected, got, pointer, expected)


def refusal_of(x: Exchange, problems: list[Problem]) -> ApiError:
    """Return the error for the first problem, what a server behind would say last; the details carry all of them."""
    upstream, kinds = x.operation.upstream, x.operation.kinds
    if kinds:
        problems = sorted(problems, key=lambda one: kinds.index(one.kind) if one.kind in kinds else len(kinds))
    if upstream:
        problems = sorted(problems, key=lambda one: code_for(x, one) in upstream)
    first = problems[0]
    return ApiError(
        code_for(x, first),
        kind=first.kind,
        field=first.field,
        message=first.message[:400],
        pointer=first.pointer,
        expected=first.expected or first.message[:_SHOWN],
        got=_shown(first),
        problems=problems,
        detail=f"{first.field}: {first.message[:400]}" if first.field else first.message[:400],
    )


def code_for(x: Exchange, problem: Problem) -> str:
    """Return the error of a problem: that which its schema names, else that of its kind and field."""
    return x.desk.spec.refusal_at(problem.pointer) or code_of(x, problem.kind, problem.field)


def _shown(problem: Problem) -> str:
    if problem.keyword == "required":
        return "none"
    got = problem.got
    if isinstance(got, str) and len(got) > _SHOWN:
        return f"{len(got)} code points"
    text = repr(got)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
