"""Lists that come in pages (`x-voice-collection`): how a page is asked for, and what stands on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from contract_tests.kit.claims import Claim, Unverified
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import below, find
from contract_tests.kit.tasks.waiting import LOOKS

if TYPE_CHECKING:
    from contract_tests.kit.recipes import Recipe

TABLE = "x-voice-collection"
# Pages of one list that are looked at, at the most.
PAGES = 4
# Where a list names no largest page.
_LARGEST = 50


@dataclass(frozen=True)
class Listing:
    """A list, and the operations that make, delete and use what is in it; None where there is no such.

    All of it is what the spec says under the readings of the operation: under another one nothing may be put in it.
    """

    name: str
    operation: Operation

    @property
    def row(self) -> Mapping[str, Any]:
        """What the spec says of the list."""
        row: Mapping[str, Any] = self.operation.node[TABLE]
        return row

    @property
    def create(self) -> Operation | None:
        """The operation that puts something in it."""
        return self.operation.facts.operations[self.row["create"]] if "create" in self.row else None

    @property
    def delete(self) -> Operation | None:
        """The operation that takes out of it what was put in."""
        name = self.create.node.get("x-voice-creates", {}).get("delete") if self.create is not None else None
        return self.operation.facts.operations[name] if name else None

    def fact(self, *parts: str) -> str:
        """Where something that is said of the list stands."""
        return below(self.operation.pointer, TABLE, *parts)

    @property
    def uses(self) -> Mapping[str, Mapping[str, str]]:
        """Operation → the field that takes an item, and the error for one that is not there."""
        uses: Mapping[str, Mapping[str, str]] = self.row.get("uses", {})
        return uses

    @property
    def filters(self) -> Mapping[str, Mapping[str, str]]:
        """Filter → the member of an item that it looks at, and how."""
        filters: Mapping[str, Mapping[str, str]] = self.row.get("filters", {})
        return filters

    @property
    def largest(self) -> int:
        """How many items a page may have."""
        return int(self._schema_of(self.row["page"]["size"]).get("maximum", _LARGEST))

    def page(self, number: int, size: int, **filters: Any) -> Recipe:
        """Return the request for a page, counted from 1, of a size."""
        row = self.row["page"]
        asked = {row["size"]: size, **filters}
        if "number" in row:
            asked[row["number"]] = number
        else:
            asked[row["offset"]] = (number - 1) * size
        every = self.row.get("all", {})
        in_query = {one["name"] for one in self.operation.parameters if one["in"] == "query"}
        members = {name: value for name, value in asked.items() if name not in in_query}
        query = {name: value for name, value in asked.items() if name in in_query}
        return {"with": {**every.get("with", {}), **members}, "query": {**every.get("query", {}), **query}}

    def takes_any_text(self, name: str) -> bool:
        """Say whether a filter may be any text, and has to be in an item as it is."""
        schema = self._schema_of(name)
        is_any = schema.get("type") == "string" and not {"enum", "const", "pattern", "format"} & schema.keys()
        return is_any and self.filters[name]["by"] != "alike"

    def takes_several(self, name: str) -> bool:
        """Say whether a filter may be more than one value."""
        return bool(self._schema_of(name).get("type") == "array")

    @property
    def looks(self) -> int:
        """How many looks it takes at most to see something made that a task makes."""
        machines = self.operation.facts.machines.values()
        return LOOKS if any(self.create and one.get("create") == self.create.id for one in machines) else 0

    def _schema_of(self, name: str) -> Mapping[str, Any]:
        for one in self.operation.parameters:
            if one["name"] == name:
                schema: Mapping[str, Any] = self.operation.facts.resolve(one["schema"])
                return schema
        return self.operation.member(name)[0]


def listings(facts: Facts) -> dict[str, Listing]:
    """Return lists that come in pages."""
    return {name: Listing(name, one) for name, one in facts.operations.items() if TABLE in one.node}


def filtered(facts: Facts) -> dict[str, Listing]:
    """Return lists that can be narrowed."""
    return {name: one for name, one in listings(facts).items() if one.filters}


def growing(facts: Facts) -> dict[str, Listing]:
    """Return lists in which something can be put."""
    return {name: one for name, one in listings(facts).items() if one.create is not None}


def shrinking(facts: Facts) -> dict[str, Listing]:
    """Return lists from which something can be taken."""
    return {name: one for name, one in listings(facts).items() if one.delete is not None}


@dataclass(frozen=True)
class Page:
    """One page: its items, and how many there are in all (None where the list does not tell, or no number)."""

    exchange: Exchange
    items: list[Any]
    idents: list[Any]
    total: int | None

    def from_item(self, place: int) -> Page:
        """Return the page without the items before a place."""
        return replace(self, items=self.items[place:], idents=self.idents[place:])

    def values(self, pointer: str) -> list[Any]:
        """Return a member of every item; None where one has no such."""
        return [find(one, pointer) for one in self.items]


def page_of(row: Mapping[str, Any], exchange: Exchange) -> Page:
    """Read a page; an answer that holds no list has no items."""
    items = exchange.at(row["items"])
    items = items if isinstance(items, list) else []
    total = exchange.at(row.get("total"))
    is_number = isinstance(total, int) and not isinstance(total, bool)
    return Page(exchange, items, [find(one, row["id"]) for one in items], total if is_number else None)


def ask_page(claim: Claim, case: Listing, number: int, size: int, role: str = "funded", **filters: Any) -> Page:
    """Ask for a page."""
    recipe = case.page(number, size, **filters)
    return page_of(case.row, claim.ask(case.operation, with_=recipe["with"], query=recipe["query"], role=role))


def look_through(claim: Claim, case: Listing, role: str = "funded") -> Iterator[Page]:
    """Yield the first pages, as large as they may be: all of a list that is no longer than these."""
    seen = 0
    for number in range(1, PAGES + 1):
        page = ask_page(claim, case, number, case.largest, role)
        yield page
        seen += len(page.items)
        if len(page.items) < case.largest or page.total == seen:
            return


def made(claim: Claim, case: Listing) -> tuple[Exchange, str]:
    """Make something; return the answer and the id, which a task tells when it is over. Raises Unverified."""
    if case.create is None:
        raise Unverified("under the reading that this endpoint follows, nothing can be put in this list")
    created = claim.ask(case.create)
    looks = claim.run.finish(created)
    ident = (looks[-1] if looks else created).at(case.row["created"])
    if not created.is_success or not isinstance(ident, str):
        raise Unverified(f"{case.create.id} was answered {created.status}, without an id at {case.row['created']}")
    return created, ident


def at_hand(claim: Claim, case: Listing) -> tuple[Exchange, str]:
    """Return what the documented example has made where a task makes it, as another takes long; else as `made`."""
    if case.create is None or not case.looks:
        return made(claim, case)
    created = claim.run.good(case.create)
    ident = claim.run.wait_for(created)[-1].at(case.row["created"])
    if not isinstance(ident, str):
        raise Unverified(f"the task of {case.create.id} told no id at {case.row['created']}")
    return created, ident
