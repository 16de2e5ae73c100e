"""Texts are compared by what is said in them."""

from __future__ import annotations

import pytest

from contract_tests.kit.transcripts.languages import code_of, is_code, is_name, same_language
from contract_tests.kit.transcripts.words import error_rate, length_in_letters, letters_of, words_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hello, how can I help you today?", "hello how can i help you today"),
        ("It's well-known.", "its well known"),
        ("ＡＢＣ", "abc"),
        ("你好，今天", "你好 今天"),
    ],
)
def test_case_spaces_and_punctuation_say_nothing(one: str, other: str) -> None:
    assert letters_of(one) == letters_of(other)


def test_accents_and_signs_of_vowels_are_part_of_a_word() -> None:
    assert letters_of("où") != letters_of("ou")
    assert letters_of("की") != letters_of("का")


def test_where_words_stand_together_each_letter_is_one() -> None:
    assert words_of("你好, you") == ["你", "好", "you"]


@pytest.mark.parametrize(
    ("right", "heard", "rate"),
    [
        ("Hello, how are you?", "hello how are you", 0.0),
        ("one two three four", "one two four", 0.25),
        ("one two three four", "one two three four five", 0.25),
        ("one two", "three four", 1.0),
        ("", "", 0.0),
        ("", "something", 1.0),
    ],
)
def test_the_error_rate_counts_words_to_mend(right: str, heard: str, rate: float) -> None:
    assert error_rate(right, heard) == rate


def test_a_syllable_that_is_one_letter_counts_as_three() -> None:
    assert length_in_letters("Hi, 你好") == 2 + 6


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("en-US", "en"),
        ("zh_Hant", "zh"),
        ("english", "en"),
        ("English", "en"),
        ("haitian creole", "ht"),
        ("castilian", "es"),
        ("yue", "yue"),
        ("xx", ""),
        ("klingon", ""),
        ("", ""),
    ],
)
def test_a_language_is_told_by_code_tag_or_name(told: str, code: str) -> None:
    assert code_of(told) == code


@pytest.mark.parametrize(("told", "name", "code"), [("English", 1, 0), ("en-US", 0, 1), ("xx", 0, 0), ("yue", 0, 1)])
def test_a_name_is_no_code_and_a_code_is_no_name(told: str, name: bool, code: bool) -> None:
    assert is_name(told) == name
    assert is_code(told) == code


def test_a_name_and_a_code_may_be_one_language() -> None:
    assert same_language("english", "en")
    assert not same_language("english", "de")
    assert not same_language("xx", "xx")
