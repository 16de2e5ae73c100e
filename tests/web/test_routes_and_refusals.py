from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvoice.openapi.plans import ErrorRow
from mockvoice.web.bodies import content_type
from mockvoice.web.refusals import fill_template, render
from mockvoice.web.routes import Routes


def routes() -> Routes[str]:
    found: Routes[str] = Routes()
    for template in ("/v1/tts", "/v1/tts/{task_id}", "/v1/tts/{task_id}/audio", "/v1/tts/latest", "/v1/models/{model}"):
        found.add(template, template)
    return found


@pytest.mark.parametrize(
    ("path", "target", "values"),
    [
        ("/v1/tts", "/v1/tts", {}),
        ("/v1/tts/abc", "/v1/tts/{task_id}", {"task_id": "abc"}),
        ("/v1/tts/abc/audio", "/v1/tts/{task_id}/audio", {"task_id": "abc"}),
        ("/v1/tts/latest", "/v1/tts/latest", {}),
        ("/v1/models/a b", "/v1/models/{model}", {"model": "a b"}),
    ],
)
def test_a_path_finds_its_target(path: str, target: str, values: dict[str, str]) -> None:
    assert routes().find(path) == (target, values)


@pytest.mark.parametrize(
    "path", ["/", "", "/v1", "/v1/", "/v1/tts/", "/v1/tts/a/b", "/v1/tts//audio", "v1/tts", "/V1/tts"]
)
def test_other_paths_find_nothing(path: str) -> None:
    assert routes().find(path) is None


@given(st.text(max_size=60))
def test_any_text_is_a_path_that_is_found_or_not(path: str) -> None:
    found = routes().find(path)

    assert found is None or found[0].count("/") == path.count("/")


def test_one_segment_cannot_have_two_names() -> None:
    with pytest.raises(ValueError, match=r"is called \{task_id\} elsewhere"):
        routes().add("/v1/tts/{id}", "x")


@pytest.mark.parametrize(
    ("template", "words", "filled"),
    [
        ("{balance}", {"balance": 5}, 5),
        ("have {balance}", {"balance": 5}, "have 5"),
        ({"a": "{x?}", "b": "{y?}"}, {"x": 1}, {"a": 1}),
        ({"a": {"b": ["{x}", "{y?}"]}}, {"x": None}, {"a": {"b": [None]}}),
        ("{unknown} text", {}, " text"),
        ({"code": 7, "flag": False, "none": None}, {}, {"code": 7, "flag": False, "none": None}),
        ("{x}", {"x": "{y}", "y": "no"}, "{y}"),
    ],
)
def test_templates_are_filled(template: Any, words: dict[str, Any], filled: Any) -> None:
    assert fill_template(template, words) == filled


def test_what_a_client_sent_never_breaks_the_body() -> None:
    row = ErrorRow("c", 400, "w", {"error": "bad {field}"}, "application/json", None)

    body, media = render(row, {"field": '"}{evil}\u2028\\'})

    assert body == b'{"error":"bad \\"}{evil}\xe2\x80\xa8\\\\"}'
    assert media == b"application/json"


@pytest.mark.parametrize(
    ("body", "sent"), [(None, (b"", b"")), ("plain {code}", (b"plain c", b"text/plain; charset=utf-8"))]
)
def test_a_body_may_be_empty_or_text(body: Any, sent: tuple[bytes, bytes]) -> None:
    assert render(ErrorRow("c", 400, "w", body, "text/plain; charset=utf-8", None), {"code": "c"}) == sent


@pytest.mark.parametrize(
    ("value", "kind", "parameters"),
    [
        ("application/json", "application/json", {}),
        ("Application/JSON; Charset=UTF-8", "application/json", {"charset": "UTF-8"}),
        ('multipart/form-data; boundary="a b"', "multipart/form-data", {"boundary": "a b"}),
        ("", "", {}),
        (";;=", "", {"": ""}),
    ],
)
def test_content_types_are_taken_apart(value: str, kind: str, parameters: dict[str, str]) -> None:
    assert content_type(value) == (kind, parameters)
