from __future__ import annotations

import re
import time

import pytest

from mockvoice.core.clock import MANUAL_START, ManualClock, RealClock, ScaledClock, make_clock
from mockvoice.core.errors import SettingsError
from mockvoice.core.ids import make_ids

NOW = 1_767_225_600.25


@pytest.mark.parametrize(
    ("pattern", "shape"),
    [
        ("{uuid}", r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}"),
        ("req_{alnum:24}", r"req_[A-Za-z0-9]{24}"),
        ("{hex:32}", r"[0-9a-f]{32}"),
        ("v-{digits:5}-x", r"v-[0-9]{5}-x"),
        ("{time}{alnum:8}", r"20260101000000250000000[A-Za-z0-9]{8}"),
        ("{hex:4}{hex:4}", r"[0-9a-f]{8}"),
        ("plain", "plain"),
    ],
)
def test_ids_have_the_shape_of_their_pattern(pattern: str, shape: str) -> None:
    assert re.fullmatch(shape, make_ids(pattern, "seed")(NOW))


def test_the_same_seed_gives_the_same_ids_and_another_seed_others() -> None:
    def ids(seed: str) -> list[str]:
        make = make_ids("{uuid}", seed)
        return [make(NOW) for _ in range(100)]

    assert ids("1") == ids("1")
    assert len({*ids("1"), *ids("2")}) == 200


def test_one_kind_of_id_does_not_shift_another() -> None:
    first, other = make_ids("a{hex:8}", "1"), make_ids("b{hex:8}", "1")
    undisturbed = make_ids("a{hex:8}", "1")

    other(NOW)

    assert [first(NOW), first(NOW)] == [undisturbed(NOW), undisturbed(NOW)]


@pytest.mark.parametrize("pattern", ["{nothing:3}", "{hex}", "{alnum:x}"])
def test_an_unknown_placeholder_is_refused(pattern: str) -> None:
    with pytest.raises(SettingsError, match=r"expected \{uuid\}"):
        make_ids(pattern, "seed")


def test_a_manual_clock_stands_still_until_it_is_moved() -> None:
    clock = ManualClock()

    before = [clock.now(), clock.now()]
    clock.advance(1.5)

    assert before == [MANUAL_START, MANUAL_START]
    assert clock.now() == MANUAL_START + 1.5


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), 1e11])
def test_a_manual_clock_does_not_go_back_or_to_nowhere(seconds: float) -> None:
    with pytest.raises(SettingsError, match="moves forward only"):
        ManualClock().advance(seconds)


def test_clocks_by_name() -> None:
    assert isinstance(make_clock("real"), RealClock)
    assert isinstance(make_clock("manual"), ManualClock)
    assert isinstance(make_clock("x60"), ScaledClock)


@pytest.mark.parametrize("name", ["x0", "x-1", "x", "xfast", "fast", "", "xnan", "x1e9"])
def test_an_unknown_clock_is_refused_with_what_is_expected(name: str) -> None:
    with pytest.raises(SettingsError, match="expected 'real', 'manual' or a factor"):
        make_clock(name)


def test_a_scaled_clock_counts_every_real_second_so_many_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: NOW)
    monkeypatch.setattr(time, "monotonic", lambda: 5.0)
    clock = make_clock("x60")
    monkeypatch.setattr(time, "monotonic", lambda: 7.0)

    assert clock.now() == NOW + 120


def test_a_scaled_clock_runs_faster_than_the_real_one() -> None:
    clock = ScaledClock(1_000_000)
    first = clock.now()

    while clock.now() - first < 1:  # a millionth of a second of real time
        pass

    assert clock.now() > first
