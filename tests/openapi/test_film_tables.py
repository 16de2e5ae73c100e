"""What is said of films, counts of tasks and video leads to fields, members, operations, states and codes."""

from __future__ import annotations

from typing import Any

import pytest

from mockvoice.openapi.checks import check_document
from mockvoice.openapi.pointer import replace
from tests.harness.specs import document

CREATE = "/paths/~1api~1open~1lip-sync~1create/post"
COUNTS = "/x-voice-tasks/lip-sync/counts"


@pytest.mark.parametrize(
    ("pointer", "value", "said"),
    [
        (f"{CREATE}/x-voice-film/video", "video", f"{CREATE}/x-voice-film/video: no such field of the request"),
        (f"{CREATE}/x-voice-film/audio", "audio", f"{CREATE}/x-voice-film/audio: no such field of the request"),
        (f"{CREATE}/x-voice-film/task", "lipsync", "/x-voice-film/task: no machine 'lipsync'"),
        (f"{CREATE}/x-voice-billing/field", "audio", "no field 'audio' in 'createLipSync'"),
        (f"{CREATE}/x-voice-billing/charged", "later", f"{CREATE}/x-voice-billing/charged"),
        ("/x-voice-video/gone/refusal", "video_gone", "/x-voice-video/gone/refusal: no row 'video_gone'"),
        ("/x-voice-video/not-audio", {"refusal": "invalid_video"}, "/x-voice-video"),
        ("/x-voice-tasks/lip-sync/error-at", "/data/why", "the answer of 'queryLipSync' has nothing at /data/why"),
        (f"{COUNTS}/operation", "listLipSyncs", f"{COUNTS}/operation: no operation 'listLipSyncs'"),
        (f"{COUNTS}/at", "/data/stats", "the answer of 'listLipSync' has nothing at /data/stats/total"),
        (f"{COUNTS}/states", {"pending": "pending"}, f"{COUNTS}/states: says nothing of the state 'completed'"),
        (f"{COUNTS}/states/waiting", "pending", f"{COUNTS}/states/waiting: no such state of the machine"),
        ("/x-voice-tasks/lip-sync/fails/with/video_url", "clip-url:nobody.mp4", "no clip 'nobody.mp4' in the fixtures"),
    ],
)
def test_a_slip_is_named(pointer: str, value: Any, said: str) -> None:
    found = check_document(replace(document("fishaudio-net"), pointer, value), "net.yaml")

    assert any(said in one for one in found), found
