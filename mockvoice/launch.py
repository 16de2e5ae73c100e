"""The entry point. `serve` is started often, so a plain call of it goes by a short way past the command line library.

Typer costs some 70 ms before a command runs (it imports pydantic), as long as all the rest of a start. What
this module does not understand at once, `--help` and mistakes above all, is Typer's; a test holds that both read
the same words in the same way.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import Any

from mockvoice.core.errors import MockvoiceError
from mockvoice.options import ServeOptions

_FLAGS = frozenset({"--fetch", "--accept-any-token", "--lenient-audio", "--quiet"})
_TEXTS = frozenset({"--host", "--clock", "--voice", "--transcriber"})
_NUMBERS = frozenset({"--port", "--seed"})
_LISTS: dict[str, type] = {"--choose": str, "--fixtures": Path, "--allow-hooks": str}
_LONGEST_NUMBER = 9
_LAST_PORT = 65_535


def read_serve(words: Sequence[str]) -> ServeOptions | None:
    """Read the words behind `serve`; None when Typer should: help, a mistake, anything unusual."""
    found: dict[str, Any] = {"providers": ()}
    left = list(words)
    while left:
        word = left.pop(0)
        if not word.startswith("-"):
            found["providers"] += (word,)
        elif word in _FLAGS:
            found[word[2:].replace("-", "_")] = True
        else:
            name, equals, value = word.partition("=")
            if not equals:
                if not left or left[0].startswith("-"):
                    return None
                value = left.pop(0)
            if not _take(found, name, value):
                return None
    options = ServeOptions(**found)
    return options if options.port <= _LAST_PORT else None


def _take(found: dict[str, Any], name: str, value: str) -> bool:
    """Take an option that has a value; say whether it was understood."""
    key = name[2:].replace("-", "_")
    if name in _TEXTS:
        found[key] = value
    elif name in _NUMBERS and value.isascii() and value.isdigit() and len(value) <= _LONGEST_NUMBER:
        found[key] = int(value)
    elif name in _LISTS:
        found[key] = (*found.get(key, ()), _LISTS[name](value))
    elif name == "--specs":
        found[key] = Path(value)
    else:
        return False
    return True


def put_off(package: str, **parts: str) -> None:
    """Let the parts of a package be imported without what its `__init__` imports.

    That runs when somebody first asks the package itself for a name, unless `parts` says in which part it stands.
    """
    found = find_spec(package)
    if package in sys.modules or found is None or found.loader is None:
        return
    module, loader = module_from_spec(found), found.loader

    def ask(name: str) -> Any:
        if name in parts:
            return getattr(import_module(f"{package}.{parts[name]}"), name)
        del module.__dict__["__getattr__"]
        loader.exec_module(module)
        return getattr(module, name)

    module.__dict__["__getattr__"] = ask
    sys.modules[package] = module


def main() -> None:
    """Run the command line; a mistake of the user ends with its message and status 2."""
    try:
        options = read_serve(sys.argv[2:]) if sys.argv[1:2] == ["serve"] else None
        if options is not None:
            # Nothing loaded on the way to the first answer is ever garbage; `serve` turns the collector on again.
            gc.disable()
            # Its own command line (click) and the reloader take 12 ms; a server needs neither.
            put_off("uvicorn", Config="config", Server="server")
            from mockvoice.serving import serve  # noqa: PLC0415 - only a start needs a server

            serve(options)
        else:
            from mockvoice.cli import app  # noqa: PLC0415 - see the module's docstring

            app()
    except MockvoiceError as error:
        print(f"mockvoice: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
