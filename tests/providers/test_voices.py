"""Voices of the two generations: cloned in one, seen and deleted in the other; what is judged, shown and bounded."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import requests

from mockvoice.openapi.recipes import form_body
from mockvoice.service import voices
from mockvoice.service.voices import Voice, VoiceBook
from tests.harness.recipes import Kitchen, read_clip
from tests.harness.wire import Answer, Client

MakeKitchen = Callable[..., Kitchen]
NET, ORG = "fishaudio-net", "fishaudio-org"
CATALOGUE = 11
MP3, WAV = read_clip("speaker-agent.mp3"), read_clip("telephone.wav")


# -- over a real port ----------------------------------------------------------------------------------


class Person:
    """An account that calls both generations as any HTTP client would."""

    def __init__(self, base: str, token: str) -> None:
        self._base = base
        self._headers = {"Authorization": f"Bearer {token}"}

    def net(self, verb: str, **members: Any) -> requests.Response:
        return requests.post(f"{self._base}/{NET}/api/open/{verb}", json=members, headers=self._headers, timeout=20)

    def org(self, method: str, place: str = "", **more: Any) -> requests.Response:
        return requests.request(
            method, f"{self._base}/{ORG}/api/open/v1/voices{place}", headers=self._headers, timeout=20, **more
        )

    def clone(self, provider: str, *files: tuple[str, bytes], **fields: str) -> requests.Response:
        path = {NET: "/api/open/create-model", ORG: "/api/open/v1/voices"}[provider]
        parts = [("audioFiles", (name, data)) for name, data in files]
        url = f"{self._base}/{provider}{path}"
        return requests.post(url, data=fields, files=parts, headers=self._headers, timeout=20)

    def seen(self) -> tuple[set[str], set[str]]:
        """The ids in the lists of both generations."""
        models = self.net("list-models", includePersonal=True, pageSize=100).json()["items"]
        listed = self.org("GET", params={"limit": 100}).json()["items"]
        return {one["modelId"] for one in models}, {one["id"] for one in listed}


@pytest.mark.slow
def test_the_life_of_a_voice_over_a_real_port(serve: Callable[..., str]) -> None:
    base = serve(NET, ORG)
    maker, other = Person(base, "mock-funded"), Person(base, "mock-other")

    made = maker.clone(NET, ("one.mp3", MP3), ("two.wav", WAV), name="Anna", description="Low and slow")
    assert (made.status_code, made.json()["title"], made.json()["description"]) == (200, "Anna", "Low and slow")
    ident = made.json()["modelId"]

    assert all(ident in ids and len(ids) == CATALOGUE + 1 for ids in maker.seen())
    assert all(ident not in ids and len(ids) == CATALOGUE for ids in other.seen())
    assert other.org("DELETE", f"/{ident}").status_code == 404
    assert other.net("delete-model", modelId=ident).status_code == 404
    assert all(ident in ids for ids in maker.seen())

    gone = maker.org("DELETE", f"/{ident}")
    assert (gone.status_code, gone.json()) == (200, {"id": ident, "message": "Voice deleted"})
    assert all(ident not in ids for ids in maker.seen())
    assert maker.org("DELETE", f"/{ident}").status_code == 404
    assert maker.net("delete-model", modelId=ident).status_code == 404


@pytest.mark.slow
def test_a_voice_of_the_second_generation_can_be_deleted_in_the_first(serve: Callable[..., str]) -> None:
    maker = Person(serve(NET, ORG), "mock-funded")

    made = maker.clone(ORG, ("one.mp3", MP3), name="Bert")
    ident = made.json()["id"]

    assert (made.status_code, made.json()) == (201, {"id": ident, "name": "Bert", "provider": "fishaudio"})
    first = maker.net("list-models", includePersonal=True).json()["items"][0]
    assert (first["modelId"], first["title"], first["isPersonal"]) == (ident, "Bert", True)
    assert maker.net("delete-model", modelId=ident).json()["modelId"] == ident


# -- in process ----------------------------------------------------------------------------------------


def key(role: str = "mock-funded") -> list[tuple[str, str]]:
    return [("authorization", f"Bearer {role}"), ("content-type", "multipart/form-data; boundary=b")]


def clone(cook: Kitchen, *files: tuple[str, bytes], role: str = "mock-funded", **fields: str) -> Answer:
    """Clone a voice from files; a form may have the same part several times."""
    parts = [form_body({"name": "Voice", **fields}, {})] + [form_body({}, {"audioFiles": one}) for one in files]
    end = b"--mockvoice-0d9f6a1c--\r\n"
    body = b"".join(part.removesuffix(end) for part in parts) + end
    path = {NET: "/api/open/create-model", ORG: "/api/open/v1/voices"}[cook.spec.id]
    headers = [key(role)[0], ("content-type", "multipart/form-data; boundary=mockvoice-0d9f6a1c")]
    return cook.client.send("POST", cook.prefix + path, headers, body)


def listed(cook: Kitchen, role: str = "mock-funded") -> list[dict[str, Any]]:
    operation = {NET: "listModels", ORG: "listVoices"}[cook.spec.id]
    recipe = {"with": {"includePersonal": True, "pageSize": 100}} if cook.spec.id == NET else {"query": {"limit": 100}}
    items: list[dict[str, Any]] = cook.cook({**recipe, "role": role}, operation).json()["items"]
    return items


BAD_SAMPLES: Mapping[str, tuple[tuple[str, bytes], int, int]] = {
    "text that is called wav": (("a.wav", read_clip("not-audio.mp3")), 400, 400),
    "flac": (("a.flac", read_clip("hello-en.flac")), 400, 400),
    "flac that is called wav": (("a.wav", read_clip("hello-en.flac")), 400, 400),
    "wav that is called mp3": (("a.mp3", WAV), 400, 400),
    "no extension": (("sample", MP3), 400, 400),
    "nothing": (("a.wav", b""), 400, 422),
    "silence": (("a.wav", read_clip("silence.wav")), 400, 422),
    "wav without samples": (("a.wav", WAV[:44]), 400, 400),
    "wav that breaks off": (("a.wav", WAV[: len(WAV) // 2]), 400, 422),
}


@pytest.mark.parametrize("name", BAD_SAMPLES)
@pytest.mark.parametrize("provider", [NET, ORG])
def test_every_sample_is_judged_and_one_bad_one_makes_no_voice(kitchen: MakeKitchen, provider: str, name: str) -> None:
    bad, net_status, org_status = BAD_SAMPLES[name]
    cook = kitchen(provider)

    answers = [clone(cook, bad), clone(cook, ("good.mp3", MP3), bad), clone(cook, bad, ("good.mp3", MP3))]

    assert [one.status for one in answers] == [{NET: net_status, ORG: org_status}[provider]] * 3
    assert len(listed(cook)) == CATALOGUE


@pytest.mark.parametrize("provider", [NET, ORG])
def test_a_voice_is_made_from_twenty_samples_at_the_most(kitchen: MakeKitchen, provider: str) -> None:
    cook = kitchen(provider)

    assert clone(cook, *[("a.mp3", MP3)] * 20).status in {200, 201}
    assert clone(cook, *[("a.mp3", MP3)] * 21).status == 400


@pytest.mark.parametrize("provider", [NET, ORG])
def test_samples_together_are_bounded_in_time_and_decoded_no_further(
    kitchen: MakeKitchen, monkeypatch: pytest.MonkeyPatch, provider: str
) -> None:
    """Twenty small files may else be days of audio: 140 kB at ten samples a second are four hours."""
    cook = kitchen(provider)
    assert cook.desk.figure("samples-longest-seconds") == 1_800
    cook.desk._figures["samples-longest-seconds"] = 5
    jobs = decoded(cook, monkeypatch)

    long, many = clone(cook, ("a.wav", wav_of(100, 1_000))), clone(cook, *[("a.mp3", MP3)] * 2)
    again, short = clone(cook, ("a.wav", wav_of(100, 1_000))), clone(cook, ("a.mp3", MP3))

    refused, taken = {NET: (400, 200), ORG: (422, 201)}[provider]
    assert [one.status for one in (long, many, again, short)] == [refused, refused, refused, taken]
    assert len(listed(cook)) == CATALOGUE + 1
    assert [one["max_seconds"] for one in jobs] == [5, 5, 5]


def decoded(cook: Kitchen, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What a codec worker is asked to listen to from now on."""
    studio, jobs = cook.desk.studio, list[dict[str, Any]]()
    ask = studio._ask

    async def noted(job: dict[str, Any], *more: Any) -> Any:
        jobs.append(job)
        return await ask(job, *more)

    monkeypatch.setattr(studio, "_ask", noted)
    return jobs


