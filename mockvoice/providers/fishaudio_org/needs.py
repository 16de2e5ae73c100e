"""What the verbs of this provider read of its spec."""

from __future__ import annotations

from mockvoice.service import video_input
from mockvoice.service.audio_input import BY_URL
from mockvoice.service.needs import COUNT, LIP_SYNC_FIGURES, TEXT, TEXTS, Needs, table_of
from mockvoice.service.speech import SPEECH_FORMATS
from mockvoice.service.voice_needs import CONDITIONS, ERRORS, FIGURES, IDS

NEEDS = Needs(
    figures={
        **FIGURES,
        **LIP_SYNC_FIGURES,
        "voice-deleted-message": TEXT,
        "audio-extensions": TEXTS,
        "audio-file-bytes": COUNT,
        "lip-sync-list-most": COUNT,
        "speech-job-failure": table_of(TEXT),
    },
    conditions={*BY_URL, *CONDITIONS, "too-long"},
    video_conditions=video_input.BY_URL,
    ids=IDS,
    machines=("speech", "lip-sync"),
    files=("speech", "lip-sync"),
    attributes=("user_id", "tier", "credits"),
    other_attributes=("webhookUrl",),
    errors=(*ERRORS, "job_not_found"),
    readings={
        "segments": ("filled",),
        "charged-balance": ("both",),
        "webhook": ("told",),
        "absent-members": ("absent",),
    },
    fields={
        "createTranscription": ("audioUrl",),
        "createVoice": ("name", "visibility", "audioFiles"),
        "listVoices": ("limit", "offset"),
        "deleteVoice": ("voiceId",),
        "createSpeech": ("text", "format"),
        "createSpeechJob": ("text", "format"),
        "getSpeechJob": ("taskId",),
        "createLipSyncJob": ("videoUrl", "audioUrl"),
        "listLipSyncJobs": ("page", "limit"),
        "getLipSyncJob": ("jobId",),
    },
    accounts=(
        *("createTranscription", "getProfile", "updateProfile", "createVoice", "listVoices", "deleteVoice"),
        *("createSpeech", "createSpeechJob", "getSpeechJob"),
        *("createLipSyncJob", "listLipSyncJobs", "getLipSyncJob"),
    ),
    priced=("createSpeech", "createSpeechJob", "createLipSyncJob"),
    forms={"createSpeech": SPEECH_FORMATS, "createSpeechJob": SPEECH_FORMATS},
)
