"""`python -m mockvoice.openapi FILE…` checks spec files and prints every problem."""

from __future__ import annotations

import sys
from pathlib import Path

from mockvoice.core.errors import SpecError
from mockvoice.openapi.checks import check_document
from mockvoice.openapi.documents import read_document


def main(names: list[str]) -> int:
    """Check the files; return 1 when one of them is not sound."""
    failed = False
    for name in names:
        try:
            document = read_document(Path(name), check_document, None)
            print(f"{name}: sound, {sum(len(item) for item in document['paths'].values())} operations")
        except SpecError as error:
            failed = True
            print(error)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
