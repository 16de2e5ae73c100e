"""Lists that can be searched: do orders, filters and titles do what they say, and whose is what an account made?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from contract_tests.kit.claims import Claim, Unverified, claim
from contract_tests.kit.facts import Facts
from contract_tests.kit.listings import PAGES, Listing, Page, ask_page, at_hand, growing, listings, look_through
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import find

# Titles that are asked for with a letter wrong.
_TITLES = 3
# A title has to be so long that most of it is right when one letter is wrong.
_LONG_ENOUGH = 8


def sorted_lists(facts: Facts) -> dict[str, Listing]:
    """Return lists that can be ordered."""
    return {name: one for name, one in listings(facts).items() if "sort" in one.row}


def _filtered_by(facts: Facts, how: str) -> dict[str, Listing]:
    return {name: one for name, one in listings(facts).items() if any(row["by"] == how for row in one.filters.values())}


def with_members(facts: Facts) -> dict[str, Listing]:
    """Return lists that can be narrowed by what is one of several in an item: its tags, its languages."""
    return _filtered_by(facts, "member")


def with_likeness(facts: Facts) -> dict[str, Listing]:
    """Return lists in which a text need not be spelt right to be found."""
    return _filtered_by(facts, "alike")


def usable(facts: Facts) -> dict[str, Listing]:
    """Return lists of what an account makes and uses."""
    return {name: one for name, one in growing(facts).items() if one.uses}


def _good(page: Page) -> Page:
    if not page.exchange.is_success:
        raise Unverified(f"the list was answered {page.exchange.status}")
    return page


# -- orders --------------------------------------------------------------------------------------------


@claim(over=sorted_lists, calls=lambda _, case: 2 * len(case.row["sort"]["orders"]))
def test_the_order_asked_for_is_kept(claim: Claim, case: Listing) -> None:
    """Highest first, over the first two pages."""
    sort = case.row["sort"]
    for order, pointer in sort["orders"].items():
        pages = [_good(ask_page(claim, case, number, case.largest, **{sort["by"]: order})) for number in (1, 2)]
        values = [value for page in pages for value in page.values(pointer)]
        for before, after in pairwise(values):
            # What an item does not tell has no place in an order.
            if before is None or after is None:
                continue
            claim.saw(pages[0].exchange)
            if not is_falling(before, after):
                claim.judge(
                    False,
                    rests_on=case.fact("sort", "orders", order),
                    expected=f"{pointer} from high to low where {sort['by']} is {order}",
                    got=f"{before!r}, then {after!r}",
                    exchange=pages[0].exchange,
                )
                break


def is_falling(before: Any, after: Any) -> bool:
    """Say whether a value is no higher than the one before: numbers, moments (ISO 8601), or texts by their letters."""
    if all(isinstance(one, int | float) and not isinstance(one, bool) for one in (before, after)):
        return bool(before >= after)
    if not isinstance(before, str) or not isinstance(after, str):
        return False
    try:
        return _moment(before) >= _moment(after)
    except ValueError:
        return before >= after


def _moment(text: str) -> datetime:
    """Read a moment; of one without a zone, that of Greenwich is taken. Raises ValueError."""
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=found.tzinfo or UTC)


# -- filters -------------------------------------------------------------------------------------------


def _member_filters(_facts: Facts, case: Listing) -> int:
    return PAGES + 2 * sum(row["by"] == "member" for row in case.filters.values())


@claim(over=with_members, calls=_member_filters)
def test_a_filter_lets_through_what_fits_and_nothing_else(claim: Claim, case: Listing) -> None:
    """By what the first item has, and, where several values may be asked for, by two that one item has."""
    pages = [_good(page) for page in look_through(claim, case)]
    items = [item for page in pages for item in page.items]
    is_whole = pages[-1].total == len(items)
    for name, row in case.filters.items():
        if row["by"] != "member":
            continue
        found = [one for one in (find(item, row["at"]) for item in items) if isinstance(one, list) and one]
        wanted = [found[0][:1]] if found else []
        if case.takes_several(name):
            wanted += [one[:2] for one in found if len(one) > 1][:1]
        for values in wanted:
            asked: Any = values if case.takes_several(name) else values[0]
            page = _good(ask_page(claim, case, 1, case.largest, **{name: asked}))
            fitting = [item for item in items if _has(item, row["at"], values)] if is_whole else None
            _judge_fitting(claim, case, name, values, page, fitting)


def _has(item: Any, pointer: str, values: Sequence[Any]) -> bool:
    own = find(item, pointer)
    return isinstance(own, list) and all(one in own for one in values)


def _judge_fitting(
    claim: Claim, case: Listing, name: str, values: Sequence[Any], page: Page, fitting: Sequence[Any] | None
) -> None:
    """Judge that all items have what was asked for, and, where the whole list is known, that none is missing."""
    at, said = case.filters[name]["at"], " and ".join(map(repr, values))
    others = [item for item in page.items if not _has(item, at, values)]
    claim.judge(
        not others,
        rests_on=case.fact("filters", name),
        expected=f"only items with {said} at {at}",
        got=f"{len(others)} of {len(page.items)} without, such as {find(others[0], at)!r}" if others else "",
        exchange=page.exchange,
    )
    if fitting is not None and not others:
        claim.judge(
            page.total == len(fitting),
            rests_on=case.fact("filters", name),
            expected=f"the {len(fitting)} items of the whole list that have {said}",
            got=f"{page.total}",
            exchange=page.exchange,
        )


@claim(over=with_likeness, calls=lambda _, case: 1 + _TITLES * len(case.filters))
def test_a_text_with_a_letter_wrong_is_found(claim: Claim, case: Listing) -> None:
    """By texts of listed items with one letter exchanged in the middle of the longest word."""
    whole = _good(ask_page(claim, case, 1, case.largest))
    for name, row in case.filters.items():
        if row["by"] != "alike":
            continue
        texts = [(ident, find(item, row["at"])) for ident, item in zip(whole.idents, whole.items, strict=True)]
        known = [(ident, text) for ident, text in texts if isinstance(text, str) and len(text) >= _LONG_ENOUGH]
        for ident, text in known[:: max(1, len(known) // _TITLES)][:_TITLES]:
            asked = with_a_slip(text)
            page = _good(ask_page(claim, case, 1, case.largest, **{name: asked}))
            claim.judge(
                ident in page.idents,
                rests_on=case.operation.parameter_pointer(name),
                expected=f"{text!r} among what is found for {asked!r}",
                got=f"{len(page.items)} items, without it",
                exchange=page.exchange,
            )


def with_a_slip(text: str) -> str:
    """Return a text with the letter in the middle of its longest word exchanged."""
    word = max(text.split(), key=len)
    middle = len(word) // 2
    other = "x" if word[middle] != "x" else "o"
    return text.replace(word, word[:middle] + other + word[middle + 1 :], 1)


# -- what an account has made --------------------------------------------------------------------------


def _uses(facts: Facts, case: Listing) -> Sequence[tuple[Operation, Mapping[str, Any]]]:
    assert case.create is not None
    return [(case.create, {}), *((facts.operations[name], {"shortest": True}) for name in case.uses for _ in "12")]


@claim(over=usable, asks=_uses)
def test_what_is_made_is_used_by_its_account_alone(claim: Claim, case: Listing) -> None:
    """Also where a task makes it, and what is used is one of a list."""
    claim.run.key("other")
    _, ident = at_hand(claim, case)
    for name, use in case.uses.items():
        is_list = claim.run.operation(name).member(use["field"])[0].get("type") == "array"
        member = {use["field"]: [ident] if is_list else ident}
        own = claim.ask(name, shortest=True, with_=member)
        claim.judge(
            own.is_success,
            rests_on=case.fact("uses", name),
            expected=f"{ident}, which this account has made, can be used",
            got=f"status {own.status}: {own.text[:120]}",
            exchange=own,
        )
        foreign = claim.ask(name, shortest=True, with_=member, role="other")
        claim.refused_as(foreign, claim.facts.errors[use["refusal"]], case.fact("uses", name))
