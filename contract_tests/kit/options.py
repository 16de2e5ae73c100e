"""The suite's options: what a person may say, and what it comes to."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from _pytest.outcomes import Exit

from contract_tests.kit.amounts import Amounts
from contract_tests.kit.baseline import Baseline, BaselineError
from contract_tests.kit.bounds import Caps
from contract_tests.kit.claims import PROFILES
from contract_tests.kit.clips import LOOPBACK_CLIPS, Clips
from contract_tests.kit.facts import NoSuchReading, SpecMissing, load
from contract_tests.kit.guard import Guard
from contract_tests.kit.roles import ROLES, Keys, option_of, variable_of
from contract_tests.kit.run import Run, Settings
from contract_tests.kit.secrets import Secrets

BESIDE = Path(__file__).parents[2]
_RATE = re.compile(r"(\d+)/(s|m|h)")
_SECONDS = {"s": 1, "m": 60, "h": 3600}
USAGE = 2


def add(parser: pytest.Parser) -> None:
    """Add every option."""
    group = parser.getgroup("mockvoice", "contract claims of a voice API")
    group.addoption("--provider", metavar="P", help="the provider whose documents are the judge")
    group.addoption("--target", metavar="URL", help="what stands before the documented paths")
    group.addoption("--socket", metavar="URL", default="", help="where conversations over a WebSocket are held")
    group.addoption("--profile", choices=PROFILES, default="standard", help="how much is looked at")
    group.addoption("--max-credits", type=int, metavar="N", help="never spend more than N units of the provider")
    group.addoption("--max-requests", type=int, metavar="N", help="never send more than N requests")
    group.addoption("--rate", metavar="N/m", help="at most N requests a second (/s), minute (/m) or hour (/h)")
    group.addoption("--report", action="append", default=[], metavar="KIND=FILE", help="json, junit, sarif or md")
    group.addoption("--baseline", type=Path, metavar="FILE", help="findings that are accepted until a date")
    group.addoption("--choose", action="append", default=[], metavar="ROW=READING", help="judge by this reading")
    group.addoption(
        "--seed", type=int, default=0, metavar="N", dest="mv_seed", help="the same requests in the same order"
    )
    group.addoption("--clips", metavar="URL", help="where the folder fixtures/ is hosted for the endpoint")
    group.addoption("--plan", action="store_true", help="print what would be sent and stop")
    group.addoption("--yes", action="store_true", help="send to a target that is not this machine")
    group.addoption("--events", metavar="FILE", help="write what happens as lines of JSON")
    group.addoption("--specs", type=Path, default=BESIDE / "specs", metavar="DIR", help="folder of specs")
    group.addoption("--fixtures-dir", type=Path, default=BESIDE / "fixtures", metavar="DIR", help="folder of clips")
    for role, what in ROLES.items():
        help_text = f"key of {what}; better in the environment, as {variable_of(role)}"
        group.addoption(option_of(role), dest=f"key_{role}", metavar="KEY", help=help_text)


def stop(message: str) -> Exit:
    """Return what ends a run because of how it was called."""
    return Exit(f"mockvoice: {message}", returncode=USAGE)


def is_loopback(url: str) -> bool:
    """Say whether an address is this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def make_run(options: Any, environment: Mapping[str, str] = os.environ) -> Run:
    """Return the run that the options ask for. Raises pytest's exit with status 2 and a message."""
    if not options.provider:
        raise stop("--provider is missing: which provider's documents are the judge?")
    target = options.target or ""
    if urlsplit(target).scheme not in {"http", "https"} or not urlsplit(target).hostname:
        raise stop(f"--target {target!r}: expected an address such as http://127.0.0.1:8800/{options.provider}")
    _check_target(target)
    loopback = is_loopback(target)
    _check_socket(options.socket)
    try:
        facts = load(options.provider, options.specs).read_as(_choices(options))
    except (SpecMissing, NoSuchReading) as error:
        raise stop(str(error)) from None
    keys = _keys(options, environment)
    clips = Clips(options.fixtures_dir, options.clips or (LOOPBACK_CLIPS if loopback else None))
    secrets = Secrets(keys.by_role)
    caps = Caps(options.max_requests, options.max_credits, _pause(options.rate))
    # A socket elsewhere makes it a run elsewhere: somebody has to agree to it.
    here = loopback and (not options.socket or is_loopback(options.socket))
    guard = Guard(facts, target, keys, Amounts(clips), secrets, caps, loopback)
    settings = Settings(
        options.provider, target, options.profile, options.mv_strict, options.mv_seed, here, options.socket
    )
    return Run(settings, facts, keys, clips, guard, secrets)


