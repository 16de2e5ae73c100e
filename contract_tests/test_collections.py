"""Lists that come in pages: do they add up, and does what is made, used and deleted show in them?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from contract_tests.kit.claims import Claim, Unverified, claim
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.leads import linked, linked_members
from contract_tests.kit.listings import (
    PAGES,
    Listing,
    Page,
    ask_page,
    at_hand,
    filtered,
    growing,
    listings,
    look_through,
    made,
    shrinking,
)
from contract_tests.kit.operations import Operation
from contract_tests.kit.recipes import NOTHING

Asked = Sequence[tuple[Operation, Mapping[str, Any]]]
# A list is cut into so many pages, if they may be as large as that takes.
_PARTS = 3
# Sizes of pages that are asked for.
_SIZES = (1, 2)


def _create(_facts: Facts, case: Listing) -> Asked:
    assert case.create is not None
    return [(case.create, {})]


def _life(facts: Facts, case: Listing) -> Asked:
    """Return what making, using and deleting something asks: all but the making twice."""
    uses = [(facts.operations[name], {"shortest": True}) for name in case.uses]
    deletes: Asked = [(case.delete, {})] if case.delete is not None else []
    return [*_create(facts, case), *uses, *uses, *deletes, *deletes]


def _take_away(claim: Claim, case: Listing, created: Exchange, role: str = "funded") -> Exchange:
    assert case.delete is not None
    path = linked(claim.facts, case.delete, created)
    members = linked_members(claim.facts, case.delete, created)
    return claim.ask(case.delete, path=path, with_=members, role=role)


def _counted(page: Page) -> int:
    if not page.exchange.is_success:
        raise Unverified(f"the list was answered {page.exchange.status}")
    if page.total is None:
        raise Unverified("the list does not tell how many there are")
    return page.total


# -- pages ---------------------------------------------------------------------------------------------


@claim(over=listings, calls=PAGES)
def test_pages_add_up_to_the_total(claim: Claim, case: Listing) -> None:
    """The list is cut into three pages; of one that is longer than three of the largest, these are looked at."""
    total = _counted(ask_page(claim, case, 1, case.largest))
    size = min(max(1, -(-total // _PARTS)), case.largest)
    pages = [ask_page(claim, case, number, size) for number in range(1, min(_PARTS, -(-total // size)) + 1)]

    for number, page in enumerate(pages, start=1):
        due = min(size, total - (number - 1) * size)
        claim.judge(
            len(page.items) == due,
            rests_on=case.fact("page", "size"),
            expected=f"{due} of {total} items on page {number} of size {size}",
            got=f"{len(page.items)} items",
            exchange=page.exchange,
        )
        claim.judge(
            page.total == total,
            rests_on=case.fact("total"),
            expected=f"the same total on every page, {total}",
            got=f"{page.total}",
            exchange=page.exchange,
        )
    seen = [ident for page in pages for ident in page.idents]
    if pages:
        claim.judge(
            len({str(one) for one in seen}) == len(seen),
            rests_on=case.fact("page"),
            expected="every item on one page only",
            got="the same item twice: " + ", ".join(sorted({str(one) for one in seen if seen.count(one) > 1})[:3]),
            exchange=pages[-1].exchange,
        )


@claim(over=listings, calls=2 * len(_SIZES))
def test_a_page_has_the_size_asked_for(claim: Claim, case: Listing) -> None:
    """And tells it, with its own number and how many pages there are."""
    for size in _SIZES:
        for number in (1, 2):
            page = ask_page(claim, case, number, size)
            total = _counted(page)
            due = max(0, min(size, total - (number - 1) * size))
            claim.judge(
                len(page.items) == due,
                rests_on=case.fact("page", "size"),
                expected=f"{due} of {total} items on page {number} of size {size}",
                got=f"{len(page.items)} items",
                exchange=page.exchange,
            )
            pages = -(-total // size)
            wanted = {"size": size, "number": number, "pages": pages, "more": number < pages}
            for name, pointer in case.row.get("told", {}).items():
                claim.judge(
                    page.exchange.at(pointer) == wanted[name],
                    rests_on=case.fact("told", name),
                    expected=f"{wanted[name]} at {pointer}, of {total} items in pages of {size}",
                    got=f"{page.exchange.at(pointer)!r}",
                    exchange=page.exchange,
                )


@claim(over=listings, calls=2)
def test_a_page_beyond_the_end_is_empty(claim: Claim, case: Listing) -> None:
    """Where such a page is refused, that is observed: no document forbids it."""
    total = _counted(ask_page(claim, case, 1, case.largest))
    beyond = ask_page(claim, case, -(-total // case.largest) + 1, case.largest)
    if not beyond.exchange.is_success:
        claim.observed(
            case.fact("page"), f"a page beyond the end is answered {beyond.exchange.status}", beyond.exchange
        )
        return
    claim.judge(
        beyond.items == [],
        rests_on=case.fact("page"),
        expected=f"nothing beyond the last of {total} items",
        got=f"{len(beyond.items)} items",
        exchange=beyond.exchange,
    )


# -- filters -------------------------------------------------------------------------------------------


@claim(over=filtered, calls=lambda _, case: 1 + 2 * len(case.filters))
def test_a_filter_only_narrows(claim: Claim, case: Listing) -> None:
    """By a value that an item has and keeps, and, where the filter takes any text, by one that no item has."""
    whole = ask_page(claim, case, 1, case.largest)
    _counted(whole)
    if not whole.items:
        raise Unverified("there is nothing in the list")
    for name, how in case.filters.items():
        values = whole.values(how["at"])
        place = next((place for place, one in enumerate(values) if one in how.get("lasting", [one])), None)
        value = None if place is None else values[place]
        if place is not None and isinstance(value, str) and value:
            found = ask_page(claim, case, 1, case.largest, **{name: value})
            _judge_found(claim, case, name, value, whole.from_item(place), found)
        if case.takes_any_text(name):
            none = ask_page(claim, case, 1, case.largest, **{name: NOTHING})
            claim.judge(
                none.exchange.is_success and not none.items and not none.total,
                rests_on=case.fact("filters", name),
                expected=f"nothing where {name} is {NOTHING!r}",
                got=f"status {none.exchange.status}, {len(none.items)} items of {none.total}",
                exchange=none.exchange,
            )


def _judge_found(claim: Claim, case: Listing, name: str, value: str, whole: Page, found: Page) -> None:
    """Judge what a filter lets through: no more than there is, the item it was taken from, and only what fits."""
    how = case.filters[name]
    claim.judge(
        found.exchange.is_success and _counted(found) <= _counted(whole),
        rests_on=case.fact("filters", name),
        expected=f"at most the {whole.total} items there are",
        got=f"status {found.exchange.status}, {found.total} items",
        exchange=found.exchange,
    )
    claim.judge(
        whole.idents[0] in found.idents or _counted(found) > len(found.items),
        rests_on=case.fact("filters", name),
        expected=f"{whole.idents[0]} among the items where {name} is {value!r}",
        got=f"{len(found.items)} others",
        exchange=found.exchange,
    )
    others = [one for one in found.values(how["at"]) if one != value] if how["by"] == "equal" else []
    claim.judge(
        not others,
        rests_on=case.fact("filters", name),
        expected=f"only items whose {how['at']} is {value!r}",
        got=f"{len(others)} others, such as {others[:1]}",
        exchange=found.exchange,
    )


# -- what is made and deleted --------------------------------------------------------------------------


@claim(over=growing, calls=lambda _, case: PAGES + 1 + case.looks, asks=_create)
def test_what_is_made_is_listed_at_once(claim: Claim, case: Listing) -> None:
    before = ask_page(claim, case, 1, 1)
    _, ident = made(claim, case)

    pages = list(look_through(claim, case))

    _judge_listed(claim, case, ident, pages, "that was just made")
    if before.total is not None and pages[0].total is not None:
        grown = pages[0].total - before.total
        # While a task is waited for, others that were started earlier come to their end.
        claim.judge(
            grown == 1 or (case.looks > 0 and grown > 1),
            rests_on=case.fact("total"),
            expected=f"one more than the {before.total} before",
            got=f"{pages[0].total}",
            exchange=pages[0].exchange,
        )


def _judge_listed(claim: Claim, case: Listing, ident: str, pages: Sequence[Page], what: str) -> None:
    is_whole = len(pages) < PAGES or len(pages[-1].items) < case.largest
    claim.judge(
        any(ident in page.idents for page in pages) or not is_whole,
        rests_on=case.fact("items"),
        expected=f"{ident}, {what}, in the list",
        got=f"{sum(len(page.items) for page in pages)} others",
        exchange=pages[-1].exchange,
    )


def _judge_not_listed(claim: Claim, case: Listing, ident: str, pages: Sequence[Page], what: str) -> None:
    for page in pages:
        if not page.exchange.is_success:
            raise Unverified(f"the list was answered {page.exchange.status}")
        claim.judge(
            ident not in page.idents,
            rests_on=case.fact("items"),
            expected=f"a list without {ident}, {what}",
            got=f"it is item {page.idents.index(ident) if ident in page.idents else '-'} of a page",
            exchange=page.exchange,
        )


@claim(over=growing, calls=2 * PAGES + 1, asks=_create)
def test_what_is_made_is_hidden_from_another_account(claim: Claim, case: Listing) -> None:
    """It is neither listed there nor can it be deleted from there."""
    claim.run.key("other")
    created, ident = at_hand(claim, case)

    _judge_not_listed(claim, case, ident, list(look_through(claim, case, "other")), "which another account has made")

    if case.delete is not None and "unknown" in case.row:
        answer = _take_away(claim, case, created, "other")
        claim.refused_as(answer, claim.facts.errors[case.row["unknown"]], case.fact("unknown"))
        _judge_listed(claim, case, ident, list(look_through(claim, case)), "which another account cannot delete")


@claim(over=shrinking, calls=lambda _, case: PAGES + 1 + case.looks, asks=_life)
def test_what_is_deleted_is_gone(claim: Claim, case: Listing) -> None:
    """From the list, for whatever it could be used, and for a second deletion."""
    before = ask_page(claim, case, 1, 1)
    created, ident = made(claim, case)
    for name, use in case.uses.items():
        used = claim.ask(name, shortest=True, with_={use["field"]: ident})
        claim.judge(
            used.is_success,
            rests_on=case.fact("uses", name),
            expected=f"{ident}, which was just made, can be used",
            got=f"status {used.status}: {used.text[:120]}",
            exchange=used,
        )

    deleted = _take_away(claim, case, created)
    assert case.delete is not None
    is_deleted = claim.judge(
        deleted.is_success,
        rests_on=case.delete.pointer,
        expected=f"the deletion of {ident}",
        got=f"status {deleted.status}: {deleted.text[:120]}",
        exchange=deleted,
    )
    if not is_deleted:
        return

    pages = list(look_through(claim, case))
    _judge_not_listed(claim, case, ident, pages, "which is deleted")
    if before.total is not None:
        claim.judge(
            pages[0].total == before.total,
            rests_on=case.fact("total"),
            expected=f"{before.total}, as before it was made",
            got=f"{pages[0].total}",
            exchange=pages[0].exchange,
        )
    for name, use in case.uses.items():
        answer = claim.ask(name, shortest=True, with_={use["field"]: ident})
        claim.refused_as(answer, claim.facts.errors[use["refusal"]], case.fact("uses", name))
    if "deleted" in case.row:
        again = _take_away(claim, case, created)
        claim.refused_as(again, claim.facts.errors[case.row["deleted"]], case.fact("deleted"))
