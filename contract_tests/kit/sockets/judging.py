"""Judges a conversation over a WebSocket: its order, its frames, the shape of its messages, how a fault is told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contract_tests.kit.flaws import Flaw
from contract_tests.kit.shapes import Shapes
from contract_tests.kit.sockets.documented import Socket
from contract_tests.kit.sockets.gate import Heard


def disorder(socket: Socket, moments: Sequence[Heard]) -> Iterator[Flaw]:
    """Yield the first message that has no place in the documented order. Those of the client are taken to be right."""
    state = socket.node["order"]["initial"]
    for one in moments:
        if one.data is not None:
            continue
        following = socket.following(state, one.name)
        if following is not None:
            state = following
        elif not one.is_sent:
            expected = [name for name in socket.node["order"]["states"].get(state, ()) if name in socket.node["server"]]
            yield Flaw(f"{' or '.join(expected) or 'nothing'} while it is {state}", f"{one.name or one.shown}")
            return


def loose_frames(socket: Socket, heard: Sequence[Heard]) -> Iterator[Flaw]:
    """Yield an announced frame that does not follow, and a frame that nobody announced."""
    before = ""
    for one in heard:
        if socket.is_binary(before) and one.data is None:
            yield Flaw(f"a binary frame behind {before}", f"{one.name or one.shown}")
        elif one.data is not None and not socket.is_binary(before):
            yield Flaw("a message that announces a binary frame", f"a frame behind {before or 'nothing'}")
        elif one.data == b"":
            yield Flaw("audio in a binary frame", "an empty one")
        before = one.name if one.data is None else ""
    if socket.is_binary(before):
        yield Flaw(f"a binary frame behind {before}", "nothing")


def misshapen(socket: Socket, shapes: Shapes, heard: Sequence[Heard]) -> Iterator[tuple[str, Flaw]]:
    """Yield (pointer into the spec, flaw) of every message that strays from its schema, or has none."""
    for one in heard:
        if one.data is not None:
            continue
        if one.name not in socket.node["server"]:
            yield socket.at("server"), Flaw("a documented message", one.shown)
            continue
        for problem in shapes.problems(socket.schema(one.name), one.members):
            yield problem.fact, Flaw(problem.expected, f"{one.name}{problem.at}: {problem.got}")


def joined(heard: Sequence[Heard]) -> bytes:
    """Return what the binary frames come to."""
    return b"".join(one.data for one in heard if one.data is not None)


def unfinished(socket: Socket, heard: Sequence[Heard], texts: Sequence[str]) -> Iterator[Flaw]:
    """Yield where texts are not spoken to their end, in order, each with `done` behind its last frame."""
    ended: list[Any] = []
    frames = 0
    for one in heard:
        if one.data is not None:
            frames += 1
        elif one.name == "done":
            ended.append(one.members.get(socket.text_member))
            if not frames:
                yield Flaw("done behind the last frame of its text", "done before any")
            frames = 0
    if frames:
        yield Flaw("nothing behind done", f"{frames} more frames")
    if ended != list(texts):
        yield Flaw(f"done for {list(texts)}", f"done for {ended}")


def mistold(row: Mapping[str, Any], heard: Heard | None) -> Iterator[Flaw]:
    """Yield where a fault is told with other words than documented."""
    if heard is None or heard.name != "error":
        yield Flaw("a message error", heard.shown if heard else "nothing")
        return
    pattern = ".*".join(re.escape(part) for part in re.split(r"\{[a-z]+\}", row["message"]))
    if not re.fullmatch(pattern, str(heard.members.get("message")), re.DOTALL):
        yield Flaw(f"the message {row['message']!r}", repr(heard.members.get("message")))
