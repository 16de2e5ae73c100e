"""Films (`x-voice-film`): asks for one, fetches it from the address that its task tells, and looks into it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contract_tests.kit.bounds import Strayed
from contract_tests.kit.claims import Unverified
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.machines import state_of
from contract_tests.kit.operations import Operation
from contract_tests.kit.tables import Tabled

if TYPE_CHECKING:
    from contract_tests.kit.claims import Claim

TABLE = "x-voice-film"


@dataclass(frozen=True)
class Filming(Tabled):
    """An operation that makes films, and the machine of its tasks."""

    table_name = TABLE

    status: Operation
    machine: Mapping[str, Any] = field(repr=False, compare=False)

    @property
    def audio(self) -> str:
        """The field of the request with the address of the audio."""
        return str(self.table["audio"])


def filming(facts: Facts) -> dict[str, Filming]:
    """Return what makes films."""
    of = facts.operations
    found = {}
    for name, one in of.items():
        if TABLE in one.node:
            machine = facts.machines[one.node[TABLE]["task"]]
            found[name] = Filming(one, of[machine["status"]], machine)
    return found


def finished(claim: Claim, case: Filming) -> Exchange:
    """Return what is told of the film of the documented example once it is done. Raises Unverified if it never is."""
    created = claim.run.good(case.operation)
    status = claim.run.golden(case.status)
    if state_of(case.machine, status) != case.machine["success"]:
        looks = claim.run.wait_for(created)
        status = looks[-1] if looks else status
    state = state_of(case.machine, status)
    if state != case.machine["success"]:
        raise Unverified(f"the task ended as {state}")
    return status


def fetched(claim: Claim, case: Filming) -> Exchange:
    """Return the film of the documented example. Raises Unverified where there is none, or it is elsewhere."""
    address = finished(claim, case).at(case.machine["result-at"])
    if not isinstance(address, str):
        raise Unverified(f"there is no address at {case.machine['result-at']}")
    known = [one for one in claim.run.log if one.url == address and one.is_success]
    if known:
        return known[0]
    try:
        return claim.run.guard.fetch(address, claim.run.session)
    except Strayed as error:
        raise Unverified(f"the film is elsewhere, and was not fetched: {error}") from None


@dataclass(frozen=True)
class Pictures:
    """What some bytes show: the codec, the size in pixels, how many pictures, and how long these last."""

    codec: str
    width: int
    height: int
    count: int
    milliseconds: int


def pictures_in(data: bytes) -> Pictures | None:
    """Decode every picture; None where there is none, or the bytes are no film."""
    import av  # noqa: PLC0415 - it costs 45 ms, and few runs see a film

    count = 0
    try:
        with av.open(io.BytesIO(data), "r", options={"protocol_whitelist": "none"}) as file:
            stream = file.streams.video[0]
            end = 0.0
            for frame in file.decode(stream):
                count += 1
                shown = (frame.pts or 0) + (frame.duration or 0)
                end = max(end, float(shown * (frame.time_base or 0)))
            codec, width, height = stream.codec_context.name, stream.width, stream.height
    except (av.error.FFmpegError, IndexError, ValueError, TypeError):
        return None
    return Pictures(codec, width, height, count, round(end * 1000)) if count else None
