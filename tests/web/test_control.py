"""The control plane below /_mock."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mockvoice import __version__
from tests.harness.wire import Client

ROOT = Path(__file__).parents[2]
Simulate = Callable[..., Client]
TRANSCRIBE = "/api/open/v1/speech/transcriptions"
KEY = [("authorization", "Bearer mock-funded"), ("content-type", "application/json")]
BODY = b'{"audioUrl": "https://example.com/audio.mp3"}'


def test_health_tells_what_is_served_and_how(simulate: Simulate) -> None:
    body = simulate("fishaudio-org", choices={"fishaudio-org.segments": "filled"}).send("GET", "/_mock/health").json()

    assert body["status"] == "ok"
    assert body["version"] == __version__
    assert body["clock"]["name"] == "manual"
    assert body["choices"]["fishaudio-org"]["segments"] == "filled"


def test_one_provider_answers_under_its_name_and_at_the_root(simulate: Simulate) -> None:
    client = simulate("fishaudio-org")

    both = [client.send("POST", prefix + TRANSCRIBE, KEY, BODY).json() for prefix in ("", "/fishaudio-org")]

    assert [one["quota_remaining"] for one in both] == [987987, 987974]


def test_several_providers_answer_under_their_names_only(simulate: Simulate) -> None:
    client = simulate("fishaudio-org", "fishaudio-net")

    assert client.send("POST", "/fishaudio-org" + TRANSCRIBE, KEY, BODY).status == 200
    lost = client.send("POST", TRANSCRIBE, KEY, BODY)
    assert lost.status == 404
    assert "/fishaudio-net, /fishaudio-org" in lost.body.decode()


def test_the_spec_is_served_as_it_is_on_disk(simulate: Simulate) -> None:
    client = simulate("fishaudio-org")

    answer = client.send("GET", "/_mock/openapi/fishaudio-org.yaml")

    assert (answer.status, answer.body) == (200, (ROOT / "specs/fishaudio-org.yaml").read_bytes())
    assert client.send("GET", "/_mock/openapi/hadrian.yaml").status == 404


def test_fixtures_are_listed_and_served(simulate: Simulate) -> None:
    client = simulate("fishaudio-org")

    names = client.send("GET", "/_mock/fixtures").json()
    clip = client.send("GET", "/_mock/fixtures/hello-en.mp3")

    assert "hello-en.mp3" in names
    assert (clip.media, clip.body) == ("audio/mpeg", (ROOT / "fixtures/hello-en.mp3").read_bytes())
    for name in ("hello-en.mp4", "..%2fpyproject.toml", "make_clips.py", "hello-en.json"):
        assert client.send("GET", f"/_mock/fixtures/{name}").status == 404


def test_accounts_show_every_movement(simulate: Simulate) -> None:
    client = simulate("fishaudio-org")
    client.send("POST", "/fishaudio-org" + TRANSCRIBE, KEY, BODY)

    shown = client.send("GET", "/_mock/accounts").json()["fishaudio-org"]

    assert shown["unit"] == "credits"
    funded = shown["accounts"]["mock-funded"]
    assert (funded["balance"], funded["charged"]) == (987987, 13)
    assert [entry[1:3] for entry in funded["entries"]] == [["opening", 988000], ["hold", -13]]


def test_the_journal_names_who_asked_what_and_shows_no_key(simulate: Simulate) -> None:
    client = simulate("fishaudio-org", accept_any_token=True)
    client.send("POST", "/fishaudio-org" + TRANSCRIBE, [("authorization", "Bearer my-own-secret"), KEY[1]], BODY)

    (line,) = client.send("GET", "/_mock/journal").json()

    assert (line["provider"], line["operation"], line["status"], line["charged"]) == (
        "fishaudio-org", "createTranscription", 200, 13,
    )  # fmt: skip
    assert "my-own-secret" not in str(line)


def test_a_manual_clock_is_moved_by_a_post(simulate: Simulate) -> None:
    client = simulate("fishaudio-org")
    before = client.send("GET", "/_mock/health").json()["clock"]["now"]

    moved = client.send("POST", "/_mock/clock", (), b'{"advance_seconds": 60}')

    assert (moved.status, moved.json()["now"]) == (200, before + 60)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b'{"advance_seconds": "x"}', b'{"advance_seconds": -1}', b"x" * 20_000]
)
def test_a_bad_move_is_refused(simulate: Simulate, body: bytes) -> None:
    answer = simulate("fishaudio-org").send("POST", "/_mock/clock", (), body)

    assert answer.status == 400
    assert "mockvoice" in answer.json()


def test_only_a_manual_clock_can_be_moved(simulate: Simulate) -> None:
    answer = simulate("fishaudio-org", clock="real").send("POST", "/_mock/clock", (), b'{"advance_seconds": 60}')

    assert answer.status == 409


def test_nothing_else_is_below_the_control_plane(simulate: Simulate) -> None:
    assert simulate("fishaudio-org").send("GET", "/_mock/nothing").status == 404
