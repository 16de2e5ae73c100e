"""What `mockvoice serve` may be told, and the defaults; read by the short way and by the command line library."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from mockvoice.core.errors import SettingsError
from mockvoice.core.settings import Settings


class ServeOptions(NamedTuple):
    """What `mockvoice serve` may be told, with the defaults."""

    providers: tuple[str, ...] = ()
    host: str = "127.0.0.1"
    port: int = 8800
    seed: int = 0
    clock: str = "real"
    choose: tuple[str, ...] = ()
    specs: Path | None = None
    fixtures: tuple[Path, ...] = ()
    fetch: bool = False
    accept_any_token: bool = False
    lenient_audio: bool = False
    voice: str = "tones"
    transcriber: str = ""
    allow_hooks: tuple[str, ...] = ()
    quiet: bool = False

    def settings(self, cache: Path) -> Settings:
        """Return the settings of the simulator itself. Raises SettingsError for a choice that is none."""
        return Settings(
            providers=self.providers,
            seed=self.seed,
            clock=self.clock,
            choices=read_choices(self.choose),
            specs=self.specs,
            fixtures=self.fixtures,
            fetch=self.fetch,
            accept_any_token=self.accept_any_token,
            lenient_audio=self.lenient_audio,
            voice=self.voice,
            transcriber=self.transcriber,
            allow_hooks=self.allow_hooks,
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
