"""What is different about each plant, step by step of the battery. What does not stand here is as in the simulator.

Longer than other modules because it is one table, to be read beside the list of plants.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.harness.wire import Answer
from tests.planted.difference import fits

# Steps by name, several with | between them and … for any text; or by what the simulator answers.
Selector = str | Callable[[Answer], bool]
# A last line that begins so may come again and again.
AGAIN = "* "


@dataclass(frozen=True)
class Expected:
    """Every step that is selected differs in exactly these lines, no other does.

    `moved` are counters and balances that follow from it: they may differ anywhere.
    """

    steps: Mapping[Selector, Sequence[str]]
    moved: Sequence[str] = ()

    def problems(self, found: Mapping[str, Sequence[str]], right: Mapping[str, Answer]) -> list[str]:
        """Return what is not as expected; `found` has the differences by step."""
        problems = []
        hit: set[Selector] = set()
        for step, lines in found.items():
            selector = next((one for one in self.steps if selects(one, step, right[step])), None)
            wanted = self.steps[selector] if selector is not None else ()
            left = [one for one in lines if not any(fits(pattern, one) for pattern in self.moved)]
            if not _agree(wanted, left):
                problems.append(f"{step}: {left}")
            if selector is not None:
                hit.add(selector)
        return problems + [f"no step is selected by {one}" for one in self.steps if one not in hit]


def selects(selector: Selector, step: str, answer: Answer) -> bool:
    if callable(selector):
        return selector(answer)
    return any(fits(one, step) for one in selector.split("|"))


def _agree(wanted: Sequence[str], lines: Sequence[str]) -> bool:
    if wanted and wanted[-1].startswith(AGAIN):
        *wanted, again = wanted
        rest = lines[len(wanted) :]
        repeated = again.removeprefix(AGAIN)
        return bool(rest) and all(fits(repeated, one) for one in rest) and _agree(wanted, lines[: len(wanted)])
    return len(wanted) == len(lines) and all(fits(one, line) for one, line in zip(wanted, lines, strict=True))


# -- selectors -----------------------------------------------------------------------------------------


def is_json_refusal(answer: Answer) -> bool:
    return answer.status >= 400 and answer.media == "application/json"


def has_error(answer: Answer) -> bool:
    return is_json_refusal(answer) and "error" in answer.json()


def is_anything(answer: Answer) -> bool:
    return answer.status > 0


def is_no_file(answer: Answer) -> bool:
    """Say whether an answer is the provider's own: files are served beside it."""
    return "accept-ranges" not in answer.headers


def has_header(*names: str) -> Callable[[Answer], bool]:
    return lambda answer: all(name in answer.headers for name in names)


def is_over_the_quota(answer: Answer) -> bool:
    return answer.status == 429 and b"MONTHLY quota" in answer.body


def has_counted(answer: Answer) -> bool:
    """Say whether calls were counted for this account, and more may be made."""
    limit, left = (int(answer.headers.get(f"x-ratelimit-{name}", 0)) for name in ("limit", "remaining"))
    return limit > left > 0


def has_counted_well(answer: Answer) -> bool:
    return answer.status == 200 and "x-ratelimit-remaining" in answer.headers


def is_speech(*media: str) -> Callable[[Answer], bool]:
    return lambda answer: answer.status == 200 and answer.media.startswith(media or ("audio/",))


FILES = "file|file again"


def is_a(kind: str) -> Callable[[Answer], bool]:
    """Say whether an answer is an object of OpenAI's that calls itself so."""
    return lambda answer: (
        answer.status == 200 and answer.media == "application/json" and answer.json().get("object") == kind
    )


def has_vector(answer: Answer) -> bool:
    return is_a("list")(answer) and isinstance(answer.json().get("data", [{}])[0].get("embedding"), list)


def has_used_more(answer: Answer) -> bool:
    """Say whether more than one call was counted in the window of tokens, and this one was answered."""
    return answer.status == 200 and int(answer.headers.get("x-tokenratelimit-used", 0)) > 1000


# Both are films: what a decoder finds in them is in tests/test_planted_sound.py.
_ANOTHER_FILM = "body: b'…ftypisom… → b'…ftypisom…"
# What comes with a speech that should have been refused before anything was counted.
_SPOKEN = (
    "x-character-count: gone → 32",
    "x-cost-microcents: gone → 480",
    "x-model: gone → tts-1",
    "x-provider: gone → openai",
    "x-provider-source: gone → static",
    "* …",
)
ON_LOW = "two at once on credit for one #1"
NET_HEARD = f"example|clip|no times|four at once #…|{ON_LOW}"
ORG_HEARD = "example|clip|four at once #…|credit for one"
LATER_ON_LOW = "one more on credit for one|a third on credit for one"
DONE = "… done|… done, twice|… done, three times"
_GONE_FOR_NOW = (
    "/task_id: … → gone",
    "/status: … → gone",
    "/progress: … → gone",
    "/result: … → gone",
    "/detail: gone → 'Task not found'",
)
REREAD = "… done, twice|… done, three times"
MORE_QUOTA = ("x-ratelimit-requests-remaining: … → …",)
MORE_CALLS = (
    "x-ratelimit-remaining: … → …",
    "x-tokenratelimit-remaining: … → …",
    "x-tokenratelimit-used: … → …",
)

# What follows later in the run of fishaudio-net from a balance that is another.
SPENT_OTHERWISE: Mapping[Selector, Sequence[str]] = {
    "told where|told where in Greek letters": ("/quota_remaining: … → …",),
    "profile after speech": ("/api_quota_remaining: … → …",),
}

