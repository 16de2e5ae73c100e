"""Live sessions as a real client has them over a real port, and at their edges in process."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from mockvoice.app import create_app
from mockvoice.audio import codec
from mockvoice.core.accounts import Account
from mockvoice.core.settings import Settings
from mockvoice.openapi.pointer import replace
from mockvoice.service.voices import Voice
from mockvoice.service.world import Desk
from mockvoice.web.simulator import Simulator
from tests.harness.live import serving
from tests.harness.specs import document
from tests.harness.talk import Talk, Wire, audio_of, events_of, talking

pytestmark = pytest.mark.slow

HELLO = "Hello, how can I help you today?"
LONG = "One sentence after the other, and it goes on. " * 60


@pytest.fixture(scope="module")
def app(spec_cache: Path) -> Simulator:
    return create_app(Settings(providers=("fishaudio-net",), cache=spec_cache))


@pytest.fixture(scope="module")
def base(app: Simulator) -> Iterator[str]:
    with serving(app) as url:
        yield url


@pytest.fixture
def fresh(spec_cache: Path, tmp_path: Path) -> Iterator[Callable[..., Simulator]]:
    """Make a simulator for one test, of a spec that may be changed at some pointers below the table's row."""

    made: list[Simulator] = []

    def make(**changes: Any) -> Simulator:
        changed = document("fishaudio-net")
        for pointer, value in changes.items():
            changed = replace(changed, "/x-voice-websockets/speak-live/" + pointer.replace("__", "/"), value)
        (tmp_path / "fishaudio-net.yaml").write_text(json.dumps(changed), encoding="utf-8")
        made.append(create_app(Settings(providers=("fishaudio-net",), specs=tmp_path, cache=spec_cache)))
        return made[-1]

    yield make
    for one in made:
        one.world.close()


def desk_of(app: Simulator) -> Desk:
    return app.mounts[0].desk


def account(app: Simulator, role: str = "mock-funded") -> Account:
    return next(one for one in desk_of(app).roster.everyone() if one.role == role)


def charged_by(app: Simulator, act: Callable[[], object], role: str = "mock-funded") -> int:
    """Return by how much the balance of an account is less after something."""
    before = account(app, role).ledger.balance
    act()
    return before - account(app, role).ledger.balance


