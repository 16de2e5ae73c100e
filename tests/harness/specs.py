"""The shipped specs, loaded once, for tests that are made from them."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from mockvoice.openapi.checks import check_document
from mockvoice.openapi.choices import choose
from mockvoice.openapi.documents import find_spec, read_document
from mockvoice.openapi.model import Spec
from mockvoice.providers import REGISTRY

# All of them; `MOCKVOICE_TEST_PROVIDERS=hadrian pytest tests/providers` looks at some only while one is being written.
PROVIDERS = tuple(os.environ.get("MOCKVOICE_TEST_PROVIDERS", " ".join(REGISTRY)).split())


@cache
def document(provider: str) -> dict[str, Any]:
    return read_document(find_spec(provider, None), check_document, None)


@cache
def spec(provider: str) -> Spec:
    return Spec(choose(document(provider), {})[0])
