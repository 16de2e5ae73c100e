"""Knows which path is whose: a dict for fixed paths, a trie of segments for those with parameters."""

from __future__ import annotations

from typing import Generic, TypeVar

Target = TypeVar("Target")


class _Node(Generic[Target]):
    """What may follow a segment: fixed ones by their text, one with a name for all others."""

    def __init__(self) -> None:
        self.fixed: dict[str, _Node[Target]] = {}
        self.named: tuple[str, _Node[Target]] | None = None
        self.target: Target | None = None


class Routes(Generic[Target]):
    """Path templates such as `/v1/tts/{task_id}` and what they lead to."""

    def __init__(self) -> None:
        self.exact: dict[str, Target] = {}
        self._root: _Node[Target] = _Node()

    def add(self, template: str, target: Target) -> None:
        """Add a template. Raises ValueError when two templates name the same segment differently."""
        if "{" not in template:
            self.exact[template] = target
            return
        node = self._root
        for segment in template.split("/"):
            if segment.startswith("{") and segment.endswith("}"):
                name = segment[1:-1]
                if node.named is None:
                    node.named = (name, _Node())
                if node.named[0] != name:
                    raise ValueError(f"{template}: the same segment is called {{{node.named[0]}}} elsewhere")
                node = node.named[1]
            else:
                node = node.fixed.setdefault(segment, _Node())
        node.target = target

    def find(self, path: str) -> tuple[Target, dict[str, str]] | None:
        """Return the target of a path and the values of its parameters; a fixed segment beats a named one."""
        found = self.exact.get(path)
        if found is not None:
            return found, {}
        values: dict[str, str] = {}
        node = self._root
        for segment in path.split("/"):
            following = node.fixed.get(segment)
            if following is None:
                if node.named is None or not segment:
                    return None
                values[node.named[0]] = segment
                following = node.named[1]
            node = following
        return None if node.target is None else (node.target, values)