# -- what is right -------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["mp3", "wav"])
def test_the_pieces_of_a_text_are_a_file_in_which_the_text_is_heard(app: Simulator, base: str, form: str) -> None:
    with talking(base) as talk:
        talk.start(format=form)
        came = talk.say(HELLO * 3)

    sound = codec.examine(audio_of(came))
    assert events_of(came) == ["processing", *["audio", "bytes"] * ((len(came) - 2) // 2), "done"]
    assert {one["format"] for one in came if isinstance(one, dict) and one["event"] == "audio"} == {form}
    assert sound.container == form
    assert not sound.is_truncated
    assert heard(audio_of(came)) == HELLO * 3


def heard(data: bytes) -> str:
    from mockvoice.audio.jobs import answers
    from mockvoice.audio.memory import Memory
    from mockvoice.audio.recognition import Packet, transcript_of

    ((header, _),) = answers({"job": "listen", "transcriber": ""}, data)
    packets = [Packet(**one) for one in header["packets"]]
    memory = Memory()
    found = transcript_of(packets, header["sound"]["milliseconds"], memory.name_of, memory.text_of)
    assert found is not None
    return found.text


def test_no_piece_is_larger_than_the_spec_says(base: str) -> None:
    with talking(base) as talk:
        talk.start()
        came = talk.say(LONG[:2_000])

    sizes = [len(one) for one in came if isinstance(one, bytes)]
    assert len(sizes) > 3
    assert max(sizes) == 16_384


def test_several_texts_are_spoken_in_order_also_when_sent_at_once(base: str) -> None:
    texts = ["One.", "Zwei zwei.", "三个字。"]
    with talking(base) as talk:
        talk.start()
        for text in texts:
            talk.send("text", text=text)
        came = [talk.until("done") for _ in texts]

    assert [one[-1]["text"] for one in came] == texts
    assert [heard(audio_of(one)) for one in came] == texts


def test_a_named_voice_sounds_unlike_the_first(base: str) -> None:
    def said(**request: Any) -> bytes:
        with talking(base) as talk:
            talk.start(**request)
            return audio_of(talk.say(HELLO))

    voices = [one["_id"] for one in document("fishaudio-net")["x-mock-figures"]["public-voices"]["value"]]

    assert said() == said(reference_id=voices[0])
    assert said() != said(reference_id=voices[1])


def test_it_answers_at_the_root_and_below_the_mount(base: str) -> None:
    with talking(base, path="/v1/tts/ws") as talk:
        assert talk.next()["event"] == "connected"
        assert talk.start() == {"event": "ready", "message": "TTS service ready"}


def test_the_token_may_come_with_start(base: str) -> None:
    with talking(base, token=None) as talk:
        assert talk.next()["event"] == "connected"
        talk.send("start", token="mock-other")
        assert talk.next()["event"] == "ready"


def test_a_session_is_noted_without_its_key(app: Simulator, base: str) -> None:
    with talking(base, token="mock-other") as talk:
        talk.start()
        talk.say("Hi.")

    noted = app.world.journal.lines
    assert any(
        (one.method, one.operation, one.account, one.charged) == ("WS", "speak-live", "mock-other", 3) for one in noted
    )
    assert not any("token" in one.path for one in noted)


# -- what it costs -------------------------------------------------------------------------------------


def test_characters_are_charged_once_and_before_done_is_told(app: Simulator, base: str) -> None:
    with talking(base) as talk:
        talk.start()

        assert charged_by(app, lambda: talk.say("Odd 🙂.")) == 6


def test_a_text_beyond_the_balance_is_an_error_and_the_session_goes_on(app: Simulator, base: str) -> None:
    with talking(base, token="mock-low") as talk:
        talk.start()
        refused = talk.say("Four")[-1]
        spoken = talk.say("Thr")[-1]

    assert refused == {"event": "error", "message": "Insufficient credits", "text": "Four"}
    assert spoken["event"] == "done"
    assert account(app, "mock-low").ledger.balance == 0


def test_what_a_failed_task_gives_back_can_be_spent_at_once(
    runner: asyncio.Runner, fresh: Callable[..., Simulator]
) -> None:
    app = fresh()
    ledger = account(app, "mock-low").ledger
    ledger.settle_later(ledger.hold(3, 0.0, "a task"), 0, 1.0)

    async def go() -> list[str]:
        wire = Wire(app, "mock-low")
        wire.send("start")
        wire.send("text", text="Thr")
        await wire.until("done", "error")
        wire.leave()
        await wire.over()
        return wire.events

    assert "done" in runner.run(go())
    assert ledger.balance == 0


# -- stop ----------------------------------------------------------------------------------------------


def test_stop_ends_a_speech_that_has_begun_and_charges_it(
    runner: asyncio.Runner, fresh: Callable[..., Simulator]
) -> None:
    app = fresh()

    async def go() -> list[str]:
        wire = Wire(app)
        wire.send("start")
        wire.send("text", text=LONG)
        wire.send("text", text="This one waits.")
        await wire.until("bytes")
        wire.send("stop")
        await wire.until("stopped")
        wire.send("text", text="Once more.")
        await wire.until("done")
        wire.leave()
        await wire.over()
        return wire.events

    found: list[str] = []
    cost = charged_by(app, lambda: found.extend(runner.run(go())))

    at = found.index("stopped")
    assert "done" not in found[:at]
    assert found[at - 1] == "bytes"
    assert found[at + 1 :] == ["processing", "audio", "bytes", "done"]
    assert cost == len(LONG) + len("Once more.")


def test_stop_before_a_sound_costs_nothing(runner: asyncio.Runner, fresh: Callable[..., Simulator]) -> None:
    app = fresh()

    async def go() -> list[str]:
        wire = Wire(app)
        wire.send("start")
        wire.send("text", text=LONG[::-1])
        wire.send("stop")
        await wire.until("stopped")
        wire.leave()
        await wire.over()
        return wire.events

    found: list[str] = []
    cost = charged_by(app, lambda: found.extend(runner.run(go())))

    assert "bytes" not in found
    assert cost == 0


def test_a_text_after_a_stop_is_spoken_also_where_the_first_had_not_begun(
    runner: asyncio.Runner, fresh: Callable[..., Simulator]
) -> None:
    """All of it may come in one packet: the session is neither mute nor open for ever afterwards."""
    app = fresh(**{"limits__idle-seconds": 0.2})

    async def go() -> tuple[list[str], int | None]:
        wire = Wire(app)
        wire.send("start")
        wire.send("text", text="Never begun.")
        wire.send("stop")
        wire.send("text", text="Hi.")
        await wire.until("done")
        return wire.events, await wire.over()

    found: list[tuple[list[str], int | None]] = []
    cost = charged_by(app, lambda: found.append(runner.run(go())))

    assert found == [(["connected", "ready", "stopped", "processing", "audio", "bytes", "done"], 1000)]
    assert cost == len("Hi.")


def test_stop_while_nothing_is_said_is_confirmed(base: str) -> None:
    with talking(base) as talk:
        talk.start()
        talk.send("stop")

        assert talk.next() == {"event": "stopped"}


# -- what is refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("no json", "Invalid message"),
        ("[1]", "Invalid message"),
        (b"bytes", "Binary messages are not accepted"),
        ("{}", "Unknown event: none"),
        ('{"event": 1}', "Unknown event: none"),
        ('{"event": "sing"}', "Unknown event: sing"),
        ('{"event": "start"}', "Unexpected event: start"),
        ('{"event": "text"}', "Invalid request parameters: text: is required"),
        ('{"event": "text", "text": 1}', "Invalid request parameters: text: 1 is not of type"),
        ('{"event": "text", "text": ""}', "Invalid request parameters: text: "),
        (json.dumps({"event": "text", "text": "x" * 5_001}), "Invalid request parameters: text: "),
        ('{"event": "text", "text": "\\ud800"}', "Invalid message"),
        ('{"event": "text", "text": "a", "more": ' + "[" * 300 + "]" * 300 + "}", ""),
    ],
)
def test_a_bad_message_is_an_error_and_the_session_goes_on(base: str, message: str | bytes, said: str) -> None:
    with talking(base) as talk:
        talk.start()
        talk.connection.send(message)
        refused = talk.next()
        after = talk.say("Hi.")[-1] if refused["event"] == "error" else refused

    if said:
        assert refused["event"] == "error"
        assert refused["message"].startswith(said)
    assert after["event"] in {"done", "processing"}


