"""aitre: pictures, as each model draws them."""

from __future__ import annotations

import base64
import io
import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import av
import openai
import pytest

from mockvoice.audio.picture import words_in
from tests.harness.recipes import Kitchen
from tests.harness.wire import Answer

MakeKitchen = Callable[..., Kitchen]
DRAW = "createImage"
GPT = {"model": "gpt-image-1"}
HOUR = 3600
SIZES = "'1024x1024', '1024x1536', '1536x1024', and 'auto'"


def decode(data: bytes) -> tuple[str, int, int]:
    with av.open(io.BytesIO(data), "r") as container:
        frame = next(container.decode(video=0))
        return container.streams.video[0].codec_context.name, frame.width, frame.height


def draw(cook: Kitchen, **members: Any) -> Answer:
    """Ask for a picture; the example's size is that of another model, so it is left out."""
    return cook.cook({"with": members, "without": [name for name in ("size",) if name not in members]}, DRAW)


def error(answer: Answer) -> dict[str, Any]:
    found: dict[str, Any] = answer.json()["error"]
    return found


def charged(cook: Kitchen) -> int:
    return cook.client.app.world.journal.lines[-1].charged


def file_at(cook: Kitchen, url: str) -> Answer:
    return cook.client.send("GET", "/_mock/files/" + url.rpartition("/")[2])


# -- what is drawn -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "size"),
    [
        ({}, (1024, 1024)),
        ({"size": "1792x1024"}, (1792, 1024)),
        ({"model": "flux", "size": "576x1024"}, (576, 1024)),
        ({**GPT, "size": "1024x1536", "quality": "low"}, (1024, 1536)),
        ({**GPT, "size": "auto"}, (1024, 1024)),
        ({"size": None, "n": None}, (1024, 1024)),
    ],
)
def test_a_picture_has_the_size_that_was_asked_for(
    kitchen: MakeKitchen, members: dict[str, Any], size: tuple[int, int]
) -> None:
    cook = kitchen("aitre")
    members = (
        members
        if "quality" in members or members.get("model") == GPT["model"]
        else {**members, "response_format": "b64_json"}
    )

    (told,) = draw(cook, **members).json()["data"]

    assert decode(base64.b64decode(told["b64_json"])) == ("png", *size)


def test_the_words_stand_in_the_picture(kitchen: MakeKitchen) -> None:
    (told,) = draw(kitchen("aitre"), prompt="Ein Schiff ⛵", response_format="b64_json").json()["data"]

    assert words_in(base64.b64decode(told["b64_json"])) == "Ein Schiff ⛵"


