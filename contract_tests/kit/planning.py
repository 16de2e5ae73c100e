"""The plan: what a run may send and cost at most, by operation, told before the first request.

What a claim announces is priced from the very requests it will send, and the guard holds it to that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from contract_tests.kit.amounts import Amounts
from contract_tests.kit.claims import Announcement, operation_of
from contract_tests.kit.clips import LOOPBACK_CLIPS, Clips
from contract_tests.kit.facts import Facts
from contract_tests.kit.machines import machine_of
from contract_tests.kit.money import is_charged_later
from contract_tests.kit.operations import Operation
from contract_tests.kit.probing import probes_of_example
from contract_tests.kit.recipes import Draft, Recipe, Writer
from contract_tests.kit.roles import ROLES, Keys
from contract_tests.kit.sockets.documented import Socket, sockets
from contract_tests.kit.tasks.waiting import looks_at


@dataclass(frozen=True)
class Share:
    """What one claim, or one operation, may send and use at most. `credits` are in the provider's unit.

    `beyond` is what may be paid on top where what the documents refuse is accepted.
    """

    operation: str
    calls: int = 0
    credits: int = 0
    code_points: int = 0
    audio_milliseconds: int = 0
    creates: Counter[str] = field(default_factory=Counter)
    beyond: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(
            self.operation,
            self.calls + other.calls,
            self.credits + other.credits,
            self.code_points + other.code_points,
            self.audio_milliseconds + other.audio_milliseconds,
            self.creates + other.creates,
            self.beyond + other.beyond,
        )


class Planner:
    """Prices announcements."""

    def __init__(self, facts: Facts, clips: Clips, profile: str = "standard") -> None:
        self._facts = facts
        self._looks = looks_at(profile)
        # Nothing is sent: any key and any address will do to write a request.
        clips = Clips(clips.folder, clips.base or LOOPBACK_CLIPS)
        self._writer = Writer(facts, Keys(dict.fromkeys(ROLES, "planned-only")), clips)
        self._amounts = Amounts(clips)

    def shared(self) -> list[Share]:
        """Return what is asked once for all claims: every documented example, and waiting for the tasks it makes."""
        every = self._facts.operations.values()
        waits = [self._facts.operations[row["status"]] for row in self._facts.machines.values() if "status" in row]
        looks = [_times(self._used(one, {}), self._looks, Share(one.id, self._looks)) for one in waits]
        looks = [replace(one, creates=Counter()) for one in looks]
        talks = [talked(one, [[one.text]]) for one in sockets(self._facts).values()]
        before = [share for one in every for share in self._before(one)]
        again = [self._once_more(one) for one in every]
        return [*(share for one in every for share in self._asked(one, {})), *again, *looks, *before, *talks]

    def settling(self, shares: Sequence[Share]) -> list[Share]:
        """Return what waits for tasks that are paid for when they succeed, by any reading that may be found."""
        found = []
        for one in self._facts.operations.values():
            machine = machine_of(self._facts, one)
            if machine is not None and any(is_charged_later(each) for each in self._priced_as(one)):
                made = sum(share.creates.total() for share in shares if share.operation == one.id)
                # Most are over when they are looked at; the last one is waited for.
                found.append(Share(machine["status"], 2 * made + self._looks))
        return found

    def tidying(self, shares: Sequence[Share]) -> list[Share]:
        """Return the deletions at the end of what the run makes, where the API has any; one each, unless put off."""
        found = []
        for one in self._facts.operations.values():
            delete = one.node.get("x-voice-creates", {}).get("delete")
            # A call may make several kinds of things at once; one deletion takes them all.
            made = sum(max(share.creates.values(), default=0) for share in shares if share.operation == one.id)
            if delete is not None and made:
                found.append(Share(delete, made))
        return found

    def _once_more(self, operation: Operation) -> Share:
        """Return what is sent where the answer to an example shows another reading of the documents."""
        probes, times = probes_of_example(self._facts, operation, self._writer)
        return _times(self._used(operation, {}), times, Share(operation.id, probes + times))

    def _before(self, operation: Operation) -> list[Share]:
        """Return what is sent before an operation can be asked at all, waiting for tasks included."""
        found: list[Share] = []
        for step in operation.before.get("steps", ()):
            found += self._asked(self._facts.operations[step["operation"]], {})
            machine = machine_of(self._facts, self._facts.operations[step["operation"]])
            if step.get("over") and machine is not None:
                found.append(Share(machine["status"], self._looks))
        return found

    def shares_of(self, announcement: Announcement, case: Any) -> list[Share]:
        """Return what a claim announces for a case, by operation."""
        operation = operation_of(case)
        name = operation.id if operation else "-"
        paid = announcement.counted("paid", self._facts, case) * announcement.scale
        calls = announcement.counted("calls", self._facts, case)
        own = Share(name, calls)
        if operation is not None:
            example = self._used(operation, {})
            if announcement.refuses is not None:
                example = replace(example, creates=Counter())
            own = _times(example, paid, own)
            if self._counts_calls(operation):
                own = replace(own, credits=calls * example.credits)
        elif paid:
            every = [self._used(one, {}) for one in self._facts.operations.values()]
            own = _times(max(every, key=lambda one: one.credits), paid, own)
        asked = announcement.asks(self._facts, case) if announcement.asks else ()
        own = replace(own, beyond=self._beyond(announcement, case))
        said = [talked(socket_of(case), announcement.talks(self._facts, case))] if announcement.talks else []
        if announcement.in_vain:
            said.append(talked(socket_of(case), announcement.in_vain(self._facts, case), in_vain=True))
        return [own, *(share for one, recipe in asked for share in self._asked(one, recipe)), *said]

    def _beyond(self, announcement: Announcement, case: Any) -> int:
        """Return the price of the dearest request that is to be refused: one of them may be accepted."""
        if announcement.refuses is None or not self._costs:
            return 0
        found = [*announcement.refuses(self._facts, case, self._writer.clips)]
        for wider in self._with_wider_bounds(operation_of(case)):
            cases = announcement.over(wider).values() if announcement.over else ()
            for one in cases:
                if one == case:
                    found += announcement.refuses(wider, one, self._writer.clips)
        # Where each call of its operation costs the same, all that a claim announces are planned as if they cost.
        planned = operation_of(case) is not None
        priced = [(one, recipe) for one, recipe in found if not (planned and self._counts_calls(one))]
        return max((self._worst(one, recipe) for one, recipe in priced), default=0)

    def _with_wider_bounds(self, operation: Operation | None) -> list[Facts]:
        """Return the facts by readings under which an operation takes more, so that it takes more to be refused."""
        if operation is None:
            return []
        schema = operation.body_schema
        return [one for one in self._wider if one.operations[operation.id].body_schema != schema]

    @cached_property
    def _wider(self) -> list[Facts]:
        return [self._facts.read_as({row: reading}) for row, reading in _readings_that_set(self._facts, "/max")]

    @cached_property
    def _costs(self) -> bool:
        return any(one.billing is not None for one in self._facts.operations.values())

    def _worst(self, operation: Operation, recipe: Recipe) -> int:
        """Return the price of a request by the dearest reading that an endpoint may turn out to follow."""
        draft = self._writer.write(operation, {**recipe, "role": "funded"}, {})
        every = self._priced_as(operation)
        return max(self._amounts.worst(one, draft, draft.fields, len(draft.body)) for one in every)

    def _priced_as(self, operation: Operation) -> list[Operation]:
        """Return an operation, and as it is by readings that price it otherwise."""
        return [operation, *self._otherwise_priced.get(operation.id, ())]

    @cached_property
    def _otherwise_priced(self) -> dict[str, list[Operation]]:
        found: dict[str, list[Operation]] = {}
        for row, reading in _readings_that_set(self._facts, "/x-voice-billing"):
            for name, one in self._facts.read_as({row: reading}).operations.items():
                before = self._facts.operations.get(name)
                if before is not None and one.billing != before.billing:
                    found.setdefault(name, []).append(one)
        return found

    def _counts_calls(self, operation: Operation) -> bool:
        return any((one.billing or {}).get("measure") == "calls" for one in self._priced_as(operation))

    def _asked(self, operation: Operation, recipe: Recipe) -> list[Share]:
        """Return what a recipe sends, its first steps and repetitions included."""
        times = recipe.get("times", 1)
        own = _times(self._used(operation, recipe), times, Share(operation.id, times))
        steps = [(self._facts.operations[one.get("operation", operation.id)], one) for one in recipe.get("first", ())]
        return [own, *(share for one, step in steps for share in self._asked(one, step))]

    def _used(self, operation: Operation, recipe: Recipe) -> Share:
        """Return what one request of a recipe uses at most."""
        draft: Draft = self._writer.write(operation, {**recipe, "role": "funded"}, {})
        credits = self._worst(operation, recipe)
        measure = (operation.billing or {}).get("measure")
        measured = self._amounts.of(operation, draft, draft.fields) or 0
        code_points = measured if measure == "code-points" else 0
        # Of several sounds, a video's among them, the one that is paid for.
        is_paid_for = measure == "audio-milliseconds"
        audio = measured if is_paid_for else self._amounts.audio_milliseconds(draft, draft.fields) or 0
        creates = Counter(operation.node.get("x-voice-creates", {}).get("what", ()))
        return Share(operation.id, 0, credits, code_points, audio, creates)


def _readings_that_set(facts: Facts, what: str) -> Iterator[tuple[str, str]]:
    """Yield the readings that a run may find out and that change something whose pointer has this in it."""
    for name, row in facts.ambiguities.items():
        for reading, node in row["readings"].items():
            changed = [*node.get("set", ()), *node.get("unset", ())]
            can_be_found = "probe" in row or "talk" in row
            if can_be_found and reading != facts.readings[name] and any(what in one for one in changed):
                yield name, reading


def socket_of(case: Any) -> Socket:
    """Return the conversation that a case is about."""
    return case if isinstance(case, Socket) else case.socket


def talked(socket: Socket, talks: Sequence[Sequence[str]], in_vain: bool = False) -> Share:
    """Return what conversations with these texts use at most: each is a request, and so is each text.

    Of texts that are `in_vain`, for they are to be refused, one may be accepted beyond what is planned.
    """
    texts = [text for one in talks for text in one]
    prices = [socket.price(text) for text in texts]
    calls = len(talks) + len(texts)
    if in_vain:
        return Share(socket.name, calls, beyond=max(prices, default=0))
    return Share(socket.name, calls, sum(prices), sum(map(len, texts)))


def _times(one: Share, times: int, to: Share) -> Share:
    creates = Counter({kind: count * times for kind, count in one.creates.items()})
    return to + Share(
        to.operation, 0, one.credits * times, one.code_points * times, one.audio_milliseconds * times, creates
    )


def rows_of(facts: Facts, shares: Iterable[Share]) -> list[Share]:
    """Return the plan's rows, one an operation, in the order of the spec; what belongs to none comes last."""
    rows = {name: Share(name) for name in [*facts.operations, *sockets(facts), "-"]}
    for one in shares:
        rows[one.operation] += one
    return [row for row in rows.values() if row.calls]