# -- refusals that are answered after all --------------------------------------------------------------

_NET_HEARD_NOW = (
    "/text: gone → …",
    "/duration: gone → …",
    "/segments: gone → …",
    "/credits_used: gone → …",
    "/quota_remaining: gone → …",
)
_NET_NOT_REFUSED = ("/error: … → gone", "/details: … → gone", "/code: … → gone")
_PROFILE = (
    "/user_id: gone → 'user_123'",
    "/api_quota_remaining: gone → …",
    "/tier: gone → 'pro'",
    "/credits: gone → 1200",
)
_ORG_NOT_REFUSED = ("/code: … → gone", "/message: … → gone", "/requestId: '<id>' → gone")
_ORG_HEARD_NOW = (*_ORG_NOT_REFUSED, *_NET_HEARD_NOW)
_AITRE_SPOKEN_NOW = (
    "content-type: application/json → audio/mpeg",
    "openai-version: gone → 2020-10-01",
    "body: … → b'ID3…",
)
_RATES = (
    "x-ratelimit-limit: gone → …",
    "x-ratelimit-remaining: gone → …",
    "x-ratelimit-reset: gone → …",
    "x-tokenratelimit-limit: gone → …",
    "x-tokenratelimit-remaining: gone → …",
    "x-tokenratelimit-used: gone → …",
)
_QUEUED = (
    "status: 404 → 200",
    "/detail: 'Task not found' → gone",
    "/task_id: gone → …",
    "/status: gone → 'queued'",
    "/progress: gone → 0",
    "/result: gone → None",
)

# What follows later from a balance that is another: what jobs leave, and what a profile tells before and after one.
_Steps = Mapping[Selector, Sequence[str]]
_BALANCES: _Steps = {"balance before a failure|balance after a failure": ("/api_quota_remaining: … → …",)}
_OWN_JOB: _Steps = {"job made": ("/data/remaining_credits: … → …",)}
_OTHER_JOB: _Steps = {"job made by another account": ("/data/remaining_credits: … → …",)}
_NET_LATER: _Steps = {**_BALANCES, **_OWN_JOB}
_NET_LATER_OTHER: _Steps = {**_BALANCES, **_OTHER_JOB}
_NET_LATER_BOTH: _Steps = {**_NET_LATER, **_OTHER_JOB}
_ORG_LATER: _Steps = {**_BALANCES, "spoken into a file": ("/quota_remaining: … → …",)}

