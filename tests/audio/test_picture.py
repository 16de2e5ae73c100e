"""Pictures: what a decoder sees in what our writer wrote, and what is read back."""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import Iterator
from typing import Any

import av
import pytest

from mockvoice.app import create_app
from mockvoice.audio.picture import Picture, draw_png, words_in
from mockvoice.audio.pixels import look
from mockvoice.audio.sniff import sniff_picture
from mockvoice.audio.sound import BadAudio
from mockvoice.core.settings import Settings
from mockvoice.service.pictures import Gallery, NoPicture, decoded
from tests.harness.recipes import FIXTURES

FORMATS = {"png": "png", "jpeg": "mjpeg", "webp": "webp"}


def decode(data: bytes) -> av.VideoFrame:
    with av.open(io.BytesIO(data), "r") as container:
        return next(container.decode(video=0))


@pytest.mark.parametrize(("width", "height"), [(1024, 1024), (1792, 1024), (5, 3), (1, 1), (7, 2048)])
def test_a_png_has_exactly_the_size_that_was_asked_for(width: int, height: int) -> None:
    frame = decode(draw_png(Picture("a cat", width, height)))

    assert (frame.width, frame.height) == (width, height)


@pytest.mark.parametrize("text", ["", "a cat", "中文 and é", "🙂" * 9_000])
def test_the_words_of_a_picture_can_be_read_back(text: str) -> None:
    assert words_in(draw_png(Picture(text, 64, 64))) == text


def test_a_picture_is_the_same_every_time_and_another_for_other_words_or_seeds() -> None:
    first, again, words, seed = (
        draw_png(one)
        for one in (Picture("a", 64, 64), Picture("a", 64, 64), Picture("b", 64, 64), Picture("a", 64, 64, "1"))
    )

    assert first == again
    assert len({first, words, seed}) == 3


def test_a_picture_has_several_colours() -> None:
    frame = decode(draw_png(Picture("a cat", 256, 256))).reformat(format="rgb24")
    line = bytes(frame.planes[0])

    assert len({line[at : at + 3] for at in range(0, 256 * 3, 3)}) > 2


def test_what_is_clear_lets_something_through() -> None:
    frame = decode(draw_png(Picture("a cat", 64, 64, is_clear=True))).reformat(format="rgba")

    assert {*bytes(frame.planes[0])[3::4]} == {0, 255}


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0JFIF"])
def test_there_are_no_words_in_what_is_not_ours(data: bytes) -> None:
    assert words_in(data) is None


@pytest.fixture(scope="module")
def gallery() -> Iterator[Gallery]:
    app = create_app(Settings(providers=("aitre",)))
    yield app.world.gallery
    app.world.close()


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMATS)
def test_each_format_is_what_it_is_called(gallery: Gallery, runner: asyncio.Runner, form: str) -> None:
    data = runner.run(gallery.draw(Picture("a cat", 320, 200), form, 80))

    with av.open(io.BytesIO(data), "r") as container:
        assert container.streams.video[0].codec_context.name == FORMATS[form]
        frame = next(container.decode(video=0))
    assert (frame.width, frame.height) == (320, 200)


@pytest.mark.slow
def test_a_picture_of_ours_is_known_by_its_words(gallery: Gallery, runner: asyncio.Runner) -> None:
    data = runner.run(gallery.draw(Picture("a cat", 320, 200), "jpeg"))

    seen = runner.run(gallery.look("data:image/jpeg;base64," + base64.b64encode(data).decode()))

    assert (seen.width, seen.height, seen.words) == (320, 200, "a cat")


def test_the_same_picture_is_decoded_once(runner: asyncio.Runner) -> None:
    decoded = []

    async def work(job: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
        decoded.append(data)
        return look(job, data)

    gallery = Gallery(work)
    one, other = (base64.b64encode(draw_png(Picture(text, 9, 9))).decode() for text in ("a cat", "a dog"))
    seen = [runner.run(gallery.look(text)).words for text in (one, f"data:image/png;base64,{one}", other, one)]

    assert seen == ["a cat", "a cat", "a dog", "a cat"]
    assert len(decoded) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "data", [b"no picture", (FIXTURES / "hello-en.wav").read_bytes(), draw_png(Picture("", 9, 9))[:60]]
)
def test_what_is_no_picture_is_refused(gallery: Gallery, runner: asyncio.Runner, data: bytes) -> None:
    with pytest.raises(NoPicture):
        runner.run(gallery.look(base64.b64encode(data).decode()))


@pytest.mark.parametrize(
    "data",
    [
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
        b"ffconcat version 1.0\nfile 'x.png'\n",
        b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    ],
    ids=["sdp", "ffconcat", "m3u8", "svg"],
)
def test_no_demuxer_is_asked_that_reaches_for_something_else(data: bytes) -> None:
    """An SDP text would wait ten seconds on a socket, and a drawing in SVG has no decoder at all."""
    assert sniff_picture(data) is None
    with pytest.raises(BadAudio, match="first bytes"):
        look({}, data)


@pytest.mark.parametrize(
    ("codec", "form", "pixels"),
    [("gif", "gif", "rgb8"), ("bmp", "image2pipe", "bgr24"), ("tiff", "image2pipe", "rgb24")],
)
def test_pictures_in_other_formats_are_looked_at(codec: str, form: str, pixels: str) -> None:
    sink = io.BytesIO()
    with av.open(sink, "w", format=form) as container:
        stream: Any = container.add_stream(codec, rate=1)
        stream.width, stream.height, stream.pix_fmt = 64, 32, pixels
        frame = av.VideoFrame(64, 32, "rgb24").reformat(format=pixels)
        container.mux((*stream.encode(frame), *stream.encode(None)))

    told, _ = look({}, sink.getvalue())

    assert (told["width"], told["height"]) == (64, 32)


@pytest.mark.parametrize("text", ["", "no base64!", "data:text/plain;base64,QQ==", "data:image/png;base64,"])
def test_what_is_no_base64_is_refused(text: str) -> None:
    with pytest.raises(NoPicture):
        decoded(text)