def as_event(rows: list[Share], claims: int, unit: str) -> dict[str, Any]:
    """Return the plan as an event."""
    return {
        "event": "plan",
        "rows": [
            {
                "operation": row.operation,
                "calls": row.calls,
                "credits": row.credits,
                "beyond": row.beyond,
                "code_points": row.code_points,
                "audio_seconds": round(row.audio_milliseconds / 1000, 1),
                "creates": _made(row),
            }
            for row in rows
        ],
        "claims": claims,
        "requests": sum(row.calls for row in rows),
        "credits": sum(row.credits for row in rows),
        "beyond": sum(row.beyond for row in rows),
        "unit": unit,
    }


def _made(row: Share) -> str:
    return ", ".join(f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in row.creates.items())


def as_text(event: dict[str, Any]) -> str:
    """Return the plan as lines for a person."""
    unit = event["unit"]
    lines = [
        f"The plan: {event['claims']} claims, at most {event['requests']:,} requests and {event['credits']:,} {unit}"
    ]
    if event["beyond"]:
        lines.append(f"and {event['beyond']:,} {unit} more, if it accepts what the documents refuse")
    for row in event["rows"]:
        extra = [f"{row['code_points']:,} characters"] if row["code_points"] else []
        extra += [f"{row['audio_seconds']:,} s of audio"] if row["audio_seconds"] else []
        extra += [f"creates {row['creates']}"] if row["creates"] else []
        tail = f" ({', '.join(extra)})" if extra else ""
        lines.append(f"  {row['operation']:<24} {row['calls']:>6,} requests {row['credits']:>12,}{tail}")
    return "\n".join(lines)
