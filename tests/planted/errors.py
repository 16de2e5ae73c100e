"""Plants that refuse wrongly, or do not refuse."""

from __future__ import annotations

from typing import Any

import orjson

from mockvoice.core.settings import Settings
from mockvoice.openapi.pointer import remove, replace
from mockvoice.service.call import Call
from mockvoice.service.provider import Provider
from mockvoice.web.exchange import Receive, Scope, Send
from tests.planted.claims import BAD_MEMBER, READINGS, ROW, SHAPE
from tests.planted.faithful import account, before, patched, verbs_around, with_spec
from tests.planted.plant import App, Build, Kind, Plant
from tests.planted.wrapping import (
    ERRORS,
    JSON,
    Answer,
    Asked,
    Body,
    Unguarded,
    Wrapped,
    changing,
    changing_heads,
    editing,
)

TRANSCRIBE = "/paths/~1api~1open~1v1~1speech~1transcriptions/post"
SPEAK = "/paths/~1api~1v1~1audio~1speech/post"
WRONG_KEY = "errors.a_wrong_key_is_refused"
# Whatever looks at the body of a refusal.
REFUSALS = (
    *SHAPE,
    ROW,
    BAD_MEMBER,
    WRONG_KEY,
    "errors.malformed_json_is_refused",
    "errors.a_missing_key_is_refused",
    "errors.an_unknown_path_is_refused",
    "errors.a_wrong_method_is_refused_and_names_the_right_ones",
    "errors.the_documented_fault_speaks_first",
    "forms.a_form_without_its_file_is_refused",
    "forms.wrong_part_names_are_refused",
    "forms.a_broken_form_is_refused",
    "forms.numbers_and_booleans_in_forms_are_strict",
)
NO_KEY = ("errors.a_missing_key_is_refused", WRONG_KEY, ROW)


def _message_for_error(body: dict[str, Any]) -> None:
    if "error" in body:
        body["message"] = body.pop("error")


def _flat(body: dict[str, Any]) -> None:
    body.update(body.pop("error", {}))


def _no_request_id(body: dict[str, Any]) -> None:
    del body["requestId"]


def _no_type(body: dict[str, Any]) -> None:
    body.get("error", {}).pop("type", None)


def _as_text(_asked: Asked, answer: Answer) -> None:
    answer.put(b"content-type", b"text/plain; charset=utf-8")


def _no_allow(_asked: Asked, answer: Answer) -> None:
    answer.put(b"allow", None)


def _page(asked: Asked, answer: Answer) -> None:
    if asked.operation:
        return
    answer.put(b"content-type", b"text/html; charset=utf-8")
    answer.body = b"<!doctype html>\n<title>Not found</title>\n<h1>Not found</h1>\n"


def _unguarded(operation: str) -> Build:
    return lambda settings: Unguarded(patched(settings), operation)


def _revoked_is_active(settings: Settings) -> App:
    app = patched(settings)
    account(app, "revoked").standing = "active"
    return app


def _slow_down(call: Call) -> None:
    if call.fields["speed"] is not None:
        call.fields["speed"] = min(call.fields["speed"], 4.0)


def _in_order(operation: str, *order: str) -> Build:
    """Build a simulator one of whose operations, at a pointer, is checked in another order."""

    def edit(document: dict[str, Any]) -> dict[str, Any]:
        own = {**document["x-voice-precedence"], "order": [*order]}
        return dict(replace(document, f"{operation}/x-voice-precedence", own))

    return lambda settings: patched(settings, document=edit)


class BadJsonIsEmpty(Wrapped):
    """Reads a JSON body that cannot be read as an empty object."""

    def __init__(self, app: App, operation: str) -> None:
        super().__init__(app)
        self._operation = operation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.is_of_the_provider(scope) or self.asked(scope).operation != self._operation:
            await self.app(scope, receive, send)
            return
        body = await Body.of(receive)
        try:
            orjson.loads(body.data or b"{}")
        except ValueError:
            body = Body(b"{}")
            others = [one for one in scope["headers"] if one[0] != b"content-length"]
            scope = {**scope, "headers": [*others, (b"content-length", b"2")]}
        await self.app(scope, body.receive, send)


