"""Forms, which general tools judge wrongly: parts, names, boundaries, and what is a number in them."""

from __future__ import annotations

from contract_tests.kit.claims import Claim, Unverified, claim
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
from contract_tests.kit.operations import Operation


@claim(profile="smoke", over=forms, calls=lambda _, case: len(without_file(case)), refused=True)
def test_a_form_without_its_file_is_refused(claim: Claim, case: Operation) -> None:
    for recipe, refusal in without_file(claim.run.operation(case)):
        judge_refused(claim, asked(claim, case, recipe), refusal)


@claim(over=forms, calls=lambda _, case: 2 * len(case.body_schema.get("required", ())), refused=True)
def test_wrong_part_names_are_refused(claim: Claim, case: Operation) -> None:
    for recipe, refusal in misnamed(claim.run.operation(case), claim.run.clips):
        judge_refused(claim, asked(claim, case, recipe), refusal)


@claim(over=broken_forms, calls=1, refused=True)
def test_a_broken_form_is_refused(claim: Claim, case: BrokenForm) -> None:
    operation = claim.run.operation(case.operation)
    refusal = broken_refusal(operation, case.how)
    if refusal is None:
        raise Unverified("under the readings that this endpoint follows nobody says how this is refused")
    judge_refused(claim, asked(claim, operation, broken(operation, case.how, claim.run.clips)), refusal)


@claim(over=strict_fields, calls=lambda _, case: len(case.requests), refused=True)
def test_numbers_and_booleans_in_forms_are_strict(claim: Claim, case: Strict) -> None:
    now = strict_fields(claim.facts).get(case.name)
    if now is None:
        raise Unverified("under the readings that this endpoint follows there is no such field")
    for recipe, refusal in now.requests[: len(case.requests)]:
        judge_refused(claim, asked(claim, case.operation, recipe), refusal)


@claim(over=forms, calls=lambda _, case: len(text_as_file(case)), refused=True)
def test_a_text_where_a_file_is_due_is_refused(claim: Claim, case: Operation) -> None:
    for recipe, refusals in text_as_file(claim.run.operation(case)):
        judge_refused(claim, asked(claim, case, recipe), *refusals)


@claim(over=forms, calls=lambda _, case: len(file_as_text(case)), refused=True)
def test_a_file_where_a_text_is_due_is_refused(claim: Claim, case: Operation) -> None:
    operation = claim.run.operation(case)
    for name, refusal in file_as_text(operation).items():
        judge_refused(claim, asked(claim, case, with_file_in(operation, name, claim.run.clips)), refusal)
