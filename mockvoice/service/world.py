"""What exists while a simulator runs: one world, and in it a desk for each provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from mockvoice.core.accounts import Books, Roster
from mockvoice.core.clock import Clock
from mockvoice.core.errors import SettingsError
from mockvoice.core.ids import Maker, make_ids
from mockvoice.core.journal import Journal
from mockvoice.core.limits import AddressBook
from mockvoice.core.nearest import did_you_mean
from mockvoice.core.settings import Settings
from mockvoice.core.shelf import Shelf
from mockvoice.core.tasks import Task, TaskBook
from mockvoice.openapi.model import Spec

if TYPE_CHECKING:
    from mockvoice.audio.listening import Listener, Recording
    from mockvoice.audio.studio import Studio
    from mockvoice.service.hooks import Hooks
    from mockvoice.service.pictures import Gallery
    from mockvoice.service.voices import VoiceBook

Made = TypeVar("Made")


class Operator:
    """What providers have in common that one company runs: the ledgers of its keys, and the voices it has cloned."""

    def __init__(self) -> None:
        self.books = Books()

    @cached_property
    def voices(self) -> VoiceBook:
        """The voices that accounts have made."""
        from mockvoice.service.voices import VoiceBook  # noqa: PLC0415 - only who clones needs it

        return VoiceBook()


class Desk:
    """All that one provider remembers: accounts, tasks, ids, figures, and what it borrows from the world."""

    def __init__(self, spec: Spec, readings: Mapping[str, str], world: World) -> None:
        self.spec = spec
        self.readings = readings
        self.world = world
        self.operator = world.operator(spec.operator)
        rules, accept_any = spec.window_rules.values(), world.settings.accept_any_token
        self.roster = Roster(spec.seeds, rules, accept_any, self.operator.books, spec.at_once)
        # Who calls without an account is counted by address.
        self.addresses = AddressBook(spec.address_rules.values(), spec.addresses.get("allowances", {}))
        # What this provider needs and cannot reach at present, by the provider's own names; see /_mock/outages.
        self.outages: set[str] = set()
        self.tasks = TaskBook()
        # What is behind an address, by the address or (address, file name that came with it): clips only.
        self.heard: dict[str | tuple[str, str], Recording] = {}
        self._makers: dict[str, Maker] = {}
        # The way of a task that goes well, by machine: most do.
        self._ways: dict[str, tuple[str, ...]] = {}
        self._figures: dict[str, Any] = {}
        self._made: dict[Callable[[Desk], Any], Any] = {}

    @cached_property
    def listener(self) -> Listener:
        """What takes uploads and URLs."""
        return self.world.listener

    @cached_property
    def studio(self) -> Studio:
        """What speaks."""
        return self.world.listener.studio

    def figure(self, name: str) -> Any:
        """Return a figure of the spec by name."""
        found = self._figures.get(name)
        if found is None:
            found = self._figures[name] = self.spec.figure(name)
        return found

    def once(self, make: Callable[[Desk], Made]) -> Made:
        """Return what `make` makes of this desk, made once: for what a provider derives from its figures."""
        found: Made | None = self._made.get(make)
        if found is None:
            found = self._made[make] = make(self)
        return found

    def make_id(self, pattern: str, now: float) -> str:
        """Return a fresh id of a pattern of `x-mock-ids`, from a random stream of its own."""
        maker = self._makers.get(pattern)
        if maker is None:
            patterns = self.spec.id_patterns
            if pattern not in patterns:
                raise SettingsError(f"{self.spec.id}: no id pattern {pattern!r}{did_you_mean(pattern, patterns)}")
            maker = make_ids(patterns[pattern], f"{self.world.settings.seed}/{self.spec.id}/{pattern}")
            self._makers[pattern] = maker
        return maker(now)

    def start_task(
        self,
        machine_name: str,
        owner: str,
        now: float,
        request: Mapping[str, Any],
        fails_after: str | None,
        way: Sequence[str] = (),
        pace: Mapping[str, float] | None = None,
    ) -> Task:
        """Make a task with its whole timeline. With `fails_after` it leaves that state for the failing one.

        `way` is for a task that goes neither to success nor there, `pace` for one that takes other times.
        """
        machine = self.spec.machines[machine_name]
        if not way:
            if fails_after is None:
                way = self._ways.get(machine_name) or self._ways.setdefault(machine_name, machine.way_to_success())
            else:
                way = machine.way_to_failure(machine.failing(fails_after), fails_after)
        timeline = machine.timeline(way, self.spec.pace(machine_name) if pace is None else pace, now)
        # A machine may have a pattern of its own.
        pattern = machine_name if machine_name in self.spec.id_patterns else "task"
        task = Task(self.make_id(pattern, now), machine, owner, timeline, request)
        self.tasks.add(task)
        return task


class World:
    """Clock, settings, journal, files and audio, shared by all providers of one simulator.

    `open_listener` makes what listens and, within it, what speaks, when audio is first needed.
    """

    def __init__(self, settings: Settings, clock: Clock, open_listener: Callable[[], Listener]) -> None:
        self.settings = settings
        self.clock = clock
        self.journal = Journal()
        self.shelf = Shelf()
        self._open_listener = open_listener
        self._operators: dict[str, Operator] = {}

    def operator(self, name: str | None) -> Operator:
        """Return the operator of a name, the same for all its providers; a new one where there is no name."""
        return Operator() if name is None else self._operators.setdefault(name, Operator())

    @cached_property
    def listener(self) -> Listener:
        """What takes uploads and URLs."""
        return self._open_listener()

    @cached_property
    def gallery(self) -> Gallery:
        """What draws, and looks at pictures."""
        from mockvoice.service.pictures import Gallery  # noqa: PLC0415 - only where pictures are made

        return Gallery(self._work)

    async def _work(self, job: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
        """Let a worker do a job; who only draws needs none, and no audio."""
        return await self.listener.studio.work(job, payload)

    @cached_property
    def hooks(self) -> Hooks:
        """What posts changes of tasks to those who asked for it."""
        from mockvoice.service.hooks import Hooks  # noqa: PLC0415 - only where somebody asks for it

        return Hooks(self.clock, self.journal, self.settings.allow_hooks)

    def close(self) -> None:
        """End what audio and hooks have started."""
        if "hooks" in self.__dict__:
            self.hooks.close()
        if "listener" in self.__dict__:
            self.listener.studio.close()