def _any_speed(settings: Settings) -> App:
    """Take a speed above the maximum for the maximum."""
    pointer = "/components/schemas/SpeechRequest/properties/speed/maximum"

    def verbs(provider: Provider) -> Provider:
        return verbs_around(("createSpeech",), before(_slow_down))(provider)

    return patched(settings, document=lambda document: dict(remove(document, pointer)), verbs=verbs)


PLANTS = (
    Plant(
        name="org-402-as-403",
        provider="fishaudio-org",
        kind=Kind.STATUS_SWAPPED,
        summary="short credits are told with 403 instead of 402",
        build=with_spec({"/x-voice-errors/insufficient_credits/status": 403}),
        found_by=(ROW, "credits.credit_for_one_call_is_good_for_exactly_one"),
        fact="/x-voice-errors/insufficient_credits/status",
        needs=("funded", "empty", "low"),
    ),
    Plant(
        name="hadrian-422-as-400",
        provider="hadrian",
        kind=Kind.STATUS_SWAPPED,
        summary="JSON of another shape is refused with 400 instead of 422",
        build=with_spec({"/x-voice-errors/json_data/status": 400}),
        found_by=(ROW, BAD_MEMBER, READINGS),
        fact="/x-voice-errors/json_data/status",
    ),
    Plant(
        name="net-message-for-error",
        provider="fishaudio-net",
        kind=Kind.ENVELOPE,
        summary="the member error of every refusal that has one is called message",
        build=editing(_message_for_error, statuses=ERRORS),
        found_by=REFUSALS,
        fact="/components/schemas/Error/required",
    ),
    Plant(
        name="hadrian-flat-errors",
        provider="hadrian",
        kind=Kind.ENVELOPE,
        summary="JSON errors come without the object error around them",
        build=editing(_flat, statuses=ERRORS),
        found_by=(*REFUSALS, READINGS),
        fact="/components/schemas/Error/required",
    ),
    Plant(
        name="org-request-id-missing",
        provider="fishaudio-org",
        kind=Kind.ERROR_MEMBER,
        summary="refusals carry no requestId",
        build=editing(_no_request_id, statuses=ERRORS),
        found_by=REFUSALS,
        fact="/components/schemas/Error/required",
    ),
    Plant(
        name="aitre-error-type-missing",
        provider="aitre",
        kind=Kind.ERROR_MEMBER,
        summary="refusals do not tell the type of the error",
        build=editing(_no_type, statuses=ERRORS),
        found_by=(*REFUSALS, READINGS),
        fact="/components/schemas/MiddlewareError/properties/error/required",
    ),
    Plant(
        name="org-errors-as-text",
        provider="fishaudio-org",
        kind=Kind.CONTENT_TYPE,
        summary="refusals are JSON that is declared to be text/plain",
        build=changing_heads(_as_text, statuses=ERRORS, media=JSON),
        found_by=REFUSALS,
        fact="/components/responses/Unauthorized/content",
    ),
    Plant(
        name="voiceapi-allow-missing",
        provider="voiceapi",
        kind=Kind.MISSING_ALLOW,
        summary="a wrong method is refused without Allow",
        build=changing_heads(_no_allow, statuses=(405,)),
        found_by=(*SHAPE, "errors.a_wrong_method_is_refused_and_names_the_right_ones", ROW),
        fact="/components/responses/MethodNotAllowed/headers/Allow",
    ),
    Plant(
        name="aitre-page-for-unknown-path",
        provider="aitre",
        kind=Kind.HTML_PAGE,
        summary="an unknown path is answered with a page of HTML",
        build=changing(_page, statuses=(404,)),
        found_by=("errors.an_unknown_path_is_refused", ROW, READINGS),
        fact="/x-voice-errors/not_found/body",
    ),
    Plant(
        name="net-open-profile",
        provider="fishaudio-net",
        kind=Kind.AUTH_SKIPPED,
        summary="the profile by POST answers whoever asks, with the funded account",
        build=_unguarded("postProfile"),
        found_by=NO_KEY,
        fact="/paths/~1api~1open~1profile/post/security",
    ),
    Plant(
        name="hadrian-open-models",
        provider="hadrian",
        kind=Kind.AUTH_SKIPPED,
        summary="the list of models needs no key",
        build=_unguarded("listModels"),
        found_by=NO_KEY,
        fact="/x-voice-errors/missing_credentials/operations",
    ),
    Plant(
        name="org-revoked-key",
        provider="fishaudio-org",
        kind=Kind.REVOKED_KEY,
        summary="a key that was taken back still works",
        build=_revoked_is_active,
        found_by=(ROW, WRONG_KEY),
        fact="/x-voice-errors/unauthorized/when",
        needs=("funded", "revoked"),
    ),
    Plant(
        name="org-body-token",
        provider="fishaudio-org",
        kind=Kind.BODY_TOKEN,
        summary="a transcription takes the key as the body member token as well, as the first generation does",
        build=with_spec({"/paths/~1api~1open~1v1~1speech~1transcriptions/post/x-voice-body-credential": "token"}),
        found_by=("errors.a_key_in_the_body_counts_only_where_documented",),
        fact="/components/securitySchemes/bearer",
    ),
    Plant(
        name="aitre-body-token",
        provider="aitre",
        kind=Kind.BODY_TOKEN,
        summary="a speech takes the key as the body member token as well",
        build=with_spec({"/paths/~1v1~1audio~1speech/post/x-voice-body-credential": "token"}),
        found_by=("errors.a_key_in_the_body_counts_only_where_documented",),
        fact="/components/securitySchemes/bearer",
    ),
    Plant(
        name="net-flag-of-any-type",
        provider="fishaudio-net",
        kind=Kind.VALIDATION_SKIPPED,
        summary="ignore_timestamps may be of any type, a text or a number as well",
        build=with_spec(without=("/components/schemas/SpeechToTextRequest/properties/ignore_timestamps/type",)),
        found_by=(BAD_MEMBER, ROW, "schema.schemathesis_finds_nothing"),
        fact="/components/schemas/SpeechToTextRequest/properties/ignore_timestamps/type",
    ),
    Plant(
        name="aitre-any-temperature",
        provider="aitre",
        kind=Kind.VALIDATION_SKIPPED,
        summary="the temperature of a transcription may be any text",
        build=with_spec(
            {"/components/schemas/TranscriptionRequest/properties/temperature": {"type": "string", "default": "0"}}
        ),
        found_by=(BAD_MEMBER, ROW, "forms.numbers_and_booleans_in_forms_are_strict"),
        fact="/components/schemas/TranscriptionRequest/properties/temperature",
    ),
    Plant(
        name="net-bad-json-is-empty",
        provider="fishaudio-net",
        kind=Kind.MALFORMED,
        summary="the profile by POST takes a body that is no JSON for an empty object",
        build=lambda settings: BadJsonIsEmpty(patched(settings), "postProfile"),
        found_by=("errors.malformed_json_is_refused", ROW),
        fact="/x-voice-errors/malformed_body",
    ),
    Plant(
        name="hadrian-any-speed",
        provider="hadrian",
        kind=Kind.VALIDATION_SKIPPED,
        summary="a speed above 4 is taken for 4 instead of being refused",
        build=_any_speed,
        found_by=(BAD_MEMBER, ROW, "schema.schemathesis_finds_nothing"),
        fact="/components/schemas/SpeechRequest/properties/speed/maximum",
    ),
    Plant(
        name="org-body-before-key",
        provider="fishaudio-org",
        kind=Kind.PRECEDENCE_SWAPPED,
        summary="a bad body of a transcription is refused before a bad key",
        build=_in_order(TRANSCRIBE, "path", "body", "validate", "auth", "limits", "media", "credits"),
        found_by=("errors.the_documented_fault_speaks_first",),
        fact="/x-voice-precedence/order",
    ),
    Plant(
        name="hadrian-body-before-budget",
        provider="hadrian",
        kind=Kind.PRECEDENCE_SWAPPED,
        summary="a bad body of a speech is refused before a spent budget",
        build=_in_order(SPEAK, "path", "auth", "limits", "body", "validate", "credits", "media"),
        found_by=("errors.the_documented_fault_speaks_first",),
        fact="/x-voice-precedence/order",
        needs=("funded", "empty"),
    ),
)
