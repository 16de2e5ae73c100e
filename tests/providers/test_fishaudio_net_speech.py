"""fishaudio-net speaks: JSON or MessagePack, audio or an address, and an older and a newer call."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgpack
import pytest

from mockvoice.audio import codec
from mockvoice.audio.hearing import Hearing
from tests.harness.recipes import Kitchen
from tests.harness.wire import Answer

MakeKitchen = Callable[..., Kitchen]
NET = "fishaudio-net"
SPEAK, SPEAK_V2, HEAR = "textToSpeech", "textToSpeechV2", "speechToText"
PATH, PATH_V2, HEAR_PATH = "/api/open/tts", "/api/open/v2/speech/tts", "/api/open/speech-to-text"
VOICE = "1ebff47088cac69f6a263d8ce1527e29"
TEXT = "Every word of this is heard: 你好, Grüße 🙂."
KEY = ("authorization", "Bearer mock-funded")


def quota(cook: Kitchen, role: str = "mock-funded") -> int:
    found: int = cook.cook({"operation": "getProfile", "role": role}).json()["api_quota_remaining"]
    return found


def speak(cook: Kitchen, **fields: Any) -> Answer:
    return cook.cook({"with": {"text": TEXT, **fields}}, SPEAK)


def packed(cook: Kitchen, fields: Mapping[str, Any], media: str = "application/msgpack") -> Answer:
    return cook.client.send("POST", f"/{NET}{PATH}", [KEY, ("content-type", media)], msgpack.packb(fields))


def fetch(cook: Kitchen, url: str) -> Answer:
    """Ask for the file behind an address, without a key."""
    return cook.client.send("GET", urlsplit(url).path)


def heard(data: bytes) -> str:
    """The words in the sound itself."""
    hearing = Hearing()
    codec.listen(data, hearing.take)
    return "".join(packet.raw.decode() for packet in hearing.finish().packets)


# -- audio ---------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("form", ["mp3", "wav"])
def test_the_audio_says_the_text_and_costs_a_credit_for_each_code_point(kitchen: MakeKitchen, form: str) -> None:
    cook = kitchen(NET)
    before = quota(cook)

    answer = speak(cook, format=form)

    assert (answer.status, answer.media) == (200, "audio/mpeg")
    assert heard(answer.body) == TEXT
    assert before - quota(cook) == len(TEXT)


@pytest.mark.slow
def test_pcm_is_bare_samples_at_24_khz(kitchen: MakeKitchen) -> None:
    cook = kitchen(NET)

    assert speak(cook, format="wav").body.endswith(speak(cook, format="pcm").body)


@pytest.mark.slow
@pytest.mark.parametrize("fields", [{"speed": 2}, {"speed": 0.5}, {"volume": -20}, {"volume": 20.0}])
def test_speed_and_volume_change_the_sound_and_not_the_words(kitchen: MakeKitchen, fields: dict[str, Any]) -> None:
    cook = kitchen(NET)

    plain, changed = speak(cook), speak(cook, **fields)

    assert plain.body != changed.body
    assert heard(changed.body) == TEXT


@pytest.mark.parametrize(
    "fields",
    [
        {"speed": 0.49}, {"speed": 2.01}, {"speed": "1"}, {"volume": -20.5}, {"volume": 21}, {"version": "v3"},
        {"version": "v4"}, {"format": "opus"}, {"format": "ogg"}, {"emotion": "bored"}, {"language": "fr"},
        {"cache": "true"}, {"cache": 1}, {"text": ""}, {"text": 5}, {"text": "x" * 4_097}, {"reference_id": None},
    ],
)  # fmt: skip
def test_what_is_out_of_bounds_is_refused_and_free(kitchen: MakeKitchen, fields: dict[str, Any]) -> None:
    cook = kitchen(NET)
    before = quota(cook)

    answers = [speak(cook, **fields), packed(cook, {"reference_id": VOICE, "text": TEXT, **fields})]

    assert [answer.status for answer in answers] == [400, 400]
    assert {answer.json()["code"] for answer in answers} == {"invalid_request"}
    assert answers[0].body == answers[1].body
    assert quota(cook) == before


@pytest.mark.parametrize("version", ["v1", "v2", "s1", "v3-turbo", "v3-hd"])
def test_every_version_speaks(kitchen: MakeKitchen, version: str) -> None:
    assert speak(kitchen(NET), version=version).status == 200


@pytest.mark.parametrize(("version", "status"), [("s1", 400), ("v3-hd", 200)])
@pytest.mark.parametrize("fields", [{"emotion": "happy"}, {"language": "zh"}])
def test_members_of_v3_may_be_refused_elsewhere(
    kitchen: MakeKitchen, fields: dict[str, Any], version: str, status: int
) -> None:
    cook = kitchen(NET, choices={"fishaudio-net.v3-members": "refused"})

    assert speak(cook, version=version, **fields).status == status
    assert speak(cook, version=version, **dict.fromkeys(fields, "auto")).status == 200


@pytest.mark.parametrize("role", ["mock-funded", "mock-empty"])
def test_a_voice_that_nobody_has_is_not_found(kitchen: MakeKitchen, role: str) -> None:
    """The voice is looked for before the credit is."""
    answer = kitchen(NET).cook({"role": role, "with": {"reference_id": "nobody"}}, SPEAK)

    assert (answer.status, answer.json()["details"]) == (404, "no such voice")


@pytest.mark.slow
def test_the_older_edition_tells_the_cost_in_headers(kitchen: MakeKitchen) -> None:
    cook = kitchen(NET, choices={"fishaudio-net.speech-headers": "older-edition"})

    answers = [speak(cook), speak(cook, cache=True)]

    for answer in answers:
        assert answer.headers["x-characters-used"] == str(len(TEXT))
    assert int(answers[1].headers["x-quota-remaining"]) == quota(cook) == answers[1].json()["quota_remaining"]


# -- an address ----------------------------------------------------------------------------------------


def test_an_answer_with_an_address_tells_what_it_cost(kitchen: MakeKitchen) -> None:
    cook = kitchen(NET)

    answer = speak(cook, cache=True)

    told = answer.json()
    assert (answer.status, answer.media) == (200, "application/json")
    assert list(told) == ["success", "audio_url", "format", "characters_used", "quota_remaining"]
    assert (told["success"], told["format"], told["characters_used"]) == (True, "mp3", len(TEXT))
    assert told["quota_remaining"] == quota(cook) == 988_000 - len(TEXT)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["mp3", "wav", "pcm"])
def test_the_address_serves_the_very_audio(kitchen: MakeKitchen, form: str) -> None:
    cook = kitchen(NET)
    url = speak(cook, cache=True, format=form).json()["audio_url"]

    first, second = fetch(cook, url), fetch(cook, url)

    assert (first.status, first.media) == (200, "audio/mpeg")
    assert url.endswith(f".{form}")
    assert first.body == second.body == speak(cook, format=form).body


def test_the_newer_call_tells_a_wrong_method_in_its_own_shape(kitchen: MakeKitchen) -> None:
    cook = kitchen(NET)

    newer, older = (cook.cook({"method": "GET"}, operation) for operation in ("textToSpeechV2", "textToSpeech"))

    assert (newer.status, newer.headers["allow"], {*newer.json()}) == (405, "POST", {"code", "message", "requestId"})
    assert (older.status, older.headers["allow"], {*older.json()}) == (405, "POST", {"error", "details", "code"})


@pytest.mark.slow
def test_the_address_serves_until_its_time_is_over(kitchen: MakeKitchen) -> None:
    cook = kitchen(NET)
    url = speak(cook, cache=True).json()["audio_url"]
    seconds = cook.spec.file_rules["speech"].seconds

    cook.client.advance(seconds - 1)
    still = fetch(cook, url)
    cook.client.advance(1)
    over = fetch(cook, url)

    assert (still.status, heard(still.body)) == (200, TEXT)
    assert (over.status, over.media, over.body) == (403, "text/plain", b"this address has expired")


@pytest.mark.slow
def test_speech_to_text_understands_the_address_until_its_time_is_over(kitchen: MakeKitchen) -> None:
    cook = kitchen(NET)
    url = speak(cook, cache=True, volume=6).json()["audio_url"]

    understood = cook.cook({"with": {"audio_url": url}}, HEAR)
    cook.client.advance(cook.spec.file_rules["speech"].seconds)
    over = cook.cook({"with": {"audio_url": url}}, HEAR)

    assert (understood.status, understood.json()["text"]) == (200, TEXT)
    assert over.status == 404


def test_each_answer_has_an_address_of_its_own(kitchen: MakeKitchen) -> None:
    cook = kitchen(NET)

    assert len({speak(cook, cache=True).json()["audio_url"] for _ in range(5)}) == 5


@pytest.mark.parametrize("cache", [False, True])
def test_credit_for_less_than_the_text_is_short(kitchen: MakeKitchen, cache: bool) -> None:
    cook = kitchen(NET)

    answer = cook.cook({"role": "mock-low", "with": {"text": "Four", "cache": cache}}, SPEAK)
    paid = cook.cook({"role": "mock-low", "with": {"text": "Hi.", "cache": cache}}, SPEAK)

    assert (answer.status, answer.json()["required_quota"], answer.json()["remaining_quota"]) == (402, 4, 3)
    assert (paid.status, quota(cook, "mock-low")) == (200, 0)


# -- MessagePack ---------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("fields", [{}, {"format": "wav", "speed": 1.5, "volume": -3}, {"cache": False}])
def test_messagepack_is_answered_as_json_is(kitchen: MakeKitchen, fields: dict[str, Any]) -> None:
    cook = kitchen(NET)
    before = quota(cook)

    answer = packed(cook, {"reference_id": VOICE, "text": TEXT, **fields})

    assert (answer.status, answer.body) == (200, speak(cook, **fields).body)
    assert before - quota(cook) == 2 * len(TEXT)


def test_messagepack_may_be_spelled_with_parameters(kitchen: MakeKitchen) -> None:
    fields = {"reference_id": VOICE, "text": TEXT}

    assert packed(kitchen(NET), fields, "Application/MsgPack; charset=utf-8").status == 200


def test_operations_that_do_not_document_messagepack_refuse_it(kitchen: MakeKitchen) -> None:
    cook = kitchen(NET)
    headers, body = [KEY, ("content-type", "application/msgpack")], msgpack.packb({"voiceId": VOICE, "text": TEXT})

    answer = cook.client.send("POST", f"/{NET}{PATH_V2}", headers, body)

    assert (answer.status, answer.json()["code"]) == (400, "invalid_request")


# -- the newer call ------------------------------------------------------------------------------------


def speak_v2(cook: Kitchen, **fields: Any) -> Answer:
    """Ask the newer call; without an engine, unless one is named."""
    left = [] if "modelId" in fields else ["modelId"]
    return cook.cook({"without": left, "with": {"text": TEXT, **fields}}, SPEAK_V2)


@pytest.mark.slow
@pytest.mark.parametrize(("form", "media"), [("mp3", "audio/mpeg"), ("wav", "audio/wav"), ("ogg", "audio/ogg")])
def test_each_format_of_the_newer_call_has_its_type(kitchen: MakeKitchen, form: str, media: str) -> None:
    cook = kitchen(NET)
    before = quota(cook)

    answer = speak_v2(cook, format=form)

    assert (answer.status, answer.media, heard(answer.body)) == (200, media, TEXT)
    assert before - quota(cook) == len(TEXT)


FISH, MINIMAX, QWEN = "fishaudio-s2pro", "minimax-2.6-hd", "qwen3-tts-flash"
MEMBERS = {"stability": 1.2, "similarity": 0.8, "pitch": -3, "emotion": "calm"}
TAKEN = {(FISH, "stability"), (FISH, "similarity"), (MINIMAX, "pitch"), (MINIMAX, "emotion"), (QWEN, "pitch")}


@pytest.mark.parametrize("member", MEMBERS)
@pytest.mark.parametrize("model", [FISH, MINIMAX, QWEN])
def test_an_engine_takes_the_members_of_its_family(kitchen: MakeKitchen, model: str, member: str) -> None:
    answer = speak_v2(kitchen(NET), modelId=model, **{member: MEMBERS[member]})

    if (model, member) in TAKEN:
        assert answer.status == 200
    else:
        assert (answer.status, answer.json()["code"]) == (400, "invalid_request")
        assert answer.json()["message"] == f"{member} is not supported by {model}"


@pytest.mark.parametrize("member", MEMBERS)
def test_without_an_engine_every_member_is_taken(kitchen: MakeKitchen, member: str) -> None:
    assert speak_v2(kitchen(NET), **{member: MEMBERS[member]}).status == 200


def test_members_of_another_engine_may_be_ignored(kitchen: MakeKitchen) -> None:
    cook = kitchen(NET, choices={"fishaudio-net.v2-members": "ignored"})

    assert speak_v2(cook, modelId=FISH, pitch=3).status == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"modelId": "fishaudio-s2pro-enterprise"}, {"modelId": "nothing"}, {"stability": 0.4}, {"similarity": 1.6},
        {"pitch": 13}, {"pitch": "1"}, {"emotion": "auto"}, {"format": "pcm"}, {"speed": 3}, {"volume": -21},
        {"voiceId": 5}, {"text": ""}, {"language": 5},
    ],
)  # fmt: skip
def test_what_the_newer_call_does_not_take_is_refused_in_its_own_shape(
    kitchen: MakeKitchen, fields: dict[str, Any]
) -> None:
    answer = speak_v2(kitchen(NET), **fields)

    assert answer.status == 400
    assert list(answer.json()) == ["code", "message", "requestId"]


def test_the_newer_call_takes_the_key_in_the_body(kitchen: MakeKitchen) -> None:
    cook = kitchen(NET)

    answers = [
        cook.cook({"role": None, "with": {"token": token, "text": TEXT}}, SPEAK_V2)
        for token in ("mock-other", "nobody")
    ]

    assert [answer.status for answer in answers] == [200, 401]
    assert quota(cook, "mock-other") == 988_000 - len(TEXT)
    assert answers[1].json()["code"] == "unauthorized"


@pytest.mark.parametrize(
    ("recipe", "status", "code"),
    [
        ({"role": None}, 401, "unauthorized"),
        ({"role": "mock-forbidden"}, 403, "forbidden"),
        ({"role": "mock-empty"}, 402, "insufficient_credits"),
        ({"with": {"voiceId": "nobody"}}, 404, "not_found"),
        ({"role": "mock-limited", "times": 2}, 429, "rate_limited"),
    ],
)
def test_errors_of_the_newer_call_have_the_shape_of_the_second_generation(
    kitchen: MakeKitchen, recipe: dict[str, Any], status: int, code: str
) -> None:
    answer = kitchen(NET).cook(recipe, SPEAK_V2)

    assert (answer.status, answer.json()["code"]) == (status, code)
    assert list(answer.json()) == ["code", "message", "requestId"]


def test_both_calls_count_in_one_window_and_refuse_in_their_own_shape(kitchen: MakeKitchen) -> None:
    cook = kitchen(NET)

    last_one = cook.cook({"role": "mock-limited"}, SPEAK_V2)
    refused = cook.cook({"role": "mock-limited"}, SPEAK)

    assert (last_one.status, refused.status) == (200, 429)
    assert refused.json()["error"] == "Rate limit exceeded"


# -- over a real port ----------------------------------------------------------------------------------


class Wire:
    """A client with one connection to a real port."""

    def __init__(self, base: str) -> None:
        self._place = urlsplit(base)

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection(self._place.netloc, timeout=30)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.getheader("content-type", ""), answer.read()
        finally:
            connection.close()


@pytest.mark.slow
def test_a_messagepack_client_gets_an_address_that_speech_to_text_understands(serve: Callable[..., str]) -> None:
    base = serve(NET)
    wire, key = Wire(base), {"Authorization": "Bearer mock-funded"}
    request = {"reference_id": VOICE, "text": TEXT, "format": "wav", "volume": 3.5, "cache": True}

    status, _, told = wire.send(
        "POST", f"/{NET}{PATH}", {**key, "Content-Type": "application/msgpack"}, msgpack.packb(request)
    )
    url = json.loads(told)["audio_url"]
    downloaded = wire.send("GET", urlsplit(url).path, {})
    question = json.dumps({"audio_url": url}).encode()
    _, _, understood = wire.send("POST", f"/{NET}{HEAR_PATH}", {**key, "Content-Type": "application/json"}, question)

    assert status == 200
    assert url.startswith(f"http://{urlsplit(base).netloc}/")
    assert downloaded[:2] == (200, "audio/mpeg")
    assert heard(downloaded[2]) == json.loads(understood)["text"] == TEXT


@pytest.mark.slow
def test_a_json_client_gets_the_bytes_that_a_messagepack_client_gets(serve: Callable[..., str]) -> None:
    wire, key = Wire(serve(NET)), {"Authorization": "Bearer mock-funded"}
    request = {"reference_id": VOICE, "text": TEXT}

    as_json = wire.send(
        "POST", f"/{NET}{PATH}", {**key, "Content-Type": "application/json"}, json.dumps(request).encode()
    )
    as_packed = wire.send(
        "POST", f"/{NET}{PATH}", {**key, "Content-Type": "application/msgpack"}, msgpack.packb(request)
    )
    broken = wire.send("POST", f"/{NET}{PATH}", {**key, "Content-Type": "application/msgpack"}, b"\x82\xa4text")

    assert as_json == as_packed
    assert as_json[:2] == (200, "audio/mpeg")
    assert broken[0] == 400
    assert json.loads(broken[2])["error"] == "Invalid request parameters"
