"""Knows where spec files are and how to read them: YAML once, JSON from a cache ever after.

A spec that was parsed and found sound is kept as JSON under the hash of its content, so that serving
never parses YAML. The wheel carries that JSON; a checkout keeps it in the user's cache folder.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from mockvoice import __version__
from mockvoice.core.errors import SettingsError, SpecError
from mockvoice.core.nearest import did_you_mean

Checker = Callable[[dict[str, Any], str], list[str]]

_PACKAGE = Path(__file__).parent.parent
# Where the code is that decides whether a spec is sound, beside the folders of the providers, who say what they need.
_CHECKING = ("openapi", "openapi/rules", "service")


def data_folder(name: str) -> Path:
    """Return the folder `specs`, `fixtures` or `contract_tests`: inside the wheel, or beside it in a checkout."""
    packed = _PACKAGE / "_data" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name


def cache_folder() -> Path:
    """Return the user's cache folder for mockvoice (not created here)."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
        return Path(base) / "mockvoice"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mockvoice"


def find_spec(provider: str, folder: Path | None) -> Path:
    """Return the spec file of a provider: from `folder` if it holds one, else the shipped one."""
    name = f"{provider}.yaml"
    if folder is not None and (folder / name).is_file():
        return folder / name
    path = data_folder("specs") / name
    if not path.is_file():
        raise SettingsError(f"no spec file {name} in {path.parent}; is the installation complete?")
    return path


def check_folder(folder: Path, providers: list[str]) -> None:
    """Raise SettingsError when a folder given by `--specs` has no spec, or one with an unknown name."""
    if not folder.is_dir():
        raise SettingsError(f"--specs {folder}: no such folder")
    names = sorted(path.stem for path in folder.glob("*.yaml"))
    if not names:
        raise SettingsError(f"--specs {folder}: holds no .yaml file; expected one of {', '.join(providers)}")
    for name in names:
        if name not in providers:
            raise SettingsError(f"--specs {folder}/{name}.yaml: no such provider{did_you_mean(name, providers)}")


@cache
def _sources_stamp() -> str:
    """Change whenever the code that checks specs, what a provider needs, or the schema of our x- tables changes."""
    base = str(_PACKAGE)
    folders = [f"{base}/{name}" for name in _CHECKING]
    folders += [one.path for one in os.scandir(f"{base}/providers") if one.is_dir()]
    schema = data_folder("specs") / "extensions.schema.json"
    stats = [(str(schema), schema.stat())]
    # scandir, for this runs at each start: pathlib's glob takes three times as long.
    stats += [(one.path, one.stat()) for folder in folders for one in os.scandir(folder) if one.name.endswith(".py")]
    return __version__ + repr(sorted((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats))


def read_document(path: Path, check: Checker, cache: Path | None) -> dict[str, Any]:
    """Return a spec as a dict, parsed and checked once per content.

    `cache` is the folder for parsed specs; None means not to write any. Raises SpecError with all problems.
    """
    content = path.read_bytes()
    found, kept = _parsed_before(content, cache)
    if found is not None:
        return found
    document = parse_yaml(content, path.name)
    problems = check(document, path.name)
    if problems:
        raise SpecError(problems)
    if kept is not None:
        _keep(kept, orjson.dumps(document))
    return document


def read_unchecked(path: Path, cache: Path | None) -> dict[str, Any]:
    """Return a spec as a dict that nobody need have checked, for that takes seconds. Raises SpecError for no YAML."""
    content = path.read_bytes()
    found, _ = _parsed_before(content, cache)
    return parse_yaml(content, path.name) if found is None else found


def _parsed_before(content: bytes, cache: Path | None) -> tuple[dict[str, Any] | None, Path | None]:
    """Return what was parsed and found sound, if it was, and where it is to be kept, if anywhere."""
    digest = hashlib.sha256(content).hexdigest()
    packed = _PACKAGE / "_data" / "compiled" / f"{digest}.json"
    if packed.is_file():
        return _load(packed), None
    if cache is None:
        return None, None
    stamped = hashlib.sha256(f"{digest}{_sources_stamp()}".encode()).hexdigest()
    kept = cache / "specs" / f"{stamped}.json"
    return _load(kept) if kept.is_file() else None, kept


def _load(path: Path) -> dict[str, Any]:
    loaded = orjson.loads(path.read_bytes())
    assert isinstance(loaded, dict)  # noqa: S101 - we wrote it ourselves, from a dict
    return loaded


def _keep(path: Path, content: bytes) -> None:
    """Write to the cache in one step; a cache that cannot be written is no error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.tmp")
        draft.write_bytes(content)
        draft.replace(path)
    except OSError:
        return


def parse_yaml(content: bytes, name: str) -> dict[str, Any]:
    """Parse YAML to a dict. Raises SpecError naming line and column for bad YAML or repeated keys."""
    import yaml  # noqa: PLC0415 - never needed once a spec is in the cache

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc]
        """SafeLoader that refuses a key written twice."""

    def mapping(loader: Any, node: Any) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = loader.construct_object(key_node, deep=True)
            line = key_node.start_mark.line + 1
            if isinstance(key, (dict, list)):
                raise SpecError([f"{name}: line {line}: expected a text as key, got a {type(key).__name__}"])
            if key in found:
                raise SpecError([f"{name}: line {line}: the key {key!r} stands twice in one mapping; keep one"])
            found[key] = loader.construct_object(value_node, deep=True)
        return found

    Loader.add_constructor("tag:yaml.org,2002:map", mapping)
    Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))
    try:
        document = yaml.load(content, Loader=Loader)  # noqa: S506 - a SafeLoader
    except RecursionError:
        raise SpecError([f"{name}: no valid YAML: expected at most some hundred levels below each other"]) from None
    except (yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError) as error:
        # A tag that its value does not fit (`!!int x`) is no YAMLError.
        raise SpecError([f"{name}: no valid YAML: {error}"]) from None
    if not isinstance(document, dict):
        raise SpecError([f"{name}: expected a mapping at the top, got {type(document).__name__}"])
    return document
