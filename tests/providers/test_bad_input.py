"""Whatever a client sends, it gets a 4xx in the provider's own shape: never a 500, never a hang."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from mockvoice.openapi.plans import FORM_TYPE, JSON_TYPE, PACKED_TYPE
from mockvoice.openapi.recipes import BOUNDARY, build
from tests.harness.recipes import Kitchen, read_clip
from tests.harness.specs import PROVIDERS, spec
from tests.harness.wire import Answer
from tests.providers.test_every_provider import check_against_schema, operations

MakeKitchen = Callable[..., Kitchen]


def with_media(media: str) -> list[tuple[str, str]]:
    return [
        (provider, operation_id)
        for provider, operation_id in operations()
        if spec(provider).operation(operation_id).body_media == media
    ]


def refused(cook: Kitchen, operation_id: str, body: bytes, media: str | None) -> Answer:
    """Send a body as it is, with the example's credentials; assert that it is refused as the spec declares."""
    request = build(cook.spec, operation_id, {}, {}, read_clip)
    headers = [(name, value) for name, value in request.headers if name != "content-type"]
    if media is not None:
        headers.append(("content-type", media))
    answer = cook.client.send(request.method, cook.prefix + request.path, headers, body)
    assert 400 <= answer.status < 500, (answer.status, answer.body[:200])
    assert "x-mockvoice-hint" in answer.headers
    check_against_schema(cook.spec, operation_id, answer)
    return answer


BAD_JSON = {
    "empty": b"",
    "cut off": b'{"a": ',
    "not json": b"hello",
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": Infinity}',
    "minus Infinity": b'{"a": -Infinity}',
    "beyond double": b'{"a": 1e999}',
    "deep nesting": b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "lone surrogate": b'{"a": "\\ud800"}',
    "not utf-8": b'{"a": "\xff"}',
    "utf-16": '{"a": 1}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"a": 1}',
    "single quotes": b"{'a': 1}",
    "trailing comma": b'{"a": 1,}',
    "two values": b'{"a": 1} {"a": 2}',
    "a list": b"[]",
    "a text": b'"text"',
    "null": b"null",
    "a number": b"1",
    "NUL": b"\x00",
}


@pytest.mark.parametrize("name", BAD_JSON)
@pytest.mark.parametrize(("provider", "operation_id"), with_media(JSON_TYPE))
def test_bad_json_is_refused(kitchen: MakeKitchen, provider: str, operation_id: str, name: str) -> None:
    refused(kitchen(provider), operation_id, BAD_JSON[name], JSON_TYPE)


def whole_members() -> list[tuple[str, str, str]]:
    """Return every member of a JSON body that is a whole number, or may be a list of some."""
    return [
        (provider, operation_id, name)
        for provider, operation_id in with_media(JSON_TYPE)
        for name in spec(provider).operation(operation_id).body.whole  # type: ignore[union-attr]
    ]


@pytest.mark.parametrize("value", [1.0, 1e20, [1.0], [1e20]], ids=repr)
@pytest.mark.parametrize(("provider", "operation_id", "name"), whole_members())
def test_a_whole_number_may_be_written_with_a_point(
    kitchen: MakeKitchen, provider: str, operation_id: str, name: str, value: Any
) -> None:
    """To a schema 1.0 is an integer; Python neither counts nor cuts by it."""
    assert kitchen(provider).cook({"with": {name: value}}, operation_id).status < 500


DEPTHS = [200, *range(250, 260), 512, 900, *range(1_015, 1_030), 1_100]


@pytest.mark.parametrize("inner", [b"[%s]", b'{"a":%s}'])
@pytest.mark.parametrize(("provider", "operation_id"), with_media(JSON_TYPE))
def test_nesting_of_any_depth_is_refused(kitchen: MakeKitchen, provider: str, operation_id: str, inner: bytes) -> None:
    """The reader, the validator and the writer of the answer each have their own limit."""
    cook = kitchen(provider)
    before, after = inner.split(b"%s")
    example = json.loads(build(cook.spec, operation_id, {}, {}, read_clip).body)

    for depth in DEPTHS:
        for field in example:
            body = json.dumps({**example, field: "@"}).encode().replace(b'"@"', before * depth + b"1" + after * depth)
            refused(cook, operation_id, body, JSON_TYPE)


@pytest.mark.parametrize("media", ["text/plain", "application/xml", "application/json; charset=utf-16", None, "", "/"])
@pytest.mark.parametrize(("provider", "operation_id"), with_media(JSON_TYPE))
def test_json_under_a_wrong_content_type_is_refused(
    kitchen: MakeKitchen, provider: str, operation_id: str, media: str | None
) -> None:
    cook = kitchen(provider)
    body = build(cook.spec, operation_id, {}, {}, read_clip).body

    refused(cook, operation_id, body, media)


