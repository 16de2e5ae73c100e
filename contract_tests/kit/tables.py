"""Operations that have a table of their own in the spec: it says that they speak, hear or draw, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from contract_tests.kit.facts import Facts
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import below


@dataclass(frozen=True)
class Tabled:
    """An operation with its table; a subclass says the table's name."""

    table_name: ClassVar[str]

    operation: Operation

    @classmethod
    def every(cls, facts: Facts) -> dict[str, Self]:
        """Return the operations that have the table, by id."""
        return {name: cls(one) for name, one in facts.operations.items() if cls.table_name in one.node}

    @property
    def table(self) -> Mapping[str, Any]:
        """What the spec says there."""
        table: Mapping[str, Any] = self.operation.node[self.table_name]
        return table

    @property
    def pointer(self) -> str:
        """Where that stands."""
        return below(self.operation.pointer, self.table_name)

    def fact(self, *parts: str) -> str:
        """Where a part of it stands."""
        return below(self.pointer, *parts)