EXPECTED: Mapping[str, Expected] = {
    # -- answers
    "net-duration-missing": Expected({NET_HEARD: ("/duration: … → gone",)}),
    "net-segments-null": Expected({NET_HEARD: ("/segments: [… → None",)}),
    "org-quota-renamed": Expected({ORG_HEARD: ("/quota_remaining: … → gone", "/quotaRemaining: gone → …")}),
    "org-duration-as-text": Expected(
        {"clip": ("/duration: 2.352 → '2.352'",), ORG_HEARD: ("/duration: 12.4 → '12.4'",)}
    ),
    "org-duration-in-milliseconds": Expected(
        {"clip": ("/duration: 2.352 → 2352.0",), ORG_HEARD: ("/duration: 12.4 → 12400.0",)}
    ),
    "hadrian-other-task": Expected(
        {"heard as verbose_json|heard with words|heard with speakers": ("/task: 'transcribe' → 'transcription'",)}
    ),
    "voiceapi-state-completed": Expected({DONE: ("/status: 'succeeded' → 'completed'",)}),
    "hadrian-request-id-missing": Expected({"models|models again|budget nearly spent": ("x-request-id: <id> → gone",)}),
    "aitre-speech-as-octets": Expected({is_speech(): ("content-type: audio/… → application/octet-stream",)}),
    # -- errors
    "org-402-as-403": Expected(
        {
            f"{LATER_ON_LOW}|error: empty-account …|error: second-call-on-a-low-account …": ("status: 402 → 403",),
            "error: no-credit-for-speech …": ("status: 402 → 403",),
        }
    ),
    "hadrian-422-as-400": Expected(
        {"error: member-missing …|error: member-of-a-wrong-type …|error: unknown-voice …": ("status: 422 → 400",)}
    ),
    "net-message-for-error": Expected({has_error: ("/error: … → gone", "/message: gone → …")}),
    "hadrian-flat-errors": Expected({has_error: ("/error: … → gone", "* /…: gone → …")}),
    "org-request-id-missing": Expected({is_json_refusal: ("/requestId: '<id>' → gone",)}),
    "aitre-error-type-missing": Expected({has_error: ("/error/type: … → gone",)}),
    "org-errors-as-text": Expected({is_json_refusal: ("content-type: application/json → text/plain; charset=utf-8",)}),
    "voiceapi-allow-missing": Expected({has_header("allow"): ("allow: … → gone",)}),
    "aitre-page-for-unknown-path": Expected(
        {
            "error: unknown-path …": (
                "content-type: application/json → text/html; charset=utf-8",
                "body: {'error': … → '<!doctype html>…",
            )
        }
    ),
    "net-open-profile": Expected(
        {
            "error: no-token postProfile|error: unknown-token… postProfile|error: revoked-token postProfile"
            "|error: malformed-header postProfile": ("status: 401 → 200", *_NET_NOT_REFUSED, *_PROFILE)
        }
    ),
    "hadrian-open-models": Expected(
        {
            "error: no-key listModels|error: bearer-without-prefix listModels|error: unknown-key listModels"
            "|error: revoked-key listModels|error: expired-key listModels"
            "|error: header-key-without-prefix listModels": (
                "status: 401 → 200",
                "/error: … → gone",
                "/data: gone → …",
            )
        },
        moved=(*_RATES, *MORE_CALLS),
    ),
    "org-revoked-key": Expected(
        {
            # What costs and what leads to a job is let through as everything else.
            "error: revoked-token createSpeechJob": ("status: 401 → 202", "* …"),
            "error: revoked-token createSpeech|error: revoked-token getSpeechJob": ("status: 401 → 200", "* …"),
            "error: revoked-token …LipSync…": ("status: 401 → 200", "* …"),
            "error: revoked-token createTranscription": ("status: 401 → 200", *_ORG_HEARD_NOW),
            "error: revoked-token getProfile": (
                "status: 401 → 200",
                *_ORG_NOT_REFUSED,
                "/user_id: gone → 'user_revoked'",
                "/api_quota_remaining: gone → 987987",
                "/tier: gone → 'pro'",
                "/credits: gone → 5000",
            ),
            "error: revoked-token updateProfile": (
                "status: 401 → 200",
                *_ORG_NOT_REFUSED,
                "/user_id: gone → 'user_revoked'",
                "/api_quota_remaining: gone → 987987",
                "/tier: gone → 'pro'",
                "/credits: gone → 5000",
                "/webhookUrl: gone → 'https://example.com/hooks/speech'",
            ),
            "error: revoked-token listVoices": (
                "status: 401 → 200",
                *_ORG_NOT_REFUSED,
                "/total: gone → 11",
                "* /…: gone → …",
            ),
            "error: revoked-token createVoice": (
                "status: 401 → 201",
                *_ORG_NOT_REFUSED,
                "/id: gone → '<id>'",
                "/name: gone → 'My own voice'",
                "/provider: gone → 'fishaudio'",
            ),
            "error: revoked-token deleteVoice": (
                "status: 401 → 200",
                "/code: … → gone",
                "/message: … → 'Voice deleted'",
                "/requestId: '<id>' → gone",
                "/id: gone → '<id>'",
            ),
        }
    ),
    "org-body-token": Expected({"key in the body": ("status: 401 → 200", *_ORG_HEARD_NOW), **_ORG_LATER}),
    "aitre-body-token": Expected({"key in the body": ("status: 401 → 200", *_AITRE_SPOKEN_NOW)}),
    "net-flag-of-any-type": Expected(
        {
            **_NET_LATER,
            "no times as text|error: flag-not-boolean …": ("status: 400 → 200", *_NET_NOT_REFUSED, *_NET_HEARD_NOW),
            "posted profile": ("/api_quota_remaining: 987995 → 987994",),
            **SPENT_OTHERWISE,
            "error: credits-short-the-other-way …": ("/details: … → …",),
        }
    ),
    "aitre-any-temperature": Expected(
        {
            "temperature of words|error: temperature-too-high createTranscription": (
                "status: 400 → 200",
                "openai-version: gone → 2020-10-01",
                "/error: … → gone",
                "/text: gone → 'Hello, how can I help you today?'",
            )
        }
    ),
    "net-bad-json-is-empty": Expected(
        {"error: body-malformed postProfile": ("status: 400 → 200", *_NET_NOT_REFUSED, *_PROFILE)}
    ),
    "hadrian-any-speed": Expected(
        {
            "too fast|error: too-fast …": (
                "status: 400 → 200",
                "content-type: text/plain; charset=utf-8 → audio/mpeg",
                "x-character-count: gone → 32",
                "x-cost-microcents: gone → 480",
                "x-model: gone → tts-1",
                "x-provider: gone → openai",
                "x-provider-source: gone → static",
                "body: 'speed: Validation error: range' → b'ID3…",
            )
        }
    ),
    "org-body-before-key": Expected(
        {
            "no key and a bad body": (
                "status: 401 → 400",
                "/code: 'unauthorized' → 'invalid_request'",
                "/message: 'Invalid or missing API token' → 'The request payload is invalid.'",
            )
        }
    ),
    "hadrian-body-before-budget": Expected(
        {
            "spent budget and a bad body": (
                "status: 402 → 400",
                "content-type: application/json → text/plain; charset=utf-8",
                "x-budget-current-spend-cents: gone → 10000",
                "x-budget-limit-cents: gone → 10000",
                "x-budget-period: gone → monthly",
                "x-budget-spend-percentage: gone → 1.00",
                "x-budget-warning: gone → true",
                "body: {'error': … → 'Failed to parse the request body as JSON: …",
            )
        },
        moved=MORE_CALLS,
    ),
    # -- money
    "net-price-tripled": Expected(
        {
            **_NET_LATER_BOTH,
            "example": ("/credits_used: 3 → 7", "/quota_remaining: 987997 → 987993"),
            "profile after": ("/api_quota_remaining: 987997 → 987993",),
            "clip|no times|four at once #…": ("/credits_used: 1 → 2", "/quota_remaining: … → …"),
            "profile after four": ("/api_quota_remaining: 987996 → 987992",),
            ON_LOW: (
                "status: 200 → 402",
                "/text: … → gone",
                "/duration: … → gone",
                "/segments: … → gone",
                "/credits_used: … → gone",
                "/quota_remaining: … → gone",
                "/error: gone → 'Insufficient credits'",
                "/remaining_quota: gone → 3",
                "/required_quota: gone → 7",
            ),
            "two at once on credit for one #2|error: second-call-on-a-low-account …": (
                "/remaining_quota: 0 → 3",
                "/required_quota: 3 → 7",
            ),
            **SPENT_OTHERWISE,
            "posted profile": ("/api_quota_remaining: 987995 → 987989",),
            "posted profile, key in the body": ("/api_quota_remaining: 0 → 3",),
            "error: empty-account speechToText": ("/required_quota: 3 → 7",),
            "error: credits-short-the-other-way …": ("/details: … → …",),
        }
    ),
    "aitre-half-price": Expected({"one more on credit for one": ("status: 403 → 200", *_AITRE_SPOKEN_NOW)}),
    "hadrian-bytes-for-code-points": Expected({"text of two-byte letters": ("x-cost-microcents: 120 → 150",)}),
    "org-double-charge": Expected(
        {
            **_ORG_LATER,
            "profile after|profile again": ("/api_quota_remaining: 987987 → 987974",),
            "clip": ("/quota_remaining: 987984 → 987971",),
            "four at once #2": ("/quota_remaining: 987974 → 987961",),
            "four at once #3": ("/quota_remaining: 987961 → 987935",),
            "four at once #4": ("/quota_remaining: 987948 → 987909",),
            "profile after four": ("/api_quota_remaining: 987948 → 987896",),
        }
    ),
    "org-charge-not-booked": Expected(
        {
            **_ORG_LATER,
            "profile after|profile again": ("/api_quota_remaining: 987987 → 988000",),
            "profile after four": ("/api_quota_remaining: 987948 → 988000",),
            "clip": ("/quota_remaining: 987984 → 987997",),
            "four at once #2": ("/quota_remaining: 987974 → 987987",),
            "four at once #3": ("/quota_remaining: 987961 → 987987",),
            "four at once #4": ("/quota_remaining: 987948 → 987987",),
            f"{LATER_ON_LOW}|error: second-call-on-a-low-account …": ("status: 402 → 200", *_ORG_HEARD_NOW),
        }
    ),
    "net-refusals-cost": Expected(
        {
            **_NET_LATER,
            "posted profile": ("/api_quota_remaining: 987995 → 987994",),
            **SPENT_OTHERWISE,
            "error: credits-short-the-other-way …": ("/details: … → …",),
        }
    ),
    "net-balance-before-the-charge": Expected(
        {
            "example": ("/quota_remaining: 987997 → 988000",),
            "clip": ("/quota_remaining: 987996 → 987997",),
            "no times": ("/quota_remaining: 987995 → 987996",),
            "four at once #…": ("/quota_remaining: … → …",),
            ON_LOW: ("/quota_remaining: 0 → 3",),
        }
    ),
    "org-profile-one-look-behind": Expected(
        {
            "profile after": ("/api_quota_remaining: 987987 → 988000",),
            "balance before a failure": ("/api_quota_remaining: 987400 → 987987",),
        }
    ),
    "net-lost-updates": Expected(
        {
            **_NET_LATER_OTHER,
            "four at once #2": ("/quota_remaining: 987998 → 987999",),
            "four at once #3": ("/quota_remaining: 987997 → 987999",),
            "four at once #4": ("/quota_remaining: 987996 → 987999",),
            "profile after four": ("/api_quota_remaining: 987996 → 987999",),
            "two at once on credit for one #2": (
                "status: 402 → 200",
                "/error: 'Insufficient credits' → gone",
                "/remaining_quota: 0 → gone",
                "/required_quota: 3 → gone",
                *_NET_HEARD_NOW,
            ),
            # Asked for by a header of the simulator; it tells what is held, which is nothing here.
            "error: credits-short-the-other-way …": ("/details: 'required 3, … → 'required 0, …",),
        }
    ),
    "org-one-call-too-many": Expected({"one more on credit for one": ("status: 402 → 200", *_ORG_HEARD_NOW)}),
    "hadrian-cost-tenfold": Expected(
        {
            "events of a word": ("x-cost-microcents: 45 → 450",),
            "text of two-byte letters": ("x-cost-microcents: 120 → 1200",),
            has_header("x-character-count", "x-cost-microcents"): ("x-cost-microcents: … → …0",),
        }
    ),
    "hadrian-audio-seconds-doubled": Expected(
        {
            "several segments as srt|heard with speakers": ("x-audio-seconds: 3 → 6",),
            has_header("x-audio-seconds"): ("x-audio-seconds: … → …",),
        }
    ),
    # -- limits
    "hadrian-remaining-stuck": Expected(
        {
            "models": ("x-ratelimit-remaining: 999999 → 1000000",),
            "models again": ("x-ratelimit-remaining: 999998 → 1000000",),
            has_counted_well: ("x-ratelimit-remaining: … → …",),
        }
    ),
    "voiceapi-remaining-by-two": Expected(
        {
            "models": ("x-ratelimit-remaining: 999999 → 999998",),
            "models again": ("x-ratelimit-remaining: 999998 → 999996",),
            has_counted: ("x-ratelimit-remaining: … → …",),
        }
    ),
    "aitre-no-limit": Expected(
        {
            "call over the limit|error: too-often createSpeech": ("status: 429 → 200", *_AITRE_SPOKEN_NOW),
            "error: too-often createTranscription|error: too-often createTranslation": (
                "status: 429 → 200",
                "openai-version: gone → 2020-10-01",
                "/error: … → gone",
                "/text: gone → …",
            ),
            # A button that nobody has: it is looked at now.
            "error: too-often submitAction|error: too-often submitModal": (
                "status: 429 → 400",
                "/error: … → gone",
                "/description: gone → 'task_not_found '",
                "/type: gone → 'upstream_error'",
                "/code: gone → 4",
            ),
            "error: too-often …": ("status: 429 → 200", "/error: … → gone", "* /…: gone → …"),
        }
    ),
    # -- tasks
    "voiceapi-progress-falls": Expected(
        {"… done, twice": ("/progress: 100 → 90",), "… done, three times": ("/progress: 100 → 80",)}
    ),
    "voiceapi-runs-again": Expected({REREAD: ("/status: 'succeeded' → 'running'",)}),
    "voiceapi-audio-early": Expected(
        {
            "audio early": (
                "status: 409 → 200",
                'content-disposition: gone → attachment; filename="<id>.mp3"',
                "content-type: application/json → audio/mpeg",
                "body: {'detail': 'Task is not finished: queued'} → b'ID3…",
            ),
            "error: audio-too-early tts_audio": (
                "status: 409 → 200",
                'content-disposition: gone → attachment; filename="<id>.mp3"',
                "content-type: application/json → audio/mpeg",
                "body: {'detail': 'Task is not finished: queued'} → b'ID3…",
            ),
        },
        moved=MORE_QUOTA,
    ),
    "voiceapi-result-changes": Expected(
        {
            "transcript twice": (
                "/text: 'Hello, how can I help you today?' → 'HELLO, HOW CAN I HELP YOU TODAY?'",
                "/segments/0/text: 'Hello, how can I help you today?' → 'HELLO, HOW CAN I HELP YOU TODAY?'",
            ),
            "plain text": ("/text: 'Hello, how can I help you today?' → 'HELLO, HOW CAN I HELP YOU TODAY?'",),
        }
    ),
    "voiceapi-foreign-tasks": Expected(
        {
            "… of somebody else": (
                "status: 404 → 200",
                "/detail: 'Task not found' → gone",
                "/task_id: gone → '<id>'",
                "/status: gone → 'succeeded'",
                "/progress: gone → 100",
                "/result: gone → …",
            )
        },
        moved=MORE_QUOTA,
    ),
    "voiceapi-unknown-tasks": Expected({"… of somebody else|error: task-of-nobody …_status": _QUEUED}),
    "voiceapi-late-tasks": Expected(
        {
            "tts at once|stt at once|clone at once|… done": ("status: 200 → 404", *_GONE_FOR_NOW),
            "transcript": (
                "status: 200 → 404",
                "/text: … → gone",
                "/segments: … → gone",
                "/detail: gone → 'Task not found'",
            ),
            "transcript early|error: …-too-early …|error: audio-of-a-failed-task …": (
                "status: 409 → 404",
                "/detail: 'Task … → 'Task not found'",
            ),
        },
        moved=MORE_QUOTA,
    ),
    "voiceapi-download-without-name": Expected({"audio": ("content-disposition: … → gone",)}),
    "voiceapi-download-misnamed": Expected(
        {"audio": ('content-disposition: …"<id>.mp3" → attachment; filename="speech.mp3"',)}
    ),
    # -- sound
    "hadrian-speech-cut": Expected({is_speech(): ("body: … → …",)}),
    "voiceapi-link-as-audio": Expected({"audio": ("body: b'ID3… → b'{\"audio_url\": …",)}),
    "aitre-wav-as-mp3": Expected({is_speech("audio/mpeg"): ("body: b'ID3… → b'RIFF…",)}),
    "hadrian-mp3-as-flac": Expected({"flac": ("body: b'fLaC… → b'ID3…",)}),
    "hadrian-wav-twice-the-rate": Expected({is_speech("audio/wav"): ("body: b'RIFF… → b'RIFF…",)}),
    "hadrian-opus-a-tenth-longer": Expected({"opus": ("body: b'OggS… → b'OggS…",)}),
    "aitre-silence": Expected({is_speech(): ("body: … → …",)}),
    "voiceapi-first-word-only": Expected({"audio": ("body: b'ID3… → b'ID3…",)}),
    "aitre-speed-ignored": Expected({"fast mp3": ("body: b'ID3… → b'ID3…",)}),
    # -- events
    "hadrian-events-swapped": Expected(
        {
            "events": ("/0/audio: 'SUQz… → '…", "/1/audio: '… → 'SUQz…"),
            "events of a word": (
                "/0/audio: 'SUQz… → '…",
                "/1/type: 'speech.audio.done' → 'speech.audio.delta'",
                "/1/usage: … → gone",
                "/1/audio: gone → 'SUQz…",
                "/2: gone → {'type': 'speech.audio.done', …",
            ),
        }
    ),
    "hadrian-event-dropped": Expected(
        {
            "events": (
                "/1/type: 'speech.audio.delta' → 'speech.audio.done'",
                "/1/audio: … → gone",
                "/1/usage: gone → …",
                "/2: {'type': 'speech.audio.done', … → gone",
            ),
            "events of a word": ("/0/audio: 'SUQz… → 'SUQz…",),
        }
    ),
    "hadrian-events-without-end": Expected(
        {
            "events": ("/2: {'type': 'speech.audio.done', … → gone",),
            "events of a word": ("/1: {'type': 'speech.audio.done', … → gone",),
        }
    ),
    "hadrian-word-dropped": Expected(
        {
            "heard in events": (
                "/3/delta: ' I' → ' help'",
                "/4/delta: ' help' → ' you'",
                "/5/delta: ' you' → ' today?'",
                "/6/type: 'transcript.text.delta' → 'transcript.text.done'",
                "/6/delta: ' today?' → gone",
                "/6/text: gone → 'Hello, how can I help you today?'",
                "/6/usage: gone → …",
                "/7: {'type': 'transcript.text.done', … → gone",
            )
        }
    ),
    # -- transcripts
    "org-duration-a-tenth-longer": Expected(
        {"clip": ("/duration: 2.352 → 2.587",), ORG_HEARD: ("/duration: 12.4 → 13.64",)}
    ),
    "net-times-kept": Expected(
        {"no times": ("/segments/0: gone → {'text': 'Hello, how can I help you today?', 'start'…",)}
    ),
    "hadrian-no-words": Expected({"heard with words": ("/words: … → gone", "/segments: gone → …")}),
    "hadrian-words-swapped": Expected(
        {
            "heard with words": (
                "/words/0/word: 'Hello,' → 'how'",
                "/words/0/start: 0.099 → 0.993",
                "/words/0/end: 0.975 → 1.083",
                "/words/1/word: 'how' → 'Hello,'",
                "/words/1/start: 0.993 → 0.099",
                "/words/1/end: 1.083 → 0.975",
            )
        }
    ),
    "hadrian-word-missing": Expected({"heard with words": ("/words/6: {'word': 'today?', … → gone",)}),
    "hadrian-srt-shorter": Expected({"heard as srt|several segments as srt": ("body: '1\\n00:00:00,0… → …",)}),
    "aitre-verbose-text-shorter": Expected(
        {"heard as verbose_json": ("/text: 'Hello, how can I help you today?' → 'Hello, how can I help you'",)}
    ),
    "voiceapi-plain-text-shorter": Expected(
        {"plain text": ("/text: 'Hello, how can I help you today?' → 'Hello, how can I help you'",)}
    ),
    "hadrian-no-such-language": Expected({"heard as verbose_json|heard with words": ("/language: 'english' → 'xx'",)}),
    "hadrian-speaker-nobody": Expected(
        {
            "heard with speakers": (
                "/segments/0/speaker: 'A' → 'nobody'",
                "/segments/1/speaker: 'B' → 'nobody'",
                "/segments/2/speaker: 'A' → 'nobody'",
            )
        }
    ),
    # -- files behind addresses, MessagePack, volume
    "net-file-of-another-text": Expected({f"{FILES}|film": ("body: … → …",)}),
    "net-file-gone-at-once": Expected(
        {
            FILES: (
                "status: 200 → 403",
                "accept-ranges: bytes → gone",
                "content-type: audio/mpeg → text/plain",
                "body: … → 'this address has expired'",
            ),
            "film": (
                "status: 200 → 403",
                "accept-ranges: bytes → gone",
                "content-type: video/mp4 → text/plain",
                "body: … → 'this address has expired'",
            ),
        }
    ),
    "net-file-is-a-page": Expected(
        {f"{FILES}|film": ("content-type: … → text/html; charset=utf-8", "body: … → '<!doctype html>…")}
    ),
    "net-file-stamped": Expected({f"{FILES}|film": ("body: … → …",)}),
    "net-file-charged-twice": Expected(
        {
            **_NET_LATER,
            **SPENT_OTHERWISE,
            "error: credits-short-the-other-way speechToText": ("/details: … → …",),
        }
    ),
    "net-characters-as-bytes": Expected(
        {
            **_NET_LATER,
            "told where in Greek letters": ("/characters_used: 9 → 17", "/quota_remaining: … → …"),
            "error: credits-short-the-other-way speechToText": ("/details: … → …",),
            "told where": ("/quota_remaining: … → …",),
            "profile after speech": ("/api_quota_remaining: … → …",),
        }
    ),
    "net-packed-text-lost": Expected({"packed": ("body: … → …",)}),
    "net-packed-is-no-json": Expected(
        {
            **_OWN_JOB,
            "packed": (
                "status: 200 → 400",
                "content-type: audio/mpeg → application/json",
                "body: … → {'error': 'Invalid request parameters'…",
            ),
            "packed without a text|error: packed-malformed textToSpeech|error: body-of-another-type textToSpeech": (
                "/details: … → …",
            ),
        },
        moved=("/details: 'required 3, remaining … → …", "/quota_remaining: … → …", "/api_quota_remaining: … → …"),
    ),
    "net-volume-ignored": Expected({"spoken as loud as may be": ("body: … → …",)}),
    # -- lists
    "voiceapi-lowest-first": Expected({"models by count": ("* /items/…: … → …",)}),
    "voiceapi-tags-ignored": Expected({"models tagged": ("/total: … → …", "* /items/…: … → …")}),
    "voiceapi-titles-as-spelt": Expected({"models misspelt": ("/total: 1 → 0", "/items/0: … → gone")}),
    "voiceapi-clone-unusable": Expected(
        {
            "clone speaks": (
                "status: 202 → 404",
                "/task_id: '<id>' → gone",
                "/status: 'queued' → gone",
                "/progress: 0 → gone",
                "/detail: gone → 'Model not found: …'",
            )
        },
        moved=("x-ratelimit-requests-remaining: … → …",),
    ),
    "voiceapi-clones-of-all": Expected(
        {
            "models of another": ("/total: 320 → …", "* /items/…: … → …"),
            "clone speaks for another": (
                "status: 404 → 202",
                "/detail: 'Model not found: …' → gone",
                "/task_id: gone → '<id>'",
                "/status: gone → 'queued'",
                "/progress: gone → 0",
            ),
        },
        moved=("x-ratelimit-requests-remaining: … → …",),
    ),
    "voiceapi-quota-left": Expected({is_over_the_quota: ("x-ratelimit-requests-remaining: 0 → 7",)}),
    "org-ten-voices-a-page": Expected(
        {
            "second page of voices": (
                "/page: 2 → 1",
                "/pageSize: 3 → 10",
                "/totalPages: 4 → 2",
                "* /items/…: gone → …",
            ),
            "voices called Emma": ("/pageSize: 20 → 10",),
            "voices with a new one|voices of another account|voices after deletions": (
                "/pageSize: 20 → 10",
                "/totalPages: 1 → 2",
                "* /items/…: … → gone",
            ),
        }
    ),
    "net-total-of-the-page": Expected(
        {
            "second page of voices": ("/total: 11 → 3",),
            "voices with a new one|voices of another account|voices after deletions": ("/total: … → 10",),
        }
    ),
    "org-search-ignored": Expected({"voices called Emma": ("/total: 1 → 11", "* /items/…: gone → …")}),
    "net-deleted-voices-listed": Expected(
        {"voices after deletions": ("/total: 13 → 15", "/items/2/title: 'Emma' → 'My own voice'", "* /items/…: … → …")}
    ),
    "org-private-voices-shown": Expected(
        {
            "voices of another account": (
                "/total: 11 → 12",
                "/items/0/name: 'Emma' → 'My own voice'",
                "* /items/…: … → …",
            )
        }
    ),
    "org-deletes-for-anybody": Expected(
        {
            "voice deleted by another account": (
                "status: 404 → 200",
                "/code: … → gone",
                "/message: … → 'Voice deleted'",
                "/requestId: '<id>' → gone",
                "/id: gone → '<id>'",
            ),
            "voices after deletions": ("/total: 13 → 12", "* /items/…: … → …"),
        }
    ),
    "org-deletes-again": Expected(
        {
            "voice deleted twice|error: voice-deleted-twice …": (
                "status: 404 → 200",
                "/code: … → gone",
                "/message: … → 'Voice deleted'",
                "/requestId: '<id>' → gone",
                "/id: gone → '<id>'",
            )
        }
    ),
    "net-deletes-again": Expected(
        {
            "voice deleted twice|error: voice-deleted-twice …": (
                "status: 404 → 200",
                *_NET_NOT_REFUSED,
                "/modelId: gone → '<id>'",
                "/message: gone → 'Model deleted successfully'",
            )
        }
    ),
    # -- sockets: over HTTP they are the simulator (tests/test_planted_sockets.py holds their conversations)
    "net-live-never-ready": Expected({}),
    "net-live-frames-swapped": Expected({}),
    "net-live-frames-first": Expected({}),
    "net-live-done-early": Expected({}),
    "net-live-charged-twice": Expected({}),
    "net-live-any-token": Expected({}),
    "net-live-any-voice": Expected({}),
    "net-live-silence": Expected({}),
    "net-live-stop-ignored": Expected({}),
    # -- texts and vectors
    "aitre-total-of-tokens-off": Expected({is_a("chat.completion"): ("/usage/total_tokens: … → …",)}),
    "aitre-chat-loses-a-delta": Expected(
        {
            "chat in events": (
                "/2/choices/0/delta/content: 'said' → ': He'",
                "/3/choices/0/delta/content: ': He' → 'llo!'",
                "/4/choices/0/delta/content: 'llo!' → gone",
                "/4/choices/0/finish_reason: None → 'stop'",
                "/5: {'id': '<id>', … → '[DONE]'",
                "/6: '[DONE]' → gone",
            )
        }
    ),
    "aitre-chat-never-done": Expected({"chat in events": ("/6: '[DONE]' → gone",)}),
    "aitre-chat-ends-twice": Expected({"chat in events": ("/6: '[DONE]' → {'id': '<id>', …", "/7: gone → '[DONE]'")}),
    "aitre-any-length": Expected(
        {
            "chat of two tokens": (
                "/choices/0/message/content: 'You said' → 'You said: Hello!'",
                "/choices/0/finish_reason: 'length' → 'stop'",
                "/usage/completion_tokens: 2 → 4",
                "/usage/total_tokens: 22 → 24",
            )
        }
    ),
    "aitre-never-stops": Expected(
        {
            "completion up to a stop": (
                "/choices/0/text: 'this is ' → 'this is a test'",
                "/usage/completion_tokens: 2 → 4",
                "/usage/total_tokens: 7 → 9",
            )
        }
    ),
    "aitre-tool-arguments-cut": Expected(
        {"chat with a tool": ("/choices/0/message/tool_calls/0/function/arguments: … → …",)}
    ),
    "aitre-json-with-words": Expected({"chat as json": ("/choices/0/message/content: '{… → 'Here you are: {…",)}),
    "aitre-completion-for-free": Expected({"used by chat": ("/total_usage: 0.009 → 0.005",)}),
    "aitre-usage-in-dollars": Expected({"used by chat": ("/total_usage: 0.009 → 8.99…e-05",)}),
    "aitre-vector-too-long": Expected({has_vector: ("/data/0/embedding/0: … → …", "* /data/…/embedding/…: … → …")}),
    "aitre-dimensions-ignored": Expected(
        {
            "vector|shorter vector|two vectors": ("/data/0/embedding/0: … → …", "* /data/…/embedding/…: … → …"),
            "vector in base64": ("/data/0/embedding: … → …",),
        }
    ),
    "aitre-vectors-backwards": Expected(
        {"two vectors": ("/data/0/embedding/0: … → …", "* /data/…/embedding/…: … → …")}
    ),
    "aitre-base64-of-doubles": Expected({"vector in base64": ("/data/0/embedding: … → …",)}),
    "aitre-files-after-all": Expected(
        {
            "error: not-built…": (
                "status: 501 → 200",
                "/error: … → gone",
                "/object: gone → 'list'",
                "/data: gone → []",
            )
        }
    ),
    # -- gateways
    "hadrian-left-for-spent": Expected(
        {
            "credit for one": ("x-budget-current-spend-cents: 100 → 0",),
            "budget nearly spent": ("x-budget-current-spend-cents: 860 → 140",),
        }
    ),
    "hadrian-share-of-a-hundred": Expected(
        {
            "credit for one": ("x-budget-spend-percentage: 1.00 → 100.00",),
            "budget nearly spent": ("x-budget-spend-percentage: 0.86 → 86.00",),
        }
    ),
    "hadrian-no-warning": Expected({"credit for one|budget nearly spent": ("x-budget-warning: true → gone",)}),
    "hadrian-tokens-used-stuck": Expected({has_used_more: ("x-tokenratelimit-used: … → 1000",)}),
    # Calls of the battery come one after the other: what is told of the limit is all that shows there.
    "hadrian-five-at-once": Expected(
        {"error: eleventh-at-once …": ("/error/message: '… 10 concurrent requests' → '… 5 concurrent requests'",)}
    ),
    "hadrian-scopes-ignored": Expected(
        {"error: key-for-models-alone createSpeech": ("status: 403 → 200", "content-type: … → audio/mpeg", *_SPOKEN)}
    ),
    "hadrian-addresses-ignored": Expected(
        {
            "error: key-of-another-address createSpeech": (
                "status: 403 → 200",
                "content-type: … → audio/mpeg",
                *_SPOKEN,
            ),
            "error: key-of-another-address …": ("status: 403 → 200", "* …"),
        }
    ),
    "hadrian-expired-key": Expected(
        {"error: expired-key …": ("status: 401 → 200", "* …")}, moved=("x-ratelimit-remaining: … → …",)
    ),
    "hadrian-lists-a-stranger": Expected(
        {"models|models again|budget nearly spent": ("/data/12: gone → {'id': 'nobody/tts-2', …",)}
    ),
    # -- pictures
    "aitre-picture-of-another-size": Expected({"pictures in base64": ("* /data/…/b64_json: … → …",)}),
    "aitre-jpeg-called-png": Expected({"picture… in base64": ("* /data/…/b64_json: 'iVBORw0KGgo… → '/9j/…",)}),
    "aitre-one-picture": Expected({"pictures in base64": ("/data/1: … → gone",)}),
    "aitre-text-in-base64": Expected({"picture… in base64": ("* /data/…/b64_json: 'iVBORw0KGgo… → 'YSBwaWN0dXJl…",)}),
    "aitre-drawing-falls-back": Expected({"drawing, twice": ("/progress: '100%' → '90%'",)}),
    "aitre-drawing-nowhere": Expected({"drawing|drawing, twice": ("/imageUrl: 'http… → ''",)}),
    "aitre-foreign-drawings": Expected({"drawing of somebody else": ("status: 400 → 200", "* …: … → …")}),
    "aitre-any-button": Expected(
        {
            "button of another drawing": (
                "/code: 3 → 1",
                "/description: 'The button does not exist' → 'Submit success'",
                "/result: None → '<id>'",
            )
        }
    ),
    # -- benign: what means the same is no difference
    "net-extra-header": Expected({is_no_file: ("x-served-by: gone → edge-7",)}),
    "org-pretty-json": Expected({}),
    "hadrian-other-order": Expected({}),
    "aitre-slower": Expected({}),
    "aitre-in-pieces": Expected({}),
    "voiceapi-extra-member": Expected(
        {
            f"models|models …|… at once|… at once, twice|{DONE}|transcript|transcript twice|plain text": (
                "/served_by: gone → 'edge-7'",
            )
        }
    ),
    # -- jobs
    "net-one-failed-too-many": Expected(
        {
            "jobs listed|second page of jobs|failed jobs|jobs with a new one|listed by body": (
                "/data/statistics/failed: 1 → 2",
            ),
            "jobs of another account": ("/data/statistics/failed: 0 → 1",),
        }
    ),
    "org-total-of-what-is-over": Expected({"jobs with a new one": ("/data/statistics/total: 6 → 5",)}),
    "net-result-early": Expected({"job at once": ("/data/result_url: None → 'https://files.example.com/soon.mp4'",)}),
    "org-failure-unexplained": Expected(
        {"job failed": ("/data/error_message: 'No face was found in the video' → None",)}
    ),
    "org-jobs-of-everybody": Expected(
        {
            "jobs listed": (
                "/data/tasks/5: gone → …",
                "/data/pagination/total: 5 → 6",
                "/data/statistics/total: 5 → 6",
                "/data/statistics/completed: 4 → 5",
            ),
            "jobs with a new one": (
                "/data/tasks/6: gone → …",
                "/data/pagination/total: 6 → 7",
                "/data/statistics/total: 6 → 7",
                "/data/statistics/completed: 4 → 5",
            ),
            "second page of jobs": (
                "/data/pagination/total: 5 → 6",
                "/data/statistics/total: 5 → 6",
                "/data/statistics/completed: 4 → 5",
            ),
            "failed jobs": ("/data/statistics/total: 5 → 6", "/data/statistics/completed: 4 → 5"),
            "jobs of another account": ("* /data/…",),
        }
    ),
    "net-failures-charged": Expected(
        {
            "balance after a failure": ("/api_quota_remaining: 987321 → 987197",),
            "error: credits-short-the-other-way speechToText": ("/details: 'required 3, remaining … → …",),
        }
    ),
    "org-jobs-of-one-text": Expected({"speech of a job": ("body: … → …",)}),
    "org-mute-films": Expected({"film": (_ANOTHER_FILM,)}),
    "net-another-film": Expected({"film": (_ANOTHER_FILM,)}),
}
