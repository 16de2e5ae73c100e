"""No key leaves a run in any form, and nothing else is touched."""

from __future__ import annotations

import base64
import html
import json
import os
import random
import shlex
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from contract_tests.kit.secrets import Leak, Secrets
from contract_tests.kit.spellings import SHORT

ODD = "k&y/+ 'ü\"\\<😀>%"
KEYS = st.one_of(
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=SHORT, max_size=60),
    st.text(st.sampled_from("aA1_-.+/=&%\"'\\ <>é漢😀"), min_size=SHORT, max_size=20),
).filter(lambda key: len(key.strip()) >= SHORT and "key" not in key and "\\\\\\" not in key)


# The first example of a key compiles its patterns, which a busy machine may take its time for.
patient = settings(deadline=None, max_examples=30)


def every_byte_percent_encoded(key: str) -> str:
    return "".join(f"%{byte:02X}" for byte in key.encode())


def every_unit_json_escaped(key: str) -> str:
    units = key.encode("utf-16-be").hex()
    return "".join(rf"\u{units[at : at + 4]}" for at in range(0, len(units), 4))


FORMS: Mapping[str, Callable[[str], str]] = {
    "plain": str,
    "base64": lambda key: base64.b64encode(key.encode()).decode(),
    "base64 without padding": lambda key: base64.b64encode(key.encode()).decode().rstrip("="),
    "urlsafe base64": lambda key: base64.urlsafe_b64encode(key.encode()).decode(),
    "percent-encoded": lambda key: quote(key, safe=""),
    "percent-encoded in lower case": lambda key: every_byte_percent_encoded(key).lower(),
    "fully percent-encoded": every_byte_percent_encoded,
    "twice percent-encoded": lambda key: quote(every_byte_percent_encoded(key)),
    "form-urlencoded": quote_plus,
    "JSON-escaped": lambda key: json.dumps(key)[1:-1],
    "JSON-escaped, slashes too": lambda key: json.dumps(key)[1:-1].replace("/", r"\/"),
    "JSON in JSON": lambda key: json.dumps(json.dumps(key)[1:-1])[1:-1],
    "every character JSON-escaped": every_unit_json_escaped,
    "hex": lambda key: key.encode().hex(),
    "upper hex": lambda key: key.encode().hex().upper(),
    "HTML-escaped": html.escape,
    "decimal HTML references": lambda key: "".join(f"&#{ord(char)};" for char in key),
    "hexadecimal HTML references": lambda key: "".join(f"&#x{ord(char):X};" for char in key),
    "twice HTML-escaped": lambda key: html.escape(html.escape(key)),
    "shell-quoted": lambda key: "'" + key.replace("'", "'\\''") + "'",
    "shell-quoted by Python": shlex.quote,
    "base64 of the JSON-escaped": lambda key: base64.b64encode(json.dumps(key).encode()).decode(),
    "base64 of the percent-encoded": lambda key: base64.b64encode(quote(key, safe="").encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS)
@patient
@given(key=KEYS, before=st.text(max_size=30), after=st.text(max_size=30))
def test_a_key_is_masked_in_every_form_wherever_it_stands(form: str, key: str, before: str, after: str) -> None:
    key = key.strip()
    written = FORMS[form](key)
    secrets = Secrets([key])

    masked = secrets.mask_text(f"{before} {written} {after}")

    assert "[key]" in masked
    assert written not in masked
    assert secrets.found_in(masked.encode("utf-8", "surrogatepass")) == []


@patient
@given(
    key=KEYS, before=st.binary(max_size=10), after=st.binary(max_size=10), urlsafe=st.booleans(), padded=st.booleans()
)
def test_a_key_inside_longer_base64_is_masked_at_each_alignment(
    key: str, before: bytes, after: bytes, urlsafe: bool, padded: bool
) -> None:
    key = key.strip()
    assume(len(set(key)) > 3)  # "000001" fits in several places, and a few of its bits may stay: no key is like that
    encode = base64.urlsafe_b64encode if urlsafe else base64.b64encode
    written = encode(before + key.encode() + after).decode()
    written = written if padded else written.rstrip("=")
    secrets = Secrets([key])

    masked = secrets.mask_text(f'{{"audio": "{written}"}}')

    kept = masked.removeprefix('{"audio": "').removesuffix('"}').split("[key]")
    assert len(kept) >= 2
    # Six bits a character: what is left beside the marks has no room for more than the neighbours' own bits.
    assert len(kept[0]) <= len(before) * 8 // 6
    assert len(kept[-1].rstrip("=")) <= -(-len(after) * 8 // 6)
    assert secrets.found_in(masked.encode()) == []


@patient
@given(key=KEYS, text=st.text(max_size=200))
def test_a_text_without_the_key_is_unchanged(key: str, text: str) -> None:
    key = key.strip()
    assume(not any(char in text for char in key) or not set("%&\\+") & set(text))
    assume(key not in text)

    assert Secrets([key]).mask_text(text) == text


@patient
@given(data=st.binary(max_size=2000))
def test_bytes_without_a_key_come_back_as_the_same_object(data: bytes) -> None:
    secrets = Secrets(["mock-funded", "sk-proj-0123456789abcdef"])
    assume(not secrets.found_in(data))

    assert secrets.mask_bytes(data) is data


@patient
@given(key=KEYS, text=st.text(max_size=50))
def test_masking_twice_changes_nothing_more(key: str, text: str) -> None:
    secrets = Secrets({"empty": key.strip()})

    once = secrets.mask_text(f"{text}{key}{text}")

    assert secrets.mask_text(once) == once


def test_the_mark_tells_the_role_where_it_is_known() -> None:
    secrets = Secrets({"": "mock-funded", "empty": "mock-empty"})

    assert secrets.mask_text("a mock-funded, b mock-empty") == "a [key], b [key: empty]"


def test_the_name_of_a_role_inside_a_mark_is_no_key() -> None:
    secrets = Secrets({"funded": "funded", "empty": "empty"})

    once = secrets.mask_text("funded or empty")

    assert once == "[key: funded] or [key: empty]"
    assert secrets.mask_text(once) == once


def test_a_key_that_begins_another_does_not_uncover_its_rest() -> None:
    secrets = Secrets({"low": "mock-low", "lower": "mock-low-2"})
    coded = base64.b64encode(b"mock-low-2").decode()

    assert secrets.mask_text(f"mock-low-2 {coded} mock-low") == "[key: lower] [key: lower] [key: low]"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("key mock!", "key [key]!"),
        ("mock", "[key]"),
        ('{"key":"\\nmock"}', '{"key":"\\n[key]"}'),
        ("Bearer%20mock", "Bearer%20[key]"),
        ("it was mock.", "it was [key]."),
        ("mockvoice and hammock", "mockvoice and hammock"),
        ("mock-funded, mock_1, a-mock", "mock-funded, mock_1, a-mock"),
        ("https://clips.mock.test/", "https://clips.mock.test/"),
        ("bW9jaw== 6d6f636b", "bW9jaw== 6d6f636b"),
        ("mümock", "mümock"),
    ],
)
def test_a_short_key_is_masked_only_as_a_whole_word(text: str, masked: str) -> None:
    assert Secrets(["mock"]).mask_text(text) == masked