@pytest.mark.parametrize("event", ["text", "stop"])
def test_nothing_comes_before_start(base: str, event: str) -> None:
    with talking(base) as talk:
        talk.next()
        talk.send(event, text="Hi.")

        assert talk.next() == {"event": "error", "message": f"Unexpected event: {event}"}


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"reference_id": "nobody"}, "Model not found"),
        ({"format": "pcm"}, "Invalid request parameters: request.format: "),
        ({"latency": 1}, "Invalid request parameters: request.latency: "),
        ({"version": "v3"}, "Invalid request parameters: request.version: "),
    ],
)
def test_settings_nobody_has_are_refused_and_others_may_follow(base: str, request_: Any, said: str) -> None:
    with talking(base) as talk:
        refused = talk.start(**request_)
        taken = talk.start()

    assert refused["message"].startswith(said)
    assert taken["event"] == "ready"


def test_a_voice_that_is_deleted_says_nothing_more(app: Simulator, base: str) -> None:
    book, owner = desk_of(app).operator.voices, account(app).id
    mine = Voice("f" * 32, "Mine", "", "fishaudio", "", "", owner, is_public=False)
    book.add(mine)

    with talking(base) as talk:
        talk.start(reference_id=mine.id)
        before = talk.say("Hi.")[-1]
        book.delete(mine)
        after = talk.say("Hi.")

    assert before["event"] == "done"
    assert after == [{"event": "error", "message": "Model not found", "text": "Hi."}]


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("nobody", "Invalid API Token"),
        ("mock-revoked", "Invalid API Token"),
        ("mock-forbidden", "Access forbidden"),
    ],
)
def test_a_key_that_may_not_is_told_so_and_shut_out(base: str, token: str, said: str) -> None:
    with talking(base, token=token) as talk:
        assert talk.next() == {"event": "error", "message": said}
        assert talk.closed() == 1008


def test_a_key_is_needed(base: str) -> None:
    with talking(base, token=None) as talk:
        talk.next()
        talk.send("start")
        assert talk.next() == {"event": "error", "message": "Missing API Token"}
        assert talk.closed() == 1008


def test_the_key_of_the_address_counts(base: str) -> None:
    with talking(base) as talk:
        talk.send("start", token="nobody")

        assert talk.until("ready", "error")[-1]["event"] == "ready"


def test_a_session_more_than_the_window_allows_is_shut_out(base: str) -> None:
    with talking(base, token="mock-limited") as talk:
        talk.start()
    with talking(base, token="mock-limited") as talk:
        assert talk.next() == {"event": "error", "message": "Rate limit exceeded"}
        assert talk.closed() == 1008


@pytest.mark.parametrize("size", [65_537, 1_100_000])
def test_a_message_that_is_too_large_ends_the_session(base: str, size: int) -> None:
    with talking(base) as talk:
        talk.start()
        talk.send("text", text="x" * size)

        assert talk.closed() == 1009