@pytest.mark.parametrize(
    "media", ["application/json; charset=utf-8", "Application/JSON", 'application/json;charset="UTF-8"']
)
@pytest.mark.parametrize(("provider", "operation_id"), with_media(JSON_TYPE))
def test_json_under_another_spelling_of_its_type_is_taken(
    kitchen: MakeKitchen, provider: str, operation_id: str, media: str
) -> None:
    answer = kitchen(provider).cook({"media": media}, operation_id)

    assert answer.status == spec(provider).operation(operation_id).success


def form(*parts: bytes, end: bytes = b"--" + BOUNDARY.encode() + b"--\r\n") -> bytes:
    return b"".join(b"--" + BOUNDARY.encode() + b"\r\n" + part for part in parts) + end


FIELD = b'Content-Disposition: form-data; name="model"\r\n\r\nx\r\n'
BAD_FORMS = {
    "empty": b"",
    "no boundary inside": b"hello",
    "no end": form(FIELD, end=b""),
    "only the end": form(),
    "cut in a header": form(b"Content-Disposition: form-da", end=b""),
    "no disposition": form(b"Content-Type: text/plain\r\n\r\nx\r\n"),
    "no name": form(b"Content-Disposition: form-data\r\n\r\nx\r\n"),
    "another disposition": form(b'Content-Disposition: attachment; name="model"\r\n\r\nx\r\n'),
    "no empty line": form(b'Content-Disposition: form-data; name="model"\r\nx\r\n'),
    "bare newlines": form(FIELD).replace(b"\r\n", b"\n"),
    "text that is not utf-8": form(b'Content-Disposition: form-data; name="model"\r\n\r\n\xff\xfe\r\n'),
    "too many parts": form(*[FIELD] * 5_000),
    "json": b'{"model": "x"}',
}


@pytest.mark.parametrize("name", BAD_FORMS)
@pytest.mark.parametrize(("provider", "operation_id"), with_media(FORM_TYPE))
def test_a_bad_form_is_refused(kitchen: MakeKitchen, provider: str, operation_id: str, name: str) -> None:
    refused(kitchen(provider), operation_id, BAD_FORMS[name], f"{FORM_TYPE}; boundary={BOUNDARY}")


@pytest.mark.parametrize(
    "media", [FORM_TYPE, f"{FORM_TYPE}; boundary=", f"{FORM_TYPE}; boundary=other", JSON_TYPE, None]
)
@pytest.mark.parametrize(("provider", "operation_id"), with_media(FORM_TYPE))
def test_a_form_under_a_wrong_content_type_is_refused(
    kitchen: MakeKitchen, provider: str, operation_id: str, media: str | None
) -> None:
    cook = kitchen(provider)
    body = build(cook.spec, operation_id, {}, {}, read_clip).body

    refused(cook, operation_id, body, media)


@pytest.mark.parametrize(("provider", "operation_id"), with_media(FORM_TYPE))
def test_a_text_where_a_file_belongs_is_refused(kitchen: MakeKitchen, provider: str, operation_id: str) -> None:
    cook = kitchen(provider)
    file_field = next(iter(cook.spec.place(operation_id)[2]["x-voice-clips"]))
    request = build(cook.spec, operation_id, {"without": [file_field], "with": {file_field: "text"}}, {}, read_clip)

    refused(cook, operation_id, request.body, f"{FORM_TYPE}; boundary={BOUNDARY}")


@pytest.mark.parametrize("clip", ["corrupt.flac", "not-audio.mp3", "empty.wav"])
@pytest.mark.parametrize(("provider", "operation_id"), with_media(FORM_TYPE))
def test_an_upload_that_is_no_audio_is_refused(
    kitchen: MakeKitchen, provider: str, operation_id: str, clip: str
) -> None:
    cook = kitchen(provider)
    file_field = next(iter(cook.spec.place(operation_id)[2]["x-voice-clips"]))
    request = build(cook.spec, operation_id, {"clips": {file_field: clip}}, {}, read_clip)

    refused(cook, operation_id, request.body, f"{FORM_TYPE}; boundary={BOUNDARY}")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize(("provider", "operation_id"), operations())