def test_short_keys_are_named_by_their_marks() -> None:
    assert Secrets({"empty": "abcde", "low": "abcdef"}).short == ["[key: empty]"]


def test_no_key_stands_in_what_a_traceback_would_show() -> None:
    secrets = Secrets({"low": "mock-low"})

    assert "mock" not in f"{secrets!r} {secrets.keys!r} {secrets.found_in(b'mock-low')}"


def test_no_key_or_a_blank_one_masks_nothing() -> None:
    assert Secrets(["", "  "]).mask_text("any text [key]") == "any text [key]"
    assert Secrets([]).found_in(b"any text") == []


def test_one_text_in_place_of_several_keys_is_refused() -> None:
    with pytest.raises(TypeError, match="takes several keys"):
        Secrets("mock-funded")


@pytest.mark.parametrize(
    ("written", "form"),
    [
        (ODD, "plain"),
        (quote(ODD, safe=""), "percent-encoded"),
        (quote_plus(ODD), "form-urlencoded"),
        (json.dumps(ODD), "JSON-escaped"),
        (html.escape(ODD), "HTML-escaped"),
        (quote(ODD[:4], safe="") + html.escape(ODD[4:]), "escaped in several ways"),
        (ODD.encode().hex(), "hex"),
        (base64.b64encode(b"Bearer " + ODD.encode()).decode(), "base64"),
    ],
)
def test_what_is_found_is_named_by_its_form_and_role(written: str, form: str) -> None:
    assert Secrets([ODD]).found_in(f"x {written} x".encode()) == [form]
    assert Secrets({"low": ODD}).found_in(f"{written} {written}".encode()) == [f"{form} of low"]


def test_files_are_searched_and_masked_in_place(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    clean, log, report = tmp_path / "clean.bin", tmp_path / "sub" / "log.jsonl", tmp_path / "report.json"
    clean.write_bytes(bytes(range(256)))
    log.write_text('{"a": "mock-funded", "b": "mock-funded", "c": "mock%2Dfunded"}')
    report.write_text('"bW9jay1mdW5kZWQ="')
    os.mkfifo(tmp_path / "pipe")
    secrets = Secrets(["mock-funded"])

    leaks = secrets.scrub_files([tmp_path, report, tmp_path / "missing"])

    assert leaks == [Leak(report, "base64", 1), Leak(log, "plain", 2), Leak(log, "percent-encoded", 1)]
    assert log.read_text() == '{"a": "[key]", "b": "[key]", "c": "[key]"}'
    assert report.read_text() == '"[key]"'
    assert clean.read_bytes() == bytes(range(256))
    assert secrets.scrub_files([tmp_path]) == []


def test_a_text_with_lone_surrogates_survives() -> None:
    assert Secrets(["mock-funded"]).mask_text("\udc80 mock-funded") == "\udc80 [key]"


def test_a_clean_body_of_100_kb_costs_a_few_milliseconds_for_seven_keys() -> None:
    secrets = Secrets([f"mock-role-{number}-0123456789abcdef" for number in range(7)])
    bodies = [random.Random(seed).randbytes(100_000) for seed in range(20)]
    secrets.mask_bytes(bodies[0])

    began = time.process_time()
    same = [secrets.mask_bytes(body) is body for body in bodies]
    seconds = time.process_time() - began

    assert all(same)
    # 20 ms each is ten times what was measured: the test guards against a scan of every place, not against a slow day.
    assert seconds / len(bodies) < 0.02


@pytest.mark.parametrize("text", ["\\" * 50_000, "%25" * 30_000, "&amp;" * 20_000, "mock-" * 20_000, "&#0" * 30_000])
def test_no_text_makes_the_search_slow(text: str) -> None:
    secrets = Secrets(["mock-funded", 'a"b&c/d%e'])

    began = time.process_time()
    secrets.mask_text(text + "mock-funded")

    assert time.process_time() - began < 1
