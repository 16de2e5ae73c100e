from __future__ import annotations

from mockvoice.core.limits import Window, WindowRule

RULE = WindowRule("per-minute", 60, {"PRO": 100, "FREE": None, "*": 3}, 1, "rate_limited")


def test_the_allowance_passes_and_the_next_call_does_not() -> None:
    window = Window(RULE, 3)

    assert [window.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert (window.used, window.remaining) == (3, 0)


def test_a_refused_call_is_not_counted() -> None:
    window = Window(RULE, 1)
    window.take(0.0)
    window.take(0.0)

    assert window.used == 1


def test_the_window_opens_with_the_first_call_and_again_when_it_ends() -> None:
    window = Window(RULE, 1)
    window.take(1_000.5)

    assert window.resets_in(1_000.5) == 60
    assert window.resets_in(1_030.0) == 31
    assert not window.take(1_060.4)
    assert window.take(1_060.5)


def test_a_prefilled_window_has_its_calls_left_in_the_first_window_only() -> None:
    window = Window(RULE, 3, used=2)

    assert [window.take(0.1), window.take(0.2)] == [True, False]
    assert [window.take(61.0) for _ in range(4)] == [True, True, True, False]


def test_a_call_may_count_more_than_one() -> None:
    window = Window(WindowRule("tokens", 60, {"*": 2_500}, 1_000, "rate_limited"), 2_500)

    assert [window.take(0.0) for _ in range(3)] == [True, True, False]
    assert window.remaining == 500


def test_an_unopened_window_shows_its_whole_length() -> None:
    assert Window(RULE, 3).resets_in(5.0) == 60


def test_the_allowance_follows_the_plan() -> None:
    assert RULE.allowance("PRO") == 100
    assert RULE.allowance("FREE") is None
    assert RULE.allowance("anything else") == 3
    assert WindowRule("x", 1, {"PRO": 1}, 1, "r").allowance("FREE") is None


def test_a_window_that_has_ended_lapses_and_tells_what_the_next_call_finds() -> None:
    window = Window(RULE, 3, used=1)
    window.lapse(5_000.0)
    untouched = window.remaining
    window.take(5_000.0)

    window.lapse(5_059.9)
    inside = (window.remaining, window.resets_in(5_059.9))
    window.lapse(5_060.0)

    assert untouched == 2
    assert inside == (1, 1)
    assert (window.remaining, window.resets_in(5_060.0)) == (3, 60)
