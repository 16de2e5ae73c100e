"""Are vectors of unit length, as long as documented, in the order of their texts, and the same in every form?"""

from __future__ import annotations

from collections.abc import Sequence

from contract_tests.kit.claims import Claim, Unverified, claim
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.flaws import judge
from contract_tests.kit.operations import Operation
from contract_tests.kit.recipes import Recipe
from contract_tests.kit.texts.asking import with_text
from contract_tests.kit.texts.embedding import (
    ALIKE,
    TEXTS,
    Embedder,
    embedders,
    likeness,
    not_of_unit_length,
    wrong_lengths,
)

FEWER = 256

Asked = Sequence[tuple[Operation, Recipe]]


def ask(claim: Claim, embedder: Embedder, name: str, recipe: Recipe) -> Exchange:
    """Ask a recipe once in a run. Raises Unverified where it is not answered."""
    exchange = claim.run.once(embedder.operation, name, **recipe)
    if not exchange.is_success:
        raise Unverified(f"{name}: answered {exchange.status}")
    return exchange


def shorten(facts: Facts) -> dict[str, Embedder]:
    """What gives vectors of fewer numbers if asked to."""
    return {name: one for name, one in embedders(facts).items() if one.shortening}


def _fewer(_: Facts, case: Embedder) -> Asked:
    return [(case.operation, case.shorter(case.shortening[0], FEWER))]


@claim(over=shorten, asks=_fewer)
def test_shorter_vectors_come_if_asked_for(claim: Claim, case: Embedder) -> None:
    exchange = ask(claim, case, "shorter", case.shorter(case.shortening[0], FEWER))
    judge(claim, wrong_lengths(case, exchange), case.fact("shorter"), exchange)
    judge(claim, not_of_unit_length(case, exchange), case.fact("shorter"), exchange)


def _several(_: Facts, case: Embedder) -> Asked:
    return [(case.operation, case.texts(*TEXTS)), (case.operation, with_text(case.operation, TEXTS[1]))]


@claim(over=embedders, asks=_several)
def test_equal_texts_have_equal_vectors_in_their_order(claim: Claim, case: Embedder) -> None:
    """By the angle between them: four texts at once, of which the first and the third are the same, and one alone."""
    several = ask(claim, case, "several", case.texts(*TEXTS))
    alone = ask(claim, case, "one of them", with_text(case.operation, TEXTS[1]))
    vectors, one = case.vectors(several), case.vectors(alone)
    indices = case.indices(several)
    claim.judge(
        indices == [*range(len(TEXTS))],
        rests_on=case.fact("vectors", "index"),
        expected="vectors numbered 0, 1, 2, 3",
        got=f"{indices}",
        exchange=several,
    )
    if len(vectors) != len(TEXTS) or len(one) != 1:
        claim.judge(
            False,
            rests_on=case.fact("vectors"),
            expected=f"{len(TEXTS)} vectors for as many texts, and one for one",
            got=f"{len(vectors)} and {len(one)}",
            exchange=several,
        )
        return
    same, other = likeness(vectors[0], vectors[2]), likeness(vectors[0], vectors[1])
    claim.judge(
        same >= ALIKE > other,
        rests_on=case.fact("vectors"),
        expected=f"a likeness of {ALIKE} for equal texts, and less for others",
        got=f"{same:.4f} and {other:.4f}",
        exchange=several,
    )
    found = likeness(vectors[1], one[0])
    claim.judge(
        found >= ALIKE,
        rests_on=case.fact("vectors"),
        expected="the second vector is that of the second text",
        got=f"a likeness of {found:.4f} with the vector of that text alone",
        exchange=several,
    )


def packed(facts: Facts) -> dict[str, Embedder]:
    """What gives vectors in base64 if asked to."""
    return {name: one for name, one in embedders(facts).items() if "base64" in one.table}


def _packed(_: Facts, case: Embedder) -> Asked:
    return [(case.operation, {"with": case.table["base64"]})]


@claim(over=packed, asks=_packed)
def test_vectors_in_base64_are_those_in_numbers(claim: Claim, case: Embedder) -> None:
    plain = case.vectors(claim.run.good(case.operation))
    exchange = ask(claim, case, "in base64", {"with": case.table["base64"]})
    items = exchange.at(case.table["vectors"]["at"]) or [{}]
    is_text = isinstance(items[0].get(case.table["vectors"]["vector"].removeprefix("/")), str)
    found = case.vectors(exchange)
    alike = likeness(plain[0], found[0]) if plain and found else 0.0
    claim.judge(
        is_text and alike >= ALIKE,
        rests_on=case.fact("base64"),
        expected="the vector of the example, in base64",
        got=f"{'a text' if is_text else 'no text'} with a likeness of {alike:.4f}",
        exchange=exchange,
    )


def _answered(claim: Claim, embedder: Embedder) -> list[Exchange]:
    return [one for one in claim.run.log if one.is_of(embedder.operation) and one.is_success]


@claim(profile="smoke", over=embedders)
def test_vectors_are_of_unit_length(claim: Claim, case: Embedder) -> None:
    """Judges every answer of the run, to a thousandth."""
    for exchange in _answered(claim, case):
        judge(claim, not_of_unit_length(case, exchange), case.fact("vectors"), exchange)


@claim(profile="smoke", over=embedders)
def test_vectors_are_as_long_as_documented(claim: Claim, case: Embedder) -> None:
    """Judges every answer of the run, by its model or by what was asked for."""
    for exchange in _answered(claim, case):
        judge(claim, wrong_lengths(case, exchange), case.lengths_pointer, exchange)