def test_a_path_that_is_none_is_refused_before_it_opens(base: str) -> None:
    with pytest.raises(InvalidStatus, match="403"), connect(base.replace("http", "ws") + "/v1/tts", proxy=None):
        pass


# -- edges ---------------------------------------------------------------------------------------------


def test_a_client_that_vanishes_while_it_is_spoken_to_pays_nothing_and_leaves_nothing(
    runner: asyncio.Runner, fresh: Callable[..., Simulator]
) -> None:
    app = fresh()

    async def go() -> None:
        wire = Wire(app)
        wire.send("start", request={"format": "wav"})
        wire.send("text", text=LONG)
        await wire.until("bytes")
        wire.flow.clear()
        await asyncio.sleep(0)
        wire.leave()
        await wire.over()

    assert charged_by(app, lambda: runner.run(go())) == 0
    assert all(sum(entry[2] for entry in one.ledger.entries) == one.ledger.balance for one in [account(app)])
    assert doors(app) == [{}]


def doors(app: Simulator) -> list[Any]:
    return list({id(one): dict(one.open) for one in app._sockets._doors.values()}.values())


def test_an_idle_session_is_closed(runner: asyncio.Runner, fresh: Callable[..., Simulator]) -> None:
    app = fresh(**{"limits__idle-seconds": 0.01})

    async def go() -> int | None:
        return await Wire(app).over()

    assert runner.run(go()) == 1000


def test_texts_may_wait_but_not_without_end(runner: asyncio.Runner, fresh: Callable[..., Simulator]) -> None:
    app = fresh(**{"limits__waiting-texts": 2})

    async def go() -> list[str]:
        wire = Wire(app)
        wire.flow.clear()
        wire.send("start")
        for number in range(4):
            wire.send("text", text=f"Text {number}.")
        wire.flow.set()
        await wire.until("error")
        wire.leave()
        await wire.over()
        return wire.events

    assert "error" in runner.run(go())


def test_sessions_at_once_are_limited_by_account(runner: asyncio.Runner, fresh: Callable[..., Simulator]) -> None:
    app = fresh(limits__sessions=1)

    async def go() -> list[list[str]]:
        first, second, other = Wire(app), Wire(app), Wire(app, "mock-other")
        await first.until("connected")
        assert await second.over() == 1013
        await other.until("connected")
        for one in (first, other):
            one.leave()
            await one.over()
        third = Wire(app)
        await third.until("connected")
        third.leave()
        await third.over()
        return [first.events, second.events, other.events, third.events]

    assert runner.run(go()) == [["connected"], ["error"], ["connected"], ["connected"]]


def test_two_hundred_sessions_speak_at_once(app: Simulator, base: str) -> None:
    def one(number: int) -> bytes:
        with talking(base, token="mock-unlimited") as talk:
            talk.start()
            meet.wait(30)
            return audio_of(talk.say(f"This is number {number}."))

    import threading

    meet = threading.Barrier(200)
    with ThreadPoolExecutor(200) as pool:
        spoken = list(pool.map(one, range(200)))

    assert heard(spoken[137]) == "This is number 137."
    assert len({*spoken}) == 200
    assert len([line for line in app.world.journal.lines if line.account == "mock-unlimited"]) <= 200


def test_the_end_of_the_server_is_going_away(fresh: Callable[..., Simulator]) -> None:
    app = fresh()
    with talking_past(app) as talk:
        pass

    assert talk.closed() == 1001


class talking_past:
    """A session that is still open when its server ends."""

    def __init__(self, app: Simulator) -> None:
        self._serving = serving(app)

    def __enter__(self) -> Talk:
        base = self._serving.__enter__()
        self._session = talking(base)
        talk = self._session.__enter__()
        talk.start()
        return talk

    def __exit__(self, *_: object) -> None:
        self._serving.__exit__(None, None, None)


def test_nothing_of_it_is_imported_before_a_client_comes() -> None:
    code = (
        "import sys; from mockvoice.app import create_app; from mockvoice.core.settings import Settings;"
        "from mockvoice.serving import socket_protocol; app = create_app(Settings());"
        "there = [one in sys.modules for one in ('websockets', 'mockvoice.web.sockets', 'mockvoice.web.speaking')];"
        "print(callable(socket_protocol(app.mounts)), *there)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.split() == ["True", "False", "False", "False"]


def test_without_such_a_provider_there_is_no_websocket(spec_cache: Path) -> None:
    from mockvoice.serving import socket_protocol

    assert socket_protocol(create_app(Settings(providers=("aitre",), cache=spec_cache)).mounts) == "none"