def _check_target(target: str) -> None:
    """Raise pytest's exit for an address that requests cannot be put behind; what may be a password is not shown."""
    parts = urlsplit(target)
    if parts.username is not None or parts.password is not None:
        raise stop(f"--target: no name or password in the address; a key goes by {variable_of('funded')}")
    if parts.query or parts.fragment:
        raise stop("--target: no ? and no # in the address; expected what stands before the documented paths")
    try:
        requests.Request("GET", target).prepare()
    except requests.RequestException as error:
        raise stop(f"--target {target!r}: {error}") from None


def _check_socket(socket: str) -> None:
    """Raise pytest's exit for an address that is none; what may be a password is not shown."""
    parts = urlsplit(socket)
    if not socket:
        return
    if parts.username is not None or parts.password is not None:
        raise stop(f"--socket: no name or password in the address; a key goes by {variable_of('funded')}")
    if parts.scheme not in {"ws", "wss"} or not parts.hostname or parts.query or parts.fragment:
        raise stop("--socket: expected an address such as wss://live.example/v1/ws, without ? and #")


def baseline_of(options: Any) -> Baseline | None:
    """Return the findings that are accepted. Raises pytest's exit for a file that is none."""
    try:
        return Baseline.load(options.baseline) if options.baseline else None
    except BaselineError as error:
        raise stop(f"--baseline {error}") from None


def _keys(options: Any, environment: Mapping[str, str]) -> Keys:
    given = {role: getattr(options, f"key_{role}") or environment.get(variable_of(role)) for role in ROLES}
    return Keys({role: key for role, key in given.items() if key})


def _choices(options: Any) -> dict[str, str]:
    choices = {}
    for one in options.choose:
        row, equals, reading = one.partition("=")
        if not equals:
            raise stop(f"--choose {one}: expected ROW=READING")
        choices[row.removeprefix(f"{options.provider}.")] = reading
    return choices


def _pause(rate: str | None) -> float:
    if rate is None:
        return 0.0
    found = _RATE.fullmatch(rate)
    if not found or not int(found[1]):
        raise stop(f"--rate {rate}: expected a number and a unit, such as 60/m")
    return _SECONDS[found[2]] / int(found[1])


def _unwritable(path: Path) -> str:
    """Return why a file cannot be written: to be known before the first request, which may be paid for."""
    if path.is_dir():
        return "is a folder; expected a file"
    there = next(one for one in (path, *path.absolute().parents) if one.exists())
    if there != path and not there.is_dir():
        return f"{there} is no folder"
    return "" if os.access(there, os.W_OK) else f"{there} cannot be written"


def refuse_several(config: pytest.Config) -> None:
    """Raise pytest's exit where several processes would run the suite: each would spend up to the cap."""
    if hasattr(config, "workerinput") or getattr(config.option, "numprocesses", None):
        raise stop("-n: the suite runs in one process, for caps, pace and order hold there; leave -n out")


def reports_of(options: Any) -> list[tuple[str, Path]]:
    """Return the reports that are asked for, as kind and file. Raises pytest's exit for a kind nobody knows."""
    found = []
    for one in ",".join(options.report).split(",") if options.report else ():
        kind, equals, path = one.partition("=")
        if kind not in {"json", "junit", "sarif", "md"} or not equals or not path:
            raise stop(f"--report {one}: expected json=FILE, junit=FILE, sarif=FILE or md=FILE")
        if problem := _unwritable(Path(path)):
            raise stop(f"--report {one}: {problem}")
        found.append((kind, Path(path)))
    return found
