"""What the verbs of this provider read of its spec."""

from __future__ import annotations

from mockvoice.service.audio_input import BY_UPLOAD
from mockvoice.service.needs import (
    ANY_TABLE,
    COUNT,
    FLAG,
    NUMBER,
    TEXT,
    TEXTS,
    Needs,
    list_of,
    one_of,
    record,
    snake_record,
    table_of,
)
from mockvoice.service.speech import SPEECH_FORMATS
from mockvoice.service.transcription_formats import TRANSCRIPT_FORMS

_PLACE = snake_record(
    inference_countries=TEXTS, hq_country=TEXT, license=TEXT, on_prem=FLAG, open_weights=FLAG, certifications=TEXTS
)
_HEARING = {"formats": list_of(one_of(TRANSCRIPT_FORMS)), "file_format": TEXT}
# What may speak against a provider; see sovereignty.py.
REASONS = (
    "no-countries", "countries", "on-prem", "certification", "open-weights", "headquarters", "no-licenses", "license",
)  # fmt: skip
_AUDIO = ("createSpeech", "createTranscription", "createTranslation")

NEEDS = Needs(
    figures={
        "speech-models": table_of(record(sse=TEXT)),
        "transcription-models": table_of(record(**_HEARING, usage=TEXT, stream=TEXT, logprobs=TEXT, diarizes=FLAG)),
        "translation-models": table_of(record(**_HEARING)),
        "audio-extensions": TEXTS,
        "upstream-upload-bytes": COUNT,
        "shortest-seconds": NUMBER,
        "unchunked-seconds": NUMBER,
        "reference-seconds": record(shortest=NUMBER, longest=NUMBER),
        "default-granularities": TEXTS,
        "granularities-without-verbose-json": one_of(("refused", "ignored")),
        "sse-delivery": one_of(("whole", "incremental")),
        "audio-tokens": record(tokens=COUNT, milliseconds=COUNT),
        "code-points-per-token": COUNT,
        "microcents-per-cent": COUNT,
        "budget-warning-per-cent": COUNT,
        "window-names": table_of(TEXT),
        "routing-scopes": record(outer=table_of(TEXT), inner=table_of(TEXT)),
        "scope-names": table_of(TEXT),
        "model-refusal": one_of(("model_not_allowed", "model_not_allowed_here")),
        "upstream-unreachable": TEXT,
        "subsystems": table_of(record(message=TEXT, needed=FLAG)),
        "dynamic-providers": table_of(table_of(TEXT)),
        "operation-words": table_of(table_of(TEXT)),
        "default-provider": TEXT,
        "sovereignty-reasons": table_of(TEXT, *REASONS),
        "gateway-providers": table_of(record(audio=FLAG, sovereignty=_PLACE)),
        "models": list_of(ANY_TABLE),
        "health": ANY_TABLE,
        "older-voices": TEXTS,
        "model-problems": table_of(TEXT),
        "json-problems": table_of(TEXT),
        "json-types": table_of(TEXT),
    },
    conditions=(*BY_UPLOAD, "too-short"),
    other_attributes=("scopes", "addresses", "models", "denied_models", "without_cache", "member_of"),
    errors=(
        "insufficient_scope",
        "ip_not_allowed",
        "cache_required",
        "authorization_denied",
        "provider_error",
        "unhealthy",
        "not_ready",
        "sovereignty_violation",
        "unsupported_provider",
        "provider_resolution_error",
        "routing_error",
        "upstream_model_not_found",
        "upstream_too_large",
        "upstream_format_incompatible",
        "upstream_prompt_unsupported",
        "upstream_bad_reference",
        "upstream_chunking_required",
        "upstream_empty_input",
        "upstream_voice",
        "upstream_unsupported",
    ),
    fields={
        "createSpeech": ("model", "input", "voice", "speed", "response_format", "stream_format"),
        "createTranscription": ("model", "file", "response_format"),
        "createTranslation": ("model", "file", "response_format"),
    },
    priced=_AUDIO,
    forms={one: SPEECH_FORMATS if one == "createSpeech" else TRANSCRIPT_FORMS for one in _AUDIO},
)
