"""What `mockvoice check` may be told, and what is wrong with what it was told. Starts nothing, sends nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from mockvoice.app import load_spec, served, split_choices
from mockvoice.core.errors import SettingsError
from mockvoice.core.nearest import did_you_mean
from mockvoice.core.settings import Settings
from mockvoice.openapi.documents import cache_folder, check_folder
from mockvoice.openapi.model import Spec
from mockvoice.options import read_choices
from mockvoice.providers import REGISTRY

PROFILES = ("smoke", "standard", "deep")
REPORTS = ("json", "junit", "sarif", "md")
_RATE = re.compile(r"[1-9][0-9]*/m")


class CheckOptions(NamedTuple):
    """What `mockvoice check` may be told, with the defaults.

    `tokens` holds the keys given on the command line, by option (`--token`, `--empty-token`, …). An empty target
    means a simulator of its own. `report` is as typed: KIND=FILE, several with commas between.
    """

    provider: str
    target: str = ""
    tokens: Mapping[str, str] = {}
    profile: str = "standard"
    strict: bool = False
    max_credits: int | None = None
    max_requests: int | None = None
    rate: str = ""
    report: tuple[str, ...] = ()
    baseline: Path | None = None
    choose: tuple[str, ...] = ()
    seed: int = 0
    clips: str = ""
    socket: str = ""
    specs: Path | None = None
    plan: bool = False
    yes: bool = False

    @property
    def readings(self) -> tuple[str, ...]:
        """The chosen readings, each with its provider in front: `hadrian.row=reading`."""
        return tuple(one if "." in one.partition("=")[0] else f"{self.provider}.{one}" for one in self.choose)

    @property
    def is_capped(self) -> bool:
        """Whether the user bounded what the run may cost."""
        return self.max_credits is not None or self.max_requests is not None

    @property
    def reports(self) -> tuple[tuple[str, Path], ...]:
        """The reports to write: kind and file. Raises SettingsError."""
        return tuple(_report(one) for typed in self.report for one in typed.split(","))


def look_over(options: CheckOptions) -> Spec:
    """Return the provider's spec as chosen. Raises SettingsError for what cannot be meant, SpecError for a bad spec."""
    if options.specs is not None:
        check_folder(options.specs, list(REGISTRY))
    settings = Settings(providers=(options.provider,), specs=options.specs, cache=cache_folder())
    served(settings)
    if options.profile not in PROFILES:
        raise SettingsError(f"--profile {options.profile}: no such profile{did_you_mean(options.profile, PROFILES)}")
    if options.rate and not _RATE.fullmatch(options.rate):
        raise SettingsError(f"--rate {options.rate}: expected N/m, the requests a minute, for example 60/m")
    if options.baseline is not None and not options.baseline.is_file():
        raise SettingsError(f"--baseline {options.baseline}: no such file")
    _check_url("--target", options.target)
    _check_url("--clips", options.clips)
    _check_url("--socket", options.socket, ("ws", "wss"))
    if options.socket and not options.target:
        raise SettingsError("--socket: needs --target; a simulator of its own has its socket where it is")
    _check_tokens(options)
    for kind, path in options.reports:
        if not path.parent.is_dir():
            raise SettingsError(f"--report {kind}={path}: no such folder {path.parent}")
    choices = split_choices(read_choices(options.readings), [options.provider])
    return load_spec(options.provider, settings, choices[options.provider])[0]


def _report(typed: str) -> tuple[str, Path]:
    kind, equals, file = typed.partition("=")
    if not equals or not file:
        raise SettingsError(f"--report {typed}: expected KIND=FILE with one of {', '.join(REPORTS)} as kind")
    if kind not in REPORTS:
        raise SettingsError(f"--report {typed}: no such kind of report{did_you_mean(kind, REPORTS)}")
    if Path(file).is_dir():
        raise SettingsError(f"--report {typed}: is a folder; expected a file")
    return kind, Path(file)


def _check_url(option: str, url: str, schemes: tuple[str, str] = ("http", "https")) -> None:
    """Raise SettingsError for a URL that is none; what may hold a key is never repeated."""
    if not url:
        return
    parts = _split(url)
    if parts is None or parts.scheme not in schemes or not parts.hostname:
        begins = "// or ".join(f"{one}:" for one in schemes)
        raise SettingsError(f"{option}: expected a URL that begins with {begins}// and names a host")
    if parts.username is not None or parts.password is not None:
        raise SettingsError(f"{option}: no name or password in the URL; a key goes by MOCKVOICE_TOKEN")
    if parts.query or parts.fragment:
        raise SettingsError(f"{option}: no ? and no # in the URL; expected what stands before the path")


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _check_tokens(options: CheckOptions) -> None:
    for option in options.tokens:
        if not options.target:
            raise SettingsError(f"{option}: needs --target; a simulator of its own brings its keys along")
