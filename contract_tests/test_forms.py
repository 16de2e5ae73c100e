"""Forms, which general tools judge wrongly: parts, names, boundaries, and what is a number in them."""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.kit.claims import Claim, Unverified, claim
from contract_tests.kit.clips import Clips
from contract_tests.kit.errors.asking import asked, judge_refused
from contract_tests.kit.errors.forms import (
    BrokenForm,
    Strict,
    broken,
    broken_forms,
    broken_refusal,
    file_as_text,
    forms,
    misnamed,
    strict_fields,
    text_as_file,
    with_file_in,
    without_file,
)
from contract_tests.kit.facts import Facts
from contract_tests.kit.operations import Operation
from contract_tests.kit.recipes import Recipe

Requests = Iterator[tuple[Operation, Recipe]]


def fileless(_: Facts, case: Operation, __: Clips) -> Requests:
    """Yield the forms without their file."""
    yield from ((case, recipe) for recipe, _ in without_file(case))


@claim(profile="smoke", over=forms, calls=lambda _, case: len(without_file(case)), refuses=fileless)
def test_a_form_without_its_file_is_refused(claim: Claim, case: Operation) -> None:
    for recipe, refusal in without_file(claim.run.operation(case)):
        judge_refused(claim, asked(claim, case, recipe), refusal)


def otherwise_named(_: Facts, case: Operation, clips: Clips) -> Requests:
    """Yield the forms in which a part goes by another name."""
    yield from ((case, recipe) for recipe, _ in misnamed(case, clips))


@claim(over=forms, calls=lambda _, case: 2 * len(case.body_schema.get("required", ())), refuses=otherwise_named)
def test_wrong_part_names_are_refused(claim: Claim, case: Operation) -> None:
    for recipe, refusal in misnamed(claim.run.operation(case), claim.run.clips):
        judge_refused(claim, asked(claim, case, recipe), refusal)


def not_whole(_: Facts, case: BrokenForm, clips: Clips) -> Requests:
    """Yield the form that is broken in one way."""
    yield case.operation, broken(case.operation, case.how, clips)


@claim(over=broken_forms, calls=1, refuses=not_whole)
def test_a_broken_form_is_refused(claim: Claim, case: BrokenForm) -> None:
    operation = claim.run.operation(case.operation)
    refusal = broken_refusal(operation, case.how)
    if refusal is None:
        raise Unverified("under the readings that this endpoint follows nobody says how this is refused")
    judge_refused(claim, asked(claim, operation, broken(operation, case.how, claim.run.clips)), refusal)


def loose(_: Facts, case: Strict, __: Clips) -> Requests:
    """Yield the forms with a text that is no value of its field."""
    yield from ((case.operation, recipe) for recipe, _ in case.requests)


@claim(over=strict_fields, calls=lambda _, case: len(case.requests), refuses=loose)
def test_numbers_and_booleans_in_forms_are_strict(claim: Claim, case: Strict) -> None:
    now = strict_fields(claim.facts).get(case.name)
    if now is None:
        raise Unverified("under the readings that this endpoint follows there is no such field")
    for recipe, refusal in now.requests[: len(case.requests)]:
        judge_refused(claim, asked(claim, case.operation, recipe), refusal)


def written(_: Facts, case: Operation, __: Clips) -> Requests:
    """Yield the forms in which a text stands where a file is due."""
    yield from ((case, recipe) for recipe, _ in text_as_file(case))


@claim(over=forms, calls=lambda _, case: len(text_as_file(case)), refuses=written)
def test_a_text_where_a_file_is_due_is_refused(claim: Claim, case: Operation) -> None:
    for recipe, refusals in text_as_file(claim.run.operation(case)):
        judge_refused(claim, asked(claim, case, recipe), *refusals)


def filed(_: Facts, case: Operation, clips: Clips) -> Requests:
    """Yield the forms in which a file stands where a text is due."""
    yield from ((case, with_file_in(case, name, clips)) for name in file_as_text(case))


@claim(over=forms, calls=lambda _, case: len(file_as_text(case)), refuses=filed)
def test_a_file_where_a_text_is_due_is_refused(claim: Claim, case: Operation) -> None:
    operation = claim.run.operation(case)
    for name, refusal in file_as_text(operation).items():
        judge_refused(claim, asked(claim, case, with_file_in(operation, name, claim.run.clips)), refusal)
