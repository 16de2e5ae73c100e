from __future__ import annotations

from mockvoice.core.shelf import FileRule, SharedFile, Shelf

RULE = FileRule(60, 403, "text/plain", b"over")


async def nothing() -> bytes:
    return b""


def shared(expires: float = 100.0) -> SharedFile:
    return SharedFile("audio/mpeg", expires, RULE, nothing)


def test_a_file_is_over_at_the_second_it_expires() -> None:
    assert not shared().is_over(99.9)
    assert shared().is_over(100.0)


def test_what_was_asked_for_longest_ago_is_forgotten_first() -> None:
    shelf = Shelf(kept_bytes=10_000)
    shelf.put("a", shared(), held=1_000)
    shelf.put("b", shared(), held=1_000)
    assert shelf.find("a") is not None

    shelf.put("c", shared(), held=3_000)

    assert shelf.find("b") is None
    assert shelf.find("a") is not None
    assert shelf.find("c") is not None


def test_the_number_of_files_is_bounded_though_they_hold_nothing() -> None:
    shelf = Shelf(kept_bytes=100_000)
    for number in range(1_000):
        shelf.put(str(number), shared())

    assert len(shelf) == 50
    assert shelf.find("999") is not None