def test_an_address_serves_what_base64_holds(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    (by_address,) = draw(cook).json()["data"]
    (in_base64,) = draw(cook, response_format="b64_json").json()["data"]

    file = file_at(cook, by_address["url"])
    assert (file.status, file.media) == (200, "image/png")
    assert file.body == base64.b64decode(in_base64["b64_json"])


def test_an_address_ends_after_an_hour(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    url = draw(cook).json()["data"][0]["url"]

    cook.client.advance(HOUR - 1)
    before = file_at(cook, url)
    cook.client.advance(1)
    after = file_at(cook, url)

    assert (before.status, after.status, after.media) == (200, 403, "application/xml")
    assert b"<Code>AuthenticationFailed</Code>" in after.body


def test_several_pictures_differ(kitchen: MakeKitchen) -> None:
    data = draw(kitchen("aitre"), **GPT, n=3, quality="low").json()["data"]

    assert len({one["b64_json"] for one in data}) == 3


def test_another_seed_draws_other_pictures(kitchen: MakeKitchen) -> None:
    first, again, other = (
        draw(kitchen("aitre", seed=seed), response_format="b64_json").json()["data"] for seed in (0, 0, 1)
    )

    assert first == again != other


@pytest.mark.parametrize(("form", "decoder"), [("png", "png"), ("jpeg", "mjpeg"), ("webp", "webp")])
def test_gpt_image_1_draws_in_the_format_asked_for(kitchen: MakeKitchen, form: str, decoder: str) -> None:
    compression = 100 if form == "png" else 50
    body = draw(kitchen("aitre"), **GPT, output_format=form, quality="low", output_compression=compression).json()

    assert decode(base64.b64decode(body["data"][0]["b64_json"]))[0] == decoder
    assert body["output_format"] == form


def test_gpt_image_1_tells_tokens(kitchen: MakeKitchen) -> None:
    body = draw(kitchen("aitre"), **GPT, prompt="a" * 40, n=2, quality="low", size="1536x1024").json()

    assert body["usage"] == {
        "total_tokens": 810,
        "input_tokens": 10,
        "output_tokens": 800,
        "input_tokens_details": {"text_tokens": 10, "image_tokens": 0},
    }
    assert (body["quality"], body["size"], body["background"]) == ("low", "1536x1024", "opaque")


def test_only_dall_e_3_revises_the_words(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    dall_e, flux = (draw(cook, model=model, style="natural").json()["data"][0] for model in ("dall-e-3", "flux"))

    assert dall_e["revised_prompt"] == "A cute baby sea otter, drawn in a natural style"
    assert "revised_prompt" not in flux


@pytest.mark.parametrize("stream", [False, True])
def test_gpt_4o_image_answers_a_chat_with_a_picture(kitchen: MakeKitchen, stream: bool) -> None:
    cook = kitchen("aitre")
    messages = [{"role": "user", "content": "A lighthouse"}]

    answer = cook.cook(
        {"with": {"model": "gpt-4o-image", "messages": messages, "stream": stream}}, "createChatCompletion"
    )

    if stream:
        events = [json.loads(one[6:]) for one in answer.body.decode().split("\n\n") if one.startswith("data: {")]
        content = "".join(event["choices"][0]["delta"].get("content") or "" for event in events)
    else:
        content = answer.json()["choices"][0]["message"]["content"]
    found = re.fullmatch(r"!\[image\]\((http://\S+)\)", content)
    assert found is not None
    file = file_at(cook, found[1])
    assert decode(file.body) == ("png", 1024, 1024)
    assert words_in(file.body) == "A lighthouse"


# -- what it costs --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "price"),
    [
        ({}, 20_000),
        ({"quality": "hd"}, 40_000),
        ({"size": "1792x1024"}, 40_000),
        ({"size": "1024x1792", "quality": "hd"}, 60_000),
        ({"n": 0}, 20_000),
        ({"model": "flux", "n": 4}, 80_000),
        ({**GPT, "n": 2, "quality": "low", "size": "1536x1024"}, 16_000),
        ({**GPT, "quality": "medium"}, 21_120),
        ({**GPT, "size": "1024x1536"}, 124_800),
    ],
)
def test_a_picture_costs_what_the_relay_asks(kitchen: MakeKitchen, members: dict[str, Any], price: int) -> None:
    cook = kitchen("aitre")

    answer = draw(cook, **members)

    assert answer.status == 200, answer.body
    assert charged(cook) == price


def test_what_the_upstream_refuses_costs_nothing_but_needs_credit(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    wrong = {"with": {"quality": "low"}}

    refused = cook.cook(wrong, DRAW)
    poor = cook.cook({**wrong, "role": "mock-empty"}, DRAW)

    assert (error(refused)["code"], charged(cook)) == ("invalid_value", 0)
    assert error(poor)["code"] == "insufficient_user_quota"


def test_the_relay_refuses_a_size_before_it_looks_at_the_quota(kitchen: MakeKitchen) -> None:
    answer = kitchen("aitre").cook({"with": {"size": "256x256"}, "role": "mock-empty"}, DRAW)

    assert error(answer)["code"] == "invalid_image_request"


# -- what is refused ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"n": 2}, {"message": "You must provide n=1 for this model.", "param": "", "code": None}),
        ({**GPT, "style": "vivid"}, {"message": "Unknown parameter: 'style'.", "code": "unknown_parameter"}),
        ({"background": "auto"}, {"param": "background", "code": "unknown_parameter"}),
        (
            {**GPT, "size": "1792x1024"},
            {
                "message": f"Invalid value: '1792x1024'. Supported values are: {SIZES}.",
                "param": "size",
                "code": "invalid_value",
            },
        ),
        ({**GPT, "n": 11}, {"param": "n", "code": "integer_above_max_value"}),
        ({"prompt": "a" * 4_001}, {"param": "prompt", "code": "string_above_max_length"}),
        ({"prompt": ""}, {"message": "prompt is required", "type": "new_api_error", "code": "invalid_image_request"}),
        ({"quality": "low"}, {"message": "Invalid value: 'low'. Supported values are: 'standard' and 'hd'."}),
        (
            {**GPT, "size": "1024×1024"},
            {
                "message": "size an unexpected error occurred in the parameter, please use 'x' instead of the "
                "multiplication sign '×'",
                "code": "invalid_image_request",
            },
        ),
        (
            {**GPT, "output_format": "jpeg", "background": "transparent"},
            {
                "message": "Transparent background is not supported for JPEG output format",
                "param": "background",
                "code": "invalid_value",
            },
        ),
        (
            {**GPT, "output_compression": 99},
            {
                "message": "Compression less than 100 is not supported for PNG output format",
                "type": "image_generation_user_error",
                "code": "invalid_png_output_compression",
            },
        ),
    ],
)  # fmt: skip
def test_a_rule_of_a_model_is_told_in_its_words(
    kitchen: MakeKitchen, members: dict[str, Any], said: dict[str, Any]
) -> None:
    answer = draw(kitchen("aitre"), **members)

    found = error(answer)
    assert answer.status == 400
    assert {
        name: found[name].partition(" (request id")[0] if name == "message" else found[name] for name in said
    } == said


def test_null_is_no_parameter(kitchen: MakeKitchen) -> None:
    answer = draw(kitchen("aitre"), **GPT, style=None, response_format=None, quality="low")

    assert answer.status == 200


@pytest.mark.parametrize("members", [{}, {**GPT, "quality": "low"}, {"model": "flux"}], ids=repr)
def test_an_empty_text_counts_as_left_out(kitchen: MakeKitchen, members: dict[str, Any]) -> None:
    """The relay, written in Go, leaves it out on the way."""
    empty = {"size": ""} if "quality" in members else {"size": "", "quality": "", "style": "", "response_format": ""}
    cook = kitchen("aitre")
    base64 = {} if "quality" in members else {"response_format": "b64_json"}

    left_out, told = draw(cook, **members, **base64), draw(cook, **members, **{**empty, **base64})

    assert (told.status, told.json()["data"]) == (200, left_out.json()["data"])


@pytest.mark.parametrize("form", ["jpeg", "webp", "nothing of the kind"])
def test_what_flux_does_not_have_is_not_looked_at(kitchen: MakeKitchen, form: str) -> None:
    members = {"output_format": form, "background": "transparent", "output_compression": 1}
    cook = kitchen("aitre")
    flux = {"model": "flux", "size": "512x1024", "response_format": "b64_json"}

    plain, more = draw(cook, **flux), draw(cook, **flux, **members)

    assert (more.status, more.json()["data"]) == (200, plain.json()["data"])


def test_a_request_without_a_model_finds_no_channel_of_dall_e(kitchen: MakeKitchen) -> None:
    answer = kitchen("aitre").cook({"without": ["model"]}, DRAW)

    assert (answer.status, "the model dall-e in" in error(answer)["message"]) == (503, True)


# -- through OpenAI's client, over a real port -----------------------------------------------------------


@pytest.fixture
def client(serve: Callable[..., str]) -> Iterator[openai.OpenAI]:
    base = serve("aitre") + "/aitre/v1"
    with openai.OpenAI(base_url=base, api_key="sk-mock-funded", max_retries=0) as one:
        yield one


@pytest.mark.slow
def test_the_sdk_gets_an_address_that_serves(client: openai.OpenAI) -> None:
    answer = client.images.generate(model="dall-e-3", prompt="A lighthouse", size="1024x1792")

    assert answer.data is not None
    url = answer.data[0].url
    assert url is not None
    with urllib.request.urlopen(url, timeout=10) as file:
        assert decode(file.read()) == ("png", 1024, 1792)


@pytest.mark.slow
def test_the_sdk_gets_base64(client: openai.OpenAI) -> None:
    answer = client.images.generate(
        model="gpt-image-1", prompt="A lighthouse", n=2, quality="low", size="1536x1024", output_format="webp"
    )

    assert answer.data is not None
    files = [base64.b64decode(one.b64_json or "") for one in answer.data]
    assert [decode(one) for one in files] == [("webp", 1536, 1024)] * 2
    assert answer.usage is not None
    assert answer.usage.output_tokens == 800


@pytest.mark.slow
def test_the_sdk_tells_what_is_wrong(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.images.generate(model="dall-e-3", prompt="violates-the-policy")

    assert caught.value.code == "content_policy_violation"