def wav_of(rate: int, count: int) -> bytes:
    """A loud wav of 8 bits at a rate that nobody speaks at."""
    data = bytes(20 + 200 * (number % 7 == 0) for number in range(count))
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, rate, 1, 8)
    return b"RIFF" + struct.pack("<I", 36 + count) + b"WAVE" + form + b"data" + struct.pack("<I", count) + data


@pytest.mark.parametrize("provider", [NET, ORG])
def test_a_public_voice_is_everybodys_to_use_and_its_makers_to_delete(kitchen: MakeKitchen, provider: str) -> None:
    cook = kitchen(provider)
    member = {NET: "modelId", ORG: "id"}[provider]
    ident = clone(cook, ("a.mp3", MP3), visibility="public").json()[member]

    def delete(role: str) -> int:
        if provider == NET:
            return cook.cook({"role": role, "with": {"modelId": ident}}, "deleteModel").status
        return cook.cook({"role": role, "path": {"voiceId": ident}}, "deleteVoice").status

    assert listed(cook, "mock-other")[0][member] == ident
    assert delete("mock-other") == 403
    assert delete("mock-funded") == 200
    assert len(listed(cook, "mock-other")) == CATALOGUE


@pytest.mark.parametrize(("provider", "status"), [(NET, 403), (ORG, 409)])
def test_an_account_has_fifty_voices_at_the_most_and_room_again_after_a_deletion(
    kitchen: MakeKitchen, provider: str, status: int
) -> None:
    cook = kitchen(provider)
    made = [clone(cook, ("a.mp3", MP3)) for _ in range(50)]

    assert clone(cook, ("a.mp3", MP3)).status == status
    assert clone(cook, ("a.mp3", MP3), role="mock-other").status == made[0].status
    ident = made[7].json()[{NET: "modelId", ORG: "id"}[provider]]
    if provider == NET:
        cook.cook({"with": {"modelId": ident}}, "deleteModel")
    else:
        cook.cook({"path": {"voiceId": ident}}, "deleteVoice")
    assert clone(cook, ("a.mp3", MP3)).status == made[0].status


