"""Hooks: what is posted to a receiver of this machine, in which order, and what is never posted anywhere."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any

import pytest

from mockvoice.core.clock import ManualClock
from mockvoice.core.journal import Journal
from mockvoice.core.tasks import Machine, Task
from mockvoice.service.hooks import MOST_WAITING, NOT_ALLOWED, UNREACHABLE, Hooks, is_allowed
from tests.harness.recipes import Kitchen

WAIT = 10.0
MACHINE = Machine(
    "job", "queued", "done", {"queued": ("done",)}, frozenset({"done"}), {"queued": (0, 50), "done": (100,)}
)


class Receiver:
    """A server that keeps what is posted to it, and answers with the statuses it is given."""

    def __init__(self) -> None:
        self.posted: Queue[dict[str, Any]] = Queue()
        self.statuses: list[int] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.posted.put({"path": self.path, "media": self.headers["Content-Type"], **json.loads(body)})
                status = outer.statuses.pop(0) if outer.statuses else 200
                self.send_response(status)
                if status == 307:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?secret=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, count: int) -> list[dict[str, Any]]:
        return [self.posted.get(timeout=WAIT) for _ in range(count)]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    yield one
    one.server.shutdown()
    one.server.server_close()


def task(clock: ManualClock) -> Task:
    return Task("t", MACHINE, "me", MACHINE.timeline(("queued", "done"), {"queued": 2.0}, clock.now()), {})


class Posts:
    """Takes the place of the network: keeps what is posted, and tells when so many posts were made."""

    def __init__(self, *statuses: int) -> None:
        self.bodies: Queue[bytes] = Queue()
        self._statuses = list(statuses)

    def __call__(self, _address: str, body: bytes) -> int:
        self.bodies.put(body)
        status = self._statuses.pop(0) if self._statuses else 200
        if status == 0:
            raise OSError("nobody there")
        return status


# -- through the simulator --------------------------------------------------------------------------------


@pytest.mark.slow
def test_each_change_of_a_task_is_posted_when_the_clock_gets_there(
    kitchen: Callable[..., Kitchen], receiver: Receiver
) -> None:
    cook = kitchen("aitre")
    ident = cook.cook({"with": {"notifyHook": receiver.url, "state": "mine"}}, "submitImagine").json()["result"]

    cook.client.advance(0.1)
    first = receiver.take(1)
    cook.client.advance(30)
    rest = receiver.take(5)

    seen = [(one["status"], one["progress"]) for one in (*first, *rest)]
    assert seen == [
        ("SUBMITTED", "0%"),
        ("IN_PROGRESS", "0%"),
        ("IN_PROGRESS", "31%"),
        ("IN_PROGRESS", "62%"),
        ("IN_PROGRESS", "93%"),
        ("SUCCESS", "100%"),
    ]
    last = rest[-1]
    fetched = cook.cook({"path": {"id": ident}}, "fetchTask").json()
    assert {name: last[name] for name in fetched} == fetched
    assert (last["state"], last["path"], last["media"]) == ("mine", "/hook?secret=1", "application/json")


@pytest.mark.slow
def test_a_confirmed_task_posts_its_way_on_and_is_not_cancelled(
    kitchen: Callable[..., Kitchen], receiver: Receiver
) -> None:
    cook = kitchen("aitre")
    ready = cook.steps("submitModal")

    cook.cook({"with": {**ready, "notifyHook": receiver.url}}, "submitModal")
    cook.client.advance(1_000)

    posted = receiver.take(5)
    assert [one["status"] for one in posted] == ["IN_PROGRESS"] * 4 + ["SUCCESS"]


def test_nothing_is_posted_unless_somebody_asks(kitchen: Callable[..., Kitchen]) -> None:
    cook = kitchen("aitre")

    cook.cook({}, "submitImagine")

    assert "hooks" not in vars(cook.client.app.world)


@pytest.mark.parametrize("address", ["http://10.0.0.1/hook", "http://example.com/", "file:///etc/passwd", "no address"])
def test_another_host_is_not_posted_to(kitchen: Callable[..., Kitchen], address: str) -> None:
    cook = kitchen("aitre")

    answer = cook.cook({"with": {"notifyHook": address}}, "submitImagine")
    cook.client.advance(30)

    assert answer.status == 200
    assert [one.code for one in cook.client.app.world.journal.lines if one.operation == "notifyHook"] == [NOT_ALLOWED]


# -- what posts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "is_so"),
    [
        ("http://127.0.0.1:9/x", True),
        ("http://127.8.8.8/", True),
        ("http://[::1]:80/", True),
        ("https://localhost/", True),
        ("http://LOCALHOST./", False),
        ("http://hooks.test/", True),
        ("http://hooks.test.evil/", False),
        ("http://127.0.0.1.evil/", False),
        ("http://evil@127.0.0.1/", True),
        ("http://127.0.0.1@evil/", False),
        ("http://0.0.0.0/", False),
        ("http://192.168.0.1/", False),
        ("ftp://127.0.0.1/", False),
        ("http://127.0.0.1:99999/", False),
        ("//127.0.0.1/", False),
        ("", False),
    ],
)
def test_only_this_machine_and_allowed_hosts_are_posted_to(address: str, is_so: bool) -> None:
    assert is_allowed(address, {"hooks.test"}) is is_so


def test_a_receiver_that_fails_is_tried_again_and_then_left(caplog: pytest.LogCaptureFixture) -> None:
    clock, journal, posts = ManualClock(), Journal(), Posts(500, 0, 200, 0, 0, 0)
    hooks = Hooks(clock, journal, (), posts)
    hooks.promise("http://127.0.0.1/x?key=1", task(clock), lambda now: {"at": now}, "p", "r")

    clock.advance(5)
    bodies = [posts.bodies.get(timeout=WAIT) for _ in range(6)]
    hooks.close()

    assert bodies[0] == bodies[1] == bodies[2] != bodies[3]
    first = journal.lines[0]
    assert (first.operation, first.path, first.status, first.code) == ("notifyHook", "/x", 200, "")
    assert "key=1" not in caplog.text


@pytest.mark.slow
def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    clock, journal = ManualClock(), Journal()
    receiver.statuses = [307, 307, 307, 200]
    hooks = Hooks(clock, journal)
    hooks.promise(receiver.url, task(clock), lambda now: {"at": now}, "p", "r")

    clock.advance(5)
    posted = receiver.take(4)
    hooks.close()

    assert {one["path"] for one in posted} == {"/hook?secret=1"}
    assert (journal.lines[0].status, journal.lines[0].code) == (307, UNREACHABLE)


def test_no_more_wait_than_there_is_room_for() -> None:
    clock, journal = ManualClock(), Journal(10_000)
    hooks = Hooks(clock, journal, (), Posts())

    for _ in range(MOST_WAITING):
        hooks.promise("http://127.0.0.1/", task(clock), lambda now: {"at": now}, "p", "r")
    hooks.close()

    assert {one.code for one in journal.lines} == {"hook-dropped"}


def test_what_did_not_come_about_is_not_posted() -> None:
    clock, posts = ManualClock(), Posts()
    machine = MACHINE._replace(edges={"queued": ("done", "held"), "held": ("done",)})
    one = Task("t", machine, "me", machine.timeline(("queued", "done"), {"queued": 2.0}, clock.now()), {})
    hooks = Hooks(clock, Journal(), (), posts)
    hooks.promise("http://127.0.0.1/", one, lambda now: {"state": one.at(now).state}, "p", "r")

    one.go_on(("held", "done"), {"held": 1.0}, clock.now(), clock.now() + 9)
    hooks.promise("http://127.0.0.1/", one, lambda now: {"state": one.at(now).state}, "p", "r")
    clock.advance(20)
    bodies = [posts.bodies.get(timeout=WAIT) for _ in range(2)]
    hooks.close()

    assert bodies == [b'{"state":"held"}', b'{"state":"done"}']
    assert posts.bodies.empty()