def test_a_wrong_method_is_405_with_allow(kitchen: MakeKitchen, provider: str, operation_id: str, method: str) -> None:
    cook = kitchen(provider)
    _, path, _ = cook.spec.place(operation_id)
    allowed = {one for one, other, _ in cook.spec.routes if other == path}
    if method in allowed:
        return

    answer = cook.cook({"method": method}, operation_id)

    assert answer.status == 405
    assert set(answer.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize("method", ["PROPFIND", "TRACE", "DELETE"])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_wrong_method_is_405_with_allow_over_a_real_port(
    serve: Callable[..., str], provider: str, method: str
) -> None:
    """Any method the HTTP parser knows; one it does not know gets its own 400 (docs/decisions.md, known limits)."""
    request = build(spec(provider), spec(provider).routes[0][2], {"method": method}, {}, read_clip)
    place = urlsplit(serve(provider))
    connection = http.client.HTTPConnection(place.netloc, timeout=10)

    connection.request(method, f"/{provider}{request.path}", headers=dict(request.headers))
    answer = connection.getresponse()
    answer.read()
    connection.close()

    assert answer.status == 405
    assert answer.getheader("allow") == spec(provider).routes[0][0]


@pytest.mark.parametrize(
    "path", ["/", "", "/nothing", "/api", "/v1", "/v1/", "/%00", "/a/../b", "//", "/v1/audio/speech/", "/" + "x" * 9000]
)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_unknown_path_is_404_in_the_providers_shape(kitchen: MakeKitchen, provider: str, path: str) -> None:
    cook = kitchen(provider)
    one = spec(provider)
    code = str(one.refusals["unknown-path"])
    _, _, some_operation = one.routes[0]
    request = build(one, some_operation, {"headers": {"content-type": None}}, {}, read_clip)

    answer = cook.client.send("GET", cook.prefix + path, request.headers)

    assert answer.status == one.errors[code].status == 404
    check_against_schema(one, None, answer, one.errors[code].response)


@pytest.mark.parametrize(("provider", "operation_id"), [*with_media(JSON_TYPE), *with_media(FORM_TYPE)])
def test_a_body_is_cut_off_at_its_limit_while_it_is_read(
    kitchen: MakeKitchen, provider: str, operation_id: str
) -> None:
    """Without a Content-Length the limit still holds: the client sends without end, the answer comes at the limit."""
    cook = kitchen(provider)
    limit = spec(provider).operation(operation_id).body_limit
    request = build(cook.spec, operation_id, {}, {}, read_clip)
    piece = b"x" * (limit // 3 + 1)
    headers = [*request.headers, ("transfer-encoding", "chunked")]

    answer = cook.client.send(request.method, cook.prefix + request.path, headers, [piece] * 12)

    code = spec(provider).operation(operation_id).refusals["too-large"]
    assert answer.status == spec(provider).errors[str(code)].status


@pytest.mark.parametrize(("provider", "operation_id"), [*with_media(JSON_TYPE), *with_media(FORM_TYPE)])
def test_a_client_that_goes_away_leaves_nothing_held(kitchen: MakeKitchen, provider: str, operation_id: str) -> None:
    cook = kitchen(provider)
    request = build(cook.spec, operation_id, {}, {}, read_clip)
    before = {account.role: account.ledger.balance for account in cook.desk.roster.everyone()}

    answer = cook.client.send_and_leave(request.method, cook.prefix + request.path, request.headers, request.body[:5])

    assert answer.status == 0
    assert {account.role: account.ledger.balance for account in cook.desk.roster.everyone()} == before


def packed() -> list[tuple[str, str]]:
    """The operations that take MessagePack as well."""
    return [
        (provider, operation_id)
        for provider, operation_id in operations()
        if PACKED_TYPE in spec(provider).operation(operation_id).other_media
    ]


BAD_PACKED = {
    "empty": b"",
    "json": b'{"a": 1}',
    "cut off": b"\x81\xa1a",
    "two values": b"\x80\x80",
    "never used": b"\xc1",
    "a list": b"\x90",
    "a text": b"\xa1a",
    "null": b"\xc0",
    "not utf-8": b"\x81\xa1a\xa1\xff",
    "bytes": b"\x81\xa1a\xc4\x01x",
    "a key of bytes": b"\x81\xc4\x01a\x01",
    "a key that is a number": b"\x81\x01\x01",
    "an extension": b"\x81\xa1a\xd4\x05x",
    "a timestamp": b"\x81\xa1a\xd6\xff\x00\x00\x00\x00",
    "NaN": b"\x81\xa1a\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00",
    "a list of four thousand million": b"\x81\xa1a\xdd\xff\xff\xff\xff",
    "deep nesting": b"\x81\xa1a" + b"\x91" * 100_000 + b"\xc0",
}


@pytest.mark.parametrize("name", BAD_PACKED)
@pytest.mark.parametrize(("provider", "operation_id"), packed())
def test_bad_messagepack_is_refused(kitchen: MakeKitchen, provider: str, operation_id: str, name: str) -> None:
    refused(kitchen(provider), operation_id, BAD_PACKED[name], PACKED_TYPE)


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize(("provider", "operation_id"), packed())
def test_packed_nesting_of_any_depth_is_refused(
    kitchen: MakeKitchen, provider: str, operation_id: str, depth: int
) -> None:
    cook = kitchen(provider)
    example = json.loads(build(cook.spec, operation_id, {}, {}, read_clip).body)
    name = next(iter(example))
    body = bytes([0x81, 0xA0 + len(name)]) + name.encode() + b"\x91" * depth + b"\x01"

    refused(cook, operation_id, body, PACKED_TYPE)


@pytest.mark.parametrize("media", ["application/x-msgpack", "application/vnd.msgpack", "application/octet-stream"])
@pytest.mark.parametrize(("provider", "operation_id"), packed())
def test_messagepack_under_another_type_is_refused(
    kitchen: MakeKitchen, provider: str, operation_id: str, media: str
) -> None:
    refused(kitchen(provider), operation_id, b"\x80", media)
