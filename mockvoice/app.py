"""The composition root: settings → world → specs → mounts. The only module that sees all rooms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mockvoice.core.clock import make_clock
from mockvoice.core.errors import Missing, MockvoiceError, SettingsError, SpecError
from mockvoice.core.nearest import did_you_mean
from mockvoice.core.settings import Settings
from mockvoice.openapi.choices import choose
from mockvoice.openapi.documents import check_folder, data_folder, find_spec, read_document, read_unchecked
from mockvoice.openapi.model import Spec
from mockvoice.openapi.voices import voice_names
from mockvoice.providers import REGISTRY, load, load_needs
from mockvoice.service.world import Desk, World
from mockvoice.web.simulator import Mount, Simulator

if TYPE_CHECKING:
    from mockvoice.audio.clips import ClipLibrary
    from mockvoice.audio.listening import Listener

# Who speaks where `mockvoice say` is told nobody.
DEFAULT_SPEAKER = "alloy"
DEFAULT_VOICE = "tones"
VOICES = (DEFAULT_VOICE, "espeak")


def served(settings: Settings) -> list[str]:
    """Return the ids of the providers that are served. Raises SettingsError for an unknown one."""
    for name in settings.providers:
        if name not in REGISTRY:
            raise SettingsError(f"no provider {name!r}{did_you_mean(name, REGISTRY)}")
    return list(dict.fromkeys(settings.providers)) or list(REGISTRY)


def split_choices(choices: Mapping[str, str], providers: list[str]) -> dict[str, dict[str, str]]:
    """Return the chosen readings by provider. Raises SettingsError for a key that is not `provider.row`."""
    split: dict[str, dict[str, str]] = {provider: {} for provider in providers}
    for key, reading in choices.items():
        provider, dot, row = key.partition(".")
        if not dot:
            raise SettingsError(f"--choose {key}={reading}: expected <provider>.<row>=<reading>")
        if provider not in split:
            raise SettingsError(f"--choose {key}={reading}: {provider!r} is not served{did_you_mean(provider, split)}")
        split[provider][row] = reading
    return split


def load_spec(provider: str, settings: Settings, choices: Mapping[str, str]) -> tuple[Spec, dict[str, str]]:
    """Return a provider's spec and its chosen readings. Raises SpecError, SettingsError."""
    path = find_spec(provider, settings.specs)
    document = read_document(path, partial(_check, provider), settings.cache)
    if document["x-voice-provider"]["id"] != provider:
        raise SettingsError(f"{path}: x-voice-provider/id is {document['x-voice-provider']['id']!r}, not {provider!r}")
    chosen, readings = choose(document, choices)
    return Spec(chosen), readings


def _check(provider: str, document: dict[str, Any], name: str) -> list[str]:
    """Return the problems of a spec that is not in the cache; for that alone the provider's package is imported."""
    from mockvoice.openapi.checks import check_document  # noqa: PLC0415
    from mockvoice.service.needs import needs_check  # noqa: PLC0415

    return check_document(document, name, needs_check(load(provider), load_needs(provider)))


def make_world(settings: Settings) -> World:
    """Make clock and journal for one simulator, and a way to its audio. Raises SettingsError."""
    for folder in settings.fixtures:
        if not folder.is_dir():
            raise SettingsError(f"--fixtures {folder}: no such folder")
    if settings.fixtures:
        _check_clips(settings.fixtures)
    check_voice(settings.voice)
    if settings.transcriber and not all(settings.transcriber.partition(":")):
        raise SettingsError(f"--transcriber {settings.transcriber}: expected MODULE:FUNCTION")
    return World(settings, make_clock(settings.clock), partial(_open_listener, settings))


def _check_clips(folders: Sequence[Path]) -> None:
    """Read the user's clips now, so that a mistake in them is told at the start. Raises SettingsError."""
    from mockvoice.audio.clips import ClipLibrary  # noqa: PLC0415 - only who has clips of his own pays for it

    ClipLibrary(folders).names()


def check_voice(voice: str, option: str = "--voice") -> None:
    """Raise SettingsError for an engine nobody has, Missing for one whose extra is not installed."""
    if voice == DEFAULT_VOICE:
        return
    if voice not in VOICES:
        raise SettingsError(f"{option} {voice}: expected one of {', '.join(VOICES)}{did_you_mean(voice, VOICES)}")
    from importlib.util import find_spec  # noqa: PLC0415 - only who asks for the extra pays for looking

    if find_spec("espeakng_loader") is None:
        raise Missing("the espeak voice needs", "espeak")


def _open_listener(settings: Settings) -> Listener:
    from mockvoice.audio.clips import ClipLibrary  # noqa: PLC0415 - audio is loaded when it is first needed
    from mockvoice.audio.listening import Listener  # noqa: PLC0415
    from mockvoice.audio.studio import Studio  # noqa: PLC0415

    library = ClipLibrary((data_folder("fixtures"), *settings.fixtures))
    studio = Studio(settings.voice, settings.transcriber, partial(_known_speakers, settings, library))
    return Listener(studio, library, settings.fetch, settings.lenient_audio)


def _known_speakers(settings: Settings, library: ClipLibrary) -> Iterator[str]:
    """Yield the names of voices that need not have spoken here: those of `say`, of clips, of every provider's spec."""
    yield DEFAULT_SPEAKER
    yield from library.speakers()
    for provider in REGISTRY:
        # Checking what is not served would keep a request waiting for seconds. A spec that nobody has checked may be
        # broken, and that of a served one since: then it names nobody.
        with suppress(MockvoiceError, OSError, AttributeError, LookupError, TypeError, ValueError):
            yield from voice_names(read_unchecked(find_spec(provider, settings.specs), settings.cache))


def create_app(settings: Settings | None = None) -> Simulator:
    """Return a simulator, an ASGI application. Raises SettingsError and SpecError, both with a next step.

    Every provider answers under `/<id>`; a single one also at the root.
    """
    settings = settings or Settings()
    if settings.specs is not None:
        check_folder(settings.specs, list(REGISTRY))
    providers = served(settings)
    choices = split_choices(settings.choices, providers)
    world = make_world(settings)
    mounts: list[Mount] = []
    for provider in providers:
        desk = Desk(*load_spec(provider, settings, choices[provider]), world)
        mounts.append(Mount(f"/{provider}", desk, partial(load, provider)))
    _check_operators([mount.desk.spec for mount in mounts])
    if len(providers) == 1:
        mounts.append(Mount("", mounts[0].desk, mounts[0].load))
    return Simulator(world, mounts, _control)


def _check_operators(specs: Sequence[Spec]) -> None:
    """Raise SpecError where providers of one operator do not tell the same of what they share."""
    if len({spec.operator for spec in specs if spec.operator}) == sum(spec.operator is not None for spec in specs):
        return
    from mockvoice.openapi.operators import disagreements  # noqa: PLC0415 - only where two have the same operator

    problems = disagreements(specs)
    if problems:
        raise SpecError(problems)


def _control(simulator: Simulator) -> object:
    from mockvoice.web.control import make_control  # noqa: PLC0415 - Starlette costs 20 ms; see architecture.md

    return make_control(simulator)
