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
        "a_refusal_over_a_limit_agrees_with_its_headers",
        "windows_reset",
    ),
    "gateway": (
        "budget_warnings_tell_the_truth",
        "what_is_used_and_what_remains_is_the_limit",
        "no_more_than_one_of_too_many_calls_has_to_wait",
        "a_key_is_good_for_its_scopes_alone",
        "a_listed_model_leads_somewhere",
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
        "counts_add_up",
        "counts_are_those_of_the_lists",
        "a_task_that_fails_costs_nothing",
        "a_result_stands_there_only_after_success",
    ),
    "films": (
        "a_film_has_pictures_and_sound",
        "a_film_is_as_long_as_its_audio",
        "a_film_is_whole",
        "a_film_stays_what_it_is",
    ),
    "collections": (
        "pages_add_up_to_the_total",
        "a_page_has_the_size_asked_for",
        "a_page_beyond_the_end_is_empty",
        "a_filter_only_narrows",
        "what_is_made_is_listed_at_once",
        "what_is_made_is_hidden_from_another_account",
        "what_is_deleted_is_gone",
    ),
    "searching": (
        "the_order_asked_for_is_kept",
        "a_filter_lets_through_what_fits_and_nothing_else",
        "a_text_with_a_letter_wrong_is_found",
        "what_is_made_is_used_by_its_account_alone",
    ),
    "audio": (
        "audio_is_what_its_type_says",
        "audio_is_whole",
        "audio_is_not_silence",
        "the_duration_suits_the_text",
        "longer_texts_last_longer",
        "speed_halves_the_duration",
        "volume_makes_it_louder",
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
    "bodies": (
        "messagepack_is_answered_as_json_is",
        "malformed_messagepack_is_refused",
        "messagepack_is_judged_by_the_same_schema",
    ),
    "files": (
        "an_address_that_was_told_serves_its_file",
        "a_file_is_the_same_each_time",
        "a_file_holds_the_speech_that_was_asked_for",
        "a_job_leads_to_the_speech_of_its_text",
        "a_file_costs_what_was_spoken_and_its_download_nothing",
    ),
    "sockets": (
        "messages_come_in_documented_order",
        "every_message_fits_its_schema",
        "every_audio_message_is_followed_by_one_binary_frame",
        "done_ends_a_text",
        "stop_is_answered",
        "joined_audio_is_what_its_format_says",
        "joined_audio_is_whole_and_to_be_heard",
        "texts_are_spoken_in_order",
        "nothing_is_said_after_stopped",
        "the_charge_is_that_of_the_text",
        "a_wrong_token_is_refused",
        "an_unknown_voice_is_an_error",
        "a_fault_is_told_as_documented",
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
    "images": ("as_many_pictures_come_as_were_asked_for", "a_picture_is_what_was_asked_for"),
    "buttons": (
        "a_button_leads_to_another_task",
        "a_button_of_another_task_does_not_work",
        "a_button_of_another_account_does_not_work",
        "whatever_makes_a_task_comes_to_an_end",
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
