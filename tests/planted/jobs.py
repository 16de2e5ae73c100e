"""Plants whose lip-sync and speech jobs are wrong: counted, shown, paid for, or made into a film in the wrong way."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from mockvoice.audio.script import Script, solo
from mockvoice.core.ledger import Hold, Ledger
from mockvoice.core.roll import Roll
from mockvoice.core.settings import Settings
from mockvoice.core.tasks import Task, TaskBook
from mockvoice.service.call import Call
from mockvoice.service.films import MEDIA
from tests.planted.faithful import before, desk_of, patched, with_ledgers, with_verb
from tests.planted.files import OTHER_TEXT, with_shelf
from tests.planted.plant import App, Build, Kind, Plant
from tests.planted.wrapping import editing

COUNTS = "tasks.counts_add_up"
COUNTED = "tasks.counts_are_those_of_the_lists"
SHOWN = "tasks.a_result_stands_there_only_after_success"
FREE = "tasks.a_task_that_fails_costs_nothing"
LISTED = "collections.what_is_made_is_listed_at_once"
HIDDEN = "collections.what_is_made_is_hidden_from_another_account"
FILM = "films.a_film_has_pictures_and_sound"
LENGTH = "films.a_film_is_as_long_as_its_audio"
SPOKEN = "files.a_job_leads_to_the_speech_of_its_text"
NET_LISTS = ("listLipSync", "postListLipSync")
NET_STATUS = ("queryLipSync", "postQueryLipSync")
FIXTURES = Path(__file__).parents[2] / "fixtures"


def _one_more_failed(body: Any) -> None:
    body["data"]["statistics"]["failed"] += 1


def _total_of_what_is_over(body: Any) -> None:
    counts = body["data"]["statistics"]
    counts["total"] = counts["completed"] + counts["failed"]


def _early(body: Any) -> None:
    if body["data"]["status"] in {"pending", "processing"}:
        body["data"]["result_url"] = "https://files.example.com/soon.mp4"


def _unexplained(body: Any) -> None:
    body["data"]["error_message"] = None


class Together(TaskBook):
    """Counts and lists the tasks of everybody, whoever asks."""

    def __init__(self) -> None:
        super().__init__()
        self._every: defaultdict[str, Roll] = defaultdict(Roll)

    def add(self, task: Task) -> None:
        super().add(task)
        self._every[task.machine.name].add(task)

    def roll_of(self, owner: str, kind: str) -> Roll:
        return self._every[kind]


def _together(settings: Settings) -> App:
    app = patched(settings)
    desk_of(app).tasks = Together()
    return app


class ChargesFailures(Ledger):
    """Takes what was set aside for a task, whatever became of it."""

    def settle_later(self, hold: Hold, amount: int, at: float) -> None:
        super().settle_later(hold, hold.amount, at)


def _film_instead(name: str) -> Build:
    """Build a simulator whose films are all the same clip."""

    async def make() -> bytes:
        return (FIXTURES / name).read_bytes()

    return with_shelf(lambda _, file: file._replace(make=make) if file.media == MEDIA else file)


def _says_another_text(call: Call) -> None:
    script: Script = call.notes["script"]
    call.notes["script"] = solo(OTHER_TEXT, script.lines[0].voice, script.speed, script.format)


PLANTS = (
    Plant(
        name="net-one-failed-too-many",
        provider="fishaudio-net",
        kind=Kind.COUNTS,
        summary="the statistics count one failed task too many, which the total does not",
        build=editing(_one_more_failed, NET_LISTS),
        found_by=(COUNTS, COUNTED),
        fact="/x-voice-tasks/lip-sync/counts",
    ),
    Plant(
        name="org-total-of-what-is-over",
        provider="fishaudio-org",
        kind=Kind.COUNTS,
        summary="the statistics' total leaves out jobs that are not over",
        build=editing(_total_of_what_is_over, ("listLipSyncJobs",)),
        found_by=(COUNTS,),
        fact="/x-voice-tasks/lip-sync/counts/total",
    ),
    Plant(
        name="net-result-early",
        provider="fishaudio-net",
        kind=Kind.RESULT_EARLY,
        summary="a task that is not over tells the address of its result already",
        build=editing(_early, NET_STATUS),
        found_by=(SHOWN,),
        fact="/x-voice-tasks/lip-sync/result-at",
    ),
    Plant(
        name="org-failure-unexplained",
        provider="fishaudio-org",
        kind=Kind.FAILURE_UNEXPLAINED,
        summary="a job that failed does not say why",
        build=editing(_unexplained, ("getLipSyncJob",)),
        found_by=(FREE, SHOWN),
        fact="/x-voice-tasks/lip-sync/error-at",
    ),
    Plant(
        name="org-jobs-of-everybody",
        provider="fishaudio-org",
        kind=Kind.FOREIGN_LISTED,
        summary="lip-sync jobs of other accounts are listed and counted",
        build=_together,
        found_by=(HIDDEN,),
        fact="/paths/~1api~1open~1v1~1media~1lip-sync~1jobs/get/x-voice-collection/items",
        needs=("funded", "other"),
    ),
    Plant(
        name="org-jobs-of-one-text",
        provider="fishaudio-org",
        kind=Kind.FILE_OF_ANOTHER,
        summary="a speech job leads to the audio of another text, whatever it was to say",
        build=with_verb("createSpeechJob", before(_says_another_text)),
        found_by=(SPOKEN,),
        fact="/paths/~1api~1open~1v1~1speech~1tts~1jobs/post/x-voice-speech/text",
    ),
    Plant(
        name="net-failures-charged",
        provider="fishaudio-net",
        kind=Kind.FAILURE_CHARGED,
        summary="what a task costs is taken although it fails",
        build=with_ledgers(ChargesFailures),
        found_by=(FREE,),
        fact="/paths/~1api~1open~1lip-sync~1create/post/x-voice-billing/charged",
    ),
    Plant(
        name="org-mute-films",
        provider="fishaudio-org",
        kind=Kind.FILM_MUTE,
        summary="films have pictures and no sound",
        build=_film_instead("no-face.mp4"),
        found_by=(FILM, LENGTH),
        fact="/paths/~1api~1open~1v1~1media~1lip-sync~1jobs/post/x-voice-film",
    ),
    Plant(
        name="net-another-film",
        provider="fishaudio-net",
        kind=Kind.FILM_OF_ANOTHER,
        summary="films last a second, silent, whatever was to be said",
        build=_film_instead("face.mp4"),
        found_by=(LENGTH, FILM),
        fact="/paths/~1api~1open~1lip-sync~1create/post/x-voice-film",
    ),
)