def test_cloning_costs_nothing(kitchen: MakeKitchen) -> None:
    cook = kitchen(NET)

    clone(cook, ("a.mp3", MP3))

    assert cook.cook({}, "getProfile").json()["api_quota_remaining"] == 988_000


@pytest.mark.parametrize(
    ("query", "page", "count"),
    [
        ({"limit": 5}, 1, 5), ({"limit": 5, "offset": 5}, 2, 5), ({"limit": 5, "offset": 7}, 2, 4),
        ({"limit": 5, "offset": 11}, 3, 0), ({"limit": 5, "offset": 100}, 21, 0),
    ],
)  # fmt: skip
def test_limit_and_offset_are_answered_with_pages(
    kitchen: MakeKitchen, query: dict[str, int], page: int, count: int
) -> None:
    body = kitchen(ORG).cook({"query": query}, "listVoices").json()

    assert (body["total"], body["page"], body["pageSize"], body["totalPages"]) == (CATALOGUE, page, 5, 3)
    assert len(body["items"]) == count


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"search": "CHERRY"}, ["Cherry"]), ({"search": "japanese"}, ["Hiroshi"]), ({"search": "nobody"}, []),
        ({"provider": "qwen"}, ["Cherry", "Ethan"]), ({"provider": "qwen", "search": "even"}, ["Ethan"]),
        ({"provider": "elsewhere"}, []),
    ],
)  # fmt: skip
def test_search_and_provider_narrow_the_list(kitchen: MakeKitchen, query: dict[str, str], names: list[str]) -> None:
    body = kitchen(ORG).cook({"query": query}, "listVoices").json()

    assert [one["name"] for one in body["items"]] == names
    assert body["total"] == len(names)


