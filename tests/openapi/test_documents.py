"""What is kept of a parsed spec, and when it is looked at anew."""

from __future__ import annotations

from pathlib import Path

import mockvoice.openapi
from mockvoice.openapi.documents import _sources_stamp, data_folder

MODULES = sorted(Path(mockvoice.openapi.__file__).parent.rglob("*.py"))


def test_a_change_of_any_file_that_checks_specs_checks_them_anew() -> None:
    stamp = _sources_stamp()

    assert any(path.parent.name == "rules" for path in MODULES)
    for path in (*MODULES, data_folder("specs") / "extensions.schema.json"):
        stat = path.stat()
        assert repr((str(path), stat.st_size, stat.st_mtime_ns)) in stamp
