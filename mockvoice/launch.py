"""The entry point. `serve` is started often, so a plain call of it goes by a short way past the command line library.

Typer costs some 70 ms before a command runs (it imports pydantic), as long as all the rest of a start. What
this module does not understand at once, `--help` and mistakes above all, is Typer's; a test holds that both read
the same words in the same way.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mockvoice.core.errors import MockvoiceError, SettingsError
from mockvoice.core.settings import Settings


@dataclass(slots=True)
class ServeOptions:
    """What `mockvoice serve` may be told, with the defaults."""

    providers: list[str] = field(default_factory=list)
    host: str = "127.0.0.1"
    port: int = 8800
    seed: int = 0
    clock: str = "real"
    choose: list[str] = field(default_factory=list)
    specs: Path | None = None
    fixtures: list[Path] = field(default_factory=list)
    fetch: bool = False
    accept_any_token: bool = False
    lenient_audio: bool = False
    quiet: bool = False

    def settings(self, cache: Path) -> Settings:
        """Return the settings of the simulator itself. Raises SettingsError for a choice that is none."""
        return Settings(
            providers=tuple(self.providers),
            seed=self.seed,
            clock=self.clock,
            choices=read_choices(self.choose),
            specs=self.specs,
            fixtures=tuple(self.fixtures),
            fetch=self.fetch,
            accept_any_token=self.accept_any_token,
            lenient_audio=self.lenient_audio,
            cache=cache,
        )


def read_choices(choose: Sequence[str]) -> dict[str, str]:
    """Split `provider.row=reading`. Raises SettingsError for one without an equals sign."""
    choices: dict[str, str] = {}
    for one in choose:
        row, equals, reading = one.partition("=")
        if not equals:
            raise SettingsError(f"--choose {one}: expected <provider>.<row>=<reading>, as `mockvoice facts` lists them")
        choices[row] = reading
    return choices


_FLAGS = {
    "--fetch": "fetch", "--accept-any-token": "accept_any_token", "--lenient-audio": "lenient_audio", "--quiet": "quiet",
}  # fmt: skip
_TEXTS = {"--host": "host", "--clock": "clock"}
_NUMBERS = {"--port": "port", "--seed": "seed"}
_LONGEST_NUMBER = 9


def read_serve(words: Sequence[str]) -> ServeOptions | None:
    """Read the words behind `serve`; None when Typer should: help, a mistake, anything unusual."""
    options = ServeOptions()
    left = list(words)
    while left:
        word = left.pop(0)
        if not word.startswith("-"):
            options.providers.append(word)
        elif word in _FLAGS:
            setattr(options, _FLAGS[word], True)
        else:
            name, equals, value = word.partition("=")
            if not equals:
                if not left or left[0].startswith("-"):
                    return None
                value = left.pop(0)
            if not _take(options, name, value):
                return None
    return options if 0 <= options.port <= 65_535 else None


def _take(options: ServeOptions, name: str, value: str) -> bool:
    """Set an option that has a value; say whether it was understood."""
    if name in _TEXTS:
        setattr(options, _TEXTS[name], value)
    elif name in _NUMBERS and value.isascii() and value.isdigit() and len(value) <= _LONGEST_NUMBER:
        setattr(options, _NUMBERS[name], int(value))
    elif name == "--choose":
        options.choose.append(value)
    elif name == "--specs":
        options.specs = Path(value)
    elif name == "--fixtures":
        options.fixtures.append(Path(value))
    else:
        return False
    return True


def main() -> None:
    """Run the command line; a mistake of the user ends with its message and status 2."""
    try:
        options = read_serve(sys.argv[2:]) if sys.argv[1:2] == ["serve"] else None
        if options is not None:
            from mockvoice.serving import serve  # noqa: PLC0415 - only a start needs a server

            serve(options)
        else:
            from mockvoice.cli import app  # noqa: PLC0415 - see the module's docstring

            app()
    except MockvoiceError as error:
        print(f"mockvoice: {error}", file=sys.stderr)
        sys.exit(2)
