"""Build hook: puts each spec into the wheel as JSON under the hash of its content, so that serving parses no YAML."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

import yaml
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileSpecs(BuildHookInterface[Any]):
    """Runs when a wheel is built; an editable install reads the YAML and keeps a cache of its own."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the compiled specs to the wheel."""
        if version == "editable":
            return
        self._folder = tempfile.TemporaryDirectory()
        for path in sorted(Path(self.root, "specs").glob("*.yaml")):
            content = path.read_bytes()
            name = f"{hashlib.sha256(content).hexdigest()}.json"
            compiled = Path(self._folder.name, name)
            compiled.write_text(json.dumps(yaml.safe_load(content), ensure_ascii=False, separators=(",", ":")), "utf-8")
            build_data["force_include"][str(compiled)] = f"mockvoice/_data/compiled/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was written for the build."""
        del version, build_data, artifact_path
        folder = getattr(self, "_folder", None)
        if folder is not None:
            folder.cleanup()