def test_own_models_are_listed_only_if_asked_for(kitchen: MakeKitchen) -> None:
    cook = kitchen(NET)
    clone(cook, ("a.mp3", MP3))

    def total(**members: Any) -> int:
        answer = cook.client.send(
            "POST",
            f"/{NET}/api/open/list-models",
            [key()[0], ("content-type", "application/json")],
            json.dumps(members).encode(),
        )
        count: int = answer.json()["total"]
        return count

    assert (total(), total(includePersonal=False), total(includePersonal=True)) == (11, 11, 12)
    assert (total(modelType="minimax"), total(modelType="fishaudio", includePersonal=True)) == (3, 7)


def test_a_deleted_voice_conflicts_if_that_reading_is_chosen(kitchen: MakeKitchen) -> None:
    cook = kitchen(ORG, choices={f"{ORG}.deleted-twice": "409"})

    again = cook.cook({"first": [{"operation": "createVoice"}], "times": 2}, "deleteVoice")
    unknown = cook.cook({"path": {"voiceId": "nobodys"}}, "deleteVoice")

    assert (again.status, again.json()["code"], unknown.status) == (409, "conflict", 404)


# -- the webhook address -------------------------------------------------------------------------------


def test_a_webhook_address_is_kept_with_its_account(kitchen: MakeKitchen) -> None:
    cook = kitchen(ORG)
    address = "https://example.com/hooks/speech"

    assert cook.cook({}, "updateProfile").json()["webhookUrl"] == address
    assert cook.cook({"without": ["webhookUrl"]}, "updateProfile").json()["webhookUrl"] == address
    assert cook.cook({}, "getProfile").json()["webhookUrl"] == address
    assert "webhookUrl" not in cook.cook({"role": "mock-other"}, "getProfile").json()


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("https://example.com/hooks", 200), ("HTTP://example.com:8080", 200), ("http://127.0.0.1:9/x", 200),
        ("mailto:a@example.com", 400), ("javascript:alert(1)", 400), ("ftp://example.com/x", 400), ("http://", 400),
        ("http:///x", 400), ("", 400), (None, 400),
    ],
)  # fmt: skip
def test_a_webhook_address_is_one_that_could_be_called(kitchen: MakeKitchen, address: str | None, status: int) -> None:
    """Nothing is ever sent there, so a private address does no harm."""
    assert kitchen(ORG).cook({"with": {"webhookUrl": address}}, "updateProfile").status == status


# -- the book ------------------------------------------------------------------------------------------


def voice(number: int, owner: str = "a", is_public: bool = False) -> Voice:
    return Voice(f"v{number}", "t", "", "p", "", "", owner, is_public)


def test_the_book_forgets_the_oldest_voice() -> None:
    book = VoiceBook(kept=2)
    for number in range(4):
        book.add(voice(number, owner="ab"[number % 2]))

    assert [book.get(f"v{number}") is None for number in range(4)] == [True, True, False, False]
    assert ([one.id for one in book.own("a")], [one.id for one in book.own("b")]) == (["v2"], ["v3"])
    assert len(book) == 2


def test_the_book_remembers_a_bounded_number_of_deletions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voices, "DELETED_KEPT", 2)
    book = VoiceBook()
    for number in range(3):
        book.add(voice(number))
        book.delete(voice(number))

    assert [book.was_deleted(f"v{number}", "a") for number in range(3)] == [False, True, True]
    assert not book.was_deleted("v2", "b")
    assert book.own("a") == []


def test_the_book_shows_what_others_have_published() -> None:
    book = VoiceBook()
    for one in (voice(1, "a", True), voice(2, "b", True), voice(3, "b")):
        book.add(one)

    assert ([one.id for one in book.published("a")], [one.id for one in book.published("b")]) == (["v2"], ["v1"])


def test_two_desks_of_one_operator_have_one_book(simulate: Callable[..., Client]) -> None:
    desks = [mount.desk for mount in simulate(NET, ORG, "aitre").app.mounts]

    books = [desk.operator.voices for desk in desks]

    assert books[0] is books[1]
    assert books[2] is not books[0]
