"""The names of the contract suite's claims, by family: what a plant may say it is found by."""

from __future__ import annotations

from collections.abc import Mapping

CLAIMS: Mapping[str, tuple[str, ...]] = {
    "preflight": ("every_documented_example_is_answered_as_documented",),
    "ambiguities": ("the_endpoint_follows_one_of_the_documented_readings",),
    "errors": (
        "an_error_is_answered_as_documented",
        "a_bad_member_is_refused_as_documented",
        "malformed_json_is_refused",
        "a_missing_key_is_refused",
        "a_wrong_key_is_refused",
        "a_key_in_the_body_counts_only_where_documented",
        "an_unknown_path_is_refused",
        "what_is_not_built_says_so",
        "a_wrong_method_is_refused_and_names_the_right_ones",
        "the_documented_fault_speaks_first",
    ),
    "forms": (
        "a_form_without_its_file_is_refused",
        "wrong_part_names_are_refused",
        "a_broken_form_is_refused",
        "numbers_and_booleans_in_forms_are_strict",
    ),
    "schema": ("every_answer_seen_fits_its_documented_shape", "schemathesis_finds_nothing"),
    "credits": (
        "the_price_is_that_of_the_real_amount",
        "what_is_reported_is_what_the_balance_drops",
        "cost_headers_are_true",
        "refused_requests_are_free",
        "concurrent_calls_sum_up",
        "credit_for_one_call_is_good_for_exactly_one",
        "limit_headers_count_down",
        "a_call_over_the_limit_is_refused",
        "windows_reset",
    ),
    "tasks": (
        "a_task_goes_only_along_its_machine",
        "progress_never_falls",
        "a_terminal_state_is_final",
        "a_result_comes_only_after_success",
        "a_result_is_stable",
        "an_unknown_task_is_not_found",
        "a_foreign_task_is_not_found",
        "a_created_task_is_readable_at_once",
        "a_download_has_its_type_and_name",
    ),
    "audio": (
        "audio_is_what_its_type_says",
        "audio_is_whole",
        "audio_is_not_silence",
        "the_duration_suits_the_text",
        "longer_texts_last_longer",
        "speed_halves_the_duration",
        "formats_agree",
        "events_joined_are_the_plain_file",
        "events_come_in_order_and_end",
        "delivery_is_observed",
    ),
    "transcripts": (
        "words_are_ordered_and_inside",
        "words_join_to_the_text",
        "formats_of_one_clip_agree",
        "the_duration_is_that_of_the_clip",
        "the_words_of_a_known_clip_are_right",
        "speakers_are_among_the_known",
        "language_codes_are_valid",
        "timestamps_can_be_left_out",
        "plain_text_is_the_text",
        "granularities_are_honoured",
        "a_stream_ends_with_the_whole_text",
    ),
    "images": ("as_many_pictures_come_as_were_asked_for", "a_picture_is_what_was_asked_for"),
    "buttons": (
        "a_button_leads_to_another_task",
        "a_button_of_another_task_does_not_work",
        "a_button_of_another_account_does_not_work",
        "whatever_makes_a_task_comes_to_an_end",
    ),
    "embeddings": (
        "shorter_vectors_come_if_asked_for",
        "equal_texts_have_equal_vectors_in_their_order",
        "vectors_in_base64_are_those_in_numbers",
        "vectors_are_of_unit_length",
        "vectors_are_as_long_as_documented",
    ),
    "chat": (
        "longer_texts_have_more_tokens",
        "the_most_tokens_are_honoured",
        "as_many_answers_come_as_are_asked_for",
        "an_answer_ends_before_a_stop",
        "events_of_an_answer_come_in_order_and_end",
        "events_joined_are_the_whole_answer",
        "tokens_come_in_events_if_asked_for",
        "a_json_object_comes_if_asked_for",
        "a_demanded_tool_is_called",
        "usage_adds_up",
    ),
    "forward": ("answers_hold_only_what_is_documented",),
}

KNOWN = frozenset(f"{family}.{name}" for family, names in CLAIMS.items() for name in names)

# -- claims that are about several plants
SHAPE = ("schema.every_answer_seen_fits_its_documented_shape", "schema.schemathesis_finds_nothing")
EXAMPLES = (*SHAPE, "preflight.every_documented_example_is_answered_as_documented")
READINGS = "ambiguities.the_endpoint_follows_one_of_the_documented_readings"
ROW = "errors.an_error_is_answered_as_documented"
BAD_MEMBER = "errors.a_bad_member_is_refused_as_documented"
DURATION = "transcripts.the_duration_is_that_of_the_clip"
