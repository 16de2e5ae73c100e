"""aitre: MidJourney's tasks, from what is submitted to the picture, by way of buttons, confirmations and the queue."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

import av
import pytest

from mockvoice.audio.picture import Picture, draw_png, words_in
from tests.harness.recipes import Kitchen
from tests.harness.wire import Answer

MakeKitchen = Callable[..., Kitchen]
DAY = 86_400
LONG = 30
ZOOM = "MJ::CustomZoom::"


def submit(cook: Kitchen, operation: str = "submitImagine", **members: Any) -> Answer:
    return cook.cook({"with": members}, operation)


def fetch(cook: Kitchen, ident: str, role: str = "mock-funded") -> Answer:
    return cook.cook({"path": {"id": ident}, "role": role}, "fetchTask")


def drawn(cook: Kitchen, **members: Any) -> dict[str, Any]:
    """Return a drawing that has succeeded."""
    ident = submit(cook, **members).json()["result"]
    cook.client.advance(LONG)
    found: dict[str, Any] = fetch(cook, ident).json()
    return found


def press(cook: Kitchen, task: dict[str, Any], label: str | None = None, begins: str = "MJ") -> Answer:
    """Press the first button that has this label, if one is given, and a customId that begins so."""
    fitting = (one for one in task["buttons"] if label is None or one["label"] == label)
    button = next(one for one in fitting if one["customId"].startswith(begins))
    return submit(cook, "submitAction", taskId=task["id"], customId=button["customId"])


def waiting(cook: Kitchen) -> str:
    """Return a task that waits to be confirmed."""
    upscaled = press(cook, drawn(cook), "U2").json()["result"]
    cook.client.advance(LONG)
    ident: str = press(cook, fetch(cook, upscaled).json(), begins=ZOOM).json()["result"]
    return ident


def picture(cook: Kitchen, task: dict[str, Any]) -> bytes:
    return cook.client.send("GET", "/_mock/files/" + task["imageUrl"].rpartition("/")[2]).body


def size(data: bytes) -> tuple[int, int]:
    with av.open(io.BytesIO(data), "r") as container:
        frame = next(container.decode(video=0))
    return frame.width, frame.height


def charged(cook: Kitchen) -> int:
    return cook.client.app.world.journal.lines[-1].charged


def sent(picture: Picture) -> str:
    return "data:image/png;base64," + base64.b64encode(draw_png(picture)).decode()


# -- a task ----------------------------------------------------------------------------------------------


def test_a_task_goes_from_not_started_to_success(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    ident = submit(cook, state="mine").json()["result"]

    seen = []
    for _ in range(10):
        seen.append(fetch(cook, ident).json())
        cook.client.advance(0.1)

    states = list(dict.fromkeys(one["status"] for one in seen))
    figures = [int(one["progress"].removesuffix("%")) for one in seen]
    assert states == ["NOT_START", "SUBMITTED", "IN_PROGRESS", "SUCCESS"]
    assert figures == sorted(figures)
    assert (figures[0], figures[-1]) == (0, 100)
    assert {one["state"] for one in seen} == {"mine"}
    assert all((one["imageUrl"] != "") is (one["status"] == "SUCCESS") for one in seen)
    assert all((one["buttons"] is not None) is (one["status"] == "SUCCESS") for one in seen)


def test_a_finished_task_tells_its_times_in_milliseconds(kitchen: MakeKitchen) -> None:
    task = drawn(kitchen("aitre"))

    assert (task["startTime"] - task["submitTime"], task["finishTime"] - task["submitTime"]) == (150, 750)


@pytest.mark.parametrize(
    ("shape", "pixels"), [("", (2048, 2048)), (" --ar 4:1", (4096, 1024)), (" --ar 1:99", (1024, 4096))]
)
def test_the_picture_has_the_shape_and_the_words_of_the_prompt(
    kitchen: MakeKitchen, shape: str, pixels: tuple[int, int]
) -> None:
    cook = kitchen("aitre")

    file = picture(cook, drawn(cook, prompt=f"a ship{shape}"))

    assert size(file) == pixels
    assert words_in(file) == f"a ship{shape}"


def test_the_picture_is_gone_after_a_day(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    task = drawn(cook)

    cook.client.advance(DAY)

    assert picture(cook, task) == b"This content is no longer available."


def test_a_drawing_may_fail(kitchen: MakeKitchen) -> None:
    task = drawn(kitchen("aitre"), prompt="fail-while-in-progress")

    assert (task["status"], task["imageUrl"], task["buttons"]) == ("FAILURE", "", None)
    assert task["failReason"] != ""


def test_the_price_of_a_failed_drawing_may_be_spent_once_more(kitchen: MakeKitchen) -> None:
    """The relay gives the quota back and leaves what was used as it is."""
    cook = kitchen("aitre")
    account = cook.desk.roster.find("sk-mock-funded")
    assert account is not None
    before = account.ledger.balance

    submit(cook, prompt="fail-while-in-progress")
    at_once = account.ledger.balance
    drawn(cook)
    submit(cook, "submitModal", taskId="nobody's")

    assert before - at_once == 50_000
    assert (before - account.ledger.balance, account.ledger.charged) == (50_000, 100_000)
    assert [one[1] for one in account.ledger.entries if one[2] > 0] == ["opening", "refund"]


def test_a_task_of_somebody_else_is_not_found(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    ident = submit(cook).json()["result"]

    answer = fetch(cook, ident, "mock-other")

    assert answer.status == 400
    assert answer.json() == {"description": "task_no_found ", "type": "upstream_error", "code": 4}


# -- buttons ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "action", "price"), [("U1", "UPSCALE", 25_000), ("V4", "VARIATION", 50_000), ("", "REROLL", 50_000)]
)
def test_a_button_leads_to_its_action(kitchen: MakeKitchen, label: str, action: str, price: int) -> None:
    cook = kitchen("aitre")

    answer = press(cook, drawn(cook), label)
    cost = charged(cook)
    cook.client.advance(LONG)
    task = fetch(cook, answer.json()["result"]).json()

    assert (answer.json()["code"], cost) == (1, price)
    assert (task["action"], task["status"]) == (action, "SUCCESS")


def test_every_button_of_an_upscaled_picture_leads_somewhere(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    upscaled = press(cook, drawn(cook), "U1").json()["result"]
    cook.client.advance(LONG)
    task = fetch(cook, upscaled).json()

    codes = []
    for button in task["buttons"]:
        answer = submit(cook, "submitAction", taskId=task["id"], customId=button["customId"])
        codes.append(answer.json()["code"])
        cook.client.advance(LONG)

    assert size(picture(cook, task)) == (1024, 1024)
    assert codes == [1, 1, 21, 1, 1, 21, 1, 1, 1, 1]


def test_who_upscales_twice_is_told_of_the_first(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    task = drawn(cook)
    first = press(cook, task, "U3").json()
    cook.client.advance(LONG)

    again = press(cook, task, "U3").json()

    assert (again["code"], again["result"]) == (21, first["result"])
    assert again["properties"]["status"] == "SUCCESS"
    assert again["properties"]["imageUrl"].startswith("http://")


def test_a_button_of_another_task_does_not_work(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    one, other = drawn(cook), drawn(cook)

    answer = submit(cook, "submitAction", taskId=one["id"], customId=other["buttons"][0]["customId"])

    assert (answer.status, answer.json()["code"], charged(cook)) == (200, 3, 0)


def test_a_button_does_not_work_for_another_account(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    task = drawn(cook)
    members = {"taskId": task["id"], "customId": task["buttons"][0]["customId"]}

    answer = cook.cook({"with": members, "role": "mock-other"}, "submitAction")

    assert answer.json()["description"] == "task_not_found "


def test_a_task_that_is_not_over_has_no_buttons(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    custom_id = drawn(cook)["buttons"][0]["customId"]
    ident = submit(cook).json()["result"]

    answer = submit(cook, "submitAction", taskId=ident, customId=custom_id)

    assert answer.json()["description"] == "task_status_not_success "


# -- confirmations ---------------------------------------------------------------------------------------


def test_what_waits_goes_on_when_it_is_confirmed(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    ident = waiting(cook)
    cook.client.advance(100)
    before = fetch(cook, ident).json()

    answer = submit(cook, "submitModal", taskId=ident, prompt="a ship --ar 1:1 --zoom 1.5")
    cost = charged(cook)
    at_once = fetch(cook, ident).json()
    cook.client.advance(LONG)
    after = fetch(cook, ident).json()

    assert (before["status"], before["progress"]) == ("MODAL", "0%")
    assert (answer.json()["code"], answer.json()["result"], cost) == (1, ident, 50_000)
    assert at_once["status"] == "SUBMITTED"
    assert (after["status"], after["action"], after["prompt"]) == ("SUCCESS", "ZOOM", "a ship --ar 1:1 --zoom 1.5")


def test_what_nobody_confirms_is_cancelled(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    ident = waiting(cook)

    cook.client.advance(301)
    task = fetch(cook, ident).json()
    late = submit(cook, "submitModal", taskId=ident)

    assert (task["status"], task["buttons"], task["failReason"] != "") == ("CANCEL", None, True)
    assert (late.json()["code"], late.json()["description"]) == (4, "The state of the task is wrong")


def test_nothing_is_confirmed_twice(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    ident = waiting(cook)

    answers = [submit(cook, "submitModal", taskId=ident).json()["code"] for _ in range(2)]

    assert answers == [1, 4]


# -- words and pictures -----------------------------------------------------------------------------------


def test_a_picture_of_ours_is_described_by_its_own_words(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    ident = submit(cook, "submitDescribe", base64=sent(Picture("two ships", 300, 200))).json()["result"]
    cook.client.advance(LONG)

    task = fetch(cook, ident).json()

    assert task["promptEn"] == "two ships"
    assert task["properties"]["finalPrompt"].startswith("1\ufe0f\u20e3 two ships --ar 3:2\n\n2")
    assert picture(cook, task) == draw_png(Picture("two ships", 300, 200))


def test_a_described_picture_can_be_drawn_from_its_words(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    ident = submit(cook, "submitDescribe", base64=sent(Picture("two ships", 300, 200))).json()["result"]
    cook.client.advance(LONG)
    ask = press(cook, fetch(cook, ident).json(), begins="MJ::Job::PicReader::2").json()

    submit(cook, "submitModal", taskId=ask["result"], prompt=None)
    cook.client.advance(LONG)
    task = fetch(cook, ask["result"]).json()

    assert (ask["code"], task["action"], task["prompt"]) == (21, "IMAGINE", "two ships, soft light --ar 3:2")


def test_pictures_are_blended_in_the_shape_asked_for(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    pictures = [sent(Picture(words, 64, 64)) for words in ("a cat", "a hat")]
    ident = submit(cook, "submitBlend", base64Array=pictures, dimensions="LANDSCAPE").json()["result"]
    cook.client.advance(LONG)

    file = picture(cook, fetch(cook, ident).json())

    width, height = size(file)
    assert words_in(file) == "a cat, a hat"
    assert width / height == pytest.approx(1.5, rel=0.01)


@pytest.mark.parametrize("data", ["", "no base64!", "data:image/png;base64,bm8gcGljdHVyZQ==", "bm8gcGljdHVyZQ=="])
def test_what_is_no_picture_is_refused(kitchen: MakeKitchen, data: str) -> None:
    cook = kitchen("aitre")

    answer = submit(cook, base64Array=[data])

    refused = {"code": 4, "description": "base64 format error", "result": None, "properties": {}}
    assert (answer.status, answer.json(), charged(cook)) == (200, refused, 0)


@pytest.mark.parametrize("count", [1, 6])
def test_two_to_five_pictures_are_blended(kitchen: MakeKitchen, count: int) -> None:
    answer = submit(kitchen("aitre"), "submitBlend", base64Array=[sent(Picture("a", 8, 8))] * count)

    assert (answer.status, answer.json()["code"]) == (200, 4)


@pytest.mark.parametrize(
    ("operation", "left_out", "members", "said"),
    [
        ("submitImagine", "prompt", {}, (400, "prompt_is_required ")),
        ("submitImagine", "", {"prompt": ""}, (400, "prompt_is_required ")),
        ("submitImagine", "", {"prompt": " \n"}, (200, "prompt must not be empty")),
        ("submitShorten", "prompt", {}, (200, "prompt must not be empty")),
        ("submitDescribe", "base64", {}, (200, "base64 must not be empty")),
        ("submitBlend", "", {"dimensions": "ROUND"}, (200, "dimensions parameter error")),
        ("submitModal", "taskId", {}, (200, "parameter error")),
        ("submitAction", "", {"taskId": ""}, (200, "parameter error")),
    ],
)
def test_the_relay_refuses_with_a_400_and_the_proxy_under_200(
    kitchen: MakeKitchen, operation: str, left_out: str, members: dict[str, Any], said: tuple[int, str]
) -> None:
    cook = kitchen("aitre")

    answer = cook.cook({"with": members, **({"without": [left_out]} if left_out else {})}, operation)

    assert (answer.status, answer.json()["description"]) == said
    assert (answer.json()["code"], charged(cook)) == (4, 0)


def test_a_prompt_is_shortened_word_by_word(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    ident = submit(cook, "submitShorten", prompt="a lighthouse in thick fog, engraving").json()["result"]
    cook.client.advance(LONG)

    told = fetch(cook, ident).json()["properties"]["finalPrompt"]

    assert "~~a~~ **lighthouse** ~~in~~ **thick** ~~fog,~~ **engraving**" in told
    shorter = ["lighthouse, thick, engraving", "lighthouse, thick", "lighthouse", "lighthouse", "lighthouse"]
    numbered = [f"{number}\ufe0f\u20e3 {words}" for number, words in enumerate(shorter, start=1)]
    assert told.endswith("\n\n".join(numbered))


def test_a_word_that_is_not_allowed_costs_nothing(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    answer = submit(cook, prompt="Nude, body")

    assert (answer.status, answer.json()["code"], charged(cook)) == (200, 24, 0)
    assert answer.json()["properties"] == {"promptEn": "Nude, body", "bannedWord": "nude"}


# -- the queue --------------------------------------------------------------------------------------------


def test_three_are_drawn_at_once_and_ten_wait(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    answers = [submit(cook).json() for _ in range(14)]
    cook.client.advance(0.8)
    states = [fetch(cook, one["result"]).json()["status"] for one in answers[:6]]

    assert [one["code"] for one in answers] == [1] * 3 + [22] * 10 + [23]
    assert answers[12]["properties"] == {"numberOfQueues": 10}
    assert states[:3] == ["SUCCESS"] * 3
    assert {*states[3:]} == {"SUBMITTED"} or {*states[3:]} == {"NOT_START"}


def test_a_queue_is_a_user_s_own(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    for _ in range(14):
        submit(cook)

    answer = cook.cook({"role": "mock-other"}, "submitImagine")

    assert answer.json()["code"] == 1


def test_the_relay_may_rewrite_the_codes(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre", choices={"aitre.proxy-codes": "rewritten"})
    task = drawn(cook)

    codes = [press(cook, task, "U1").json()["code"] for _ in range(2)]
    codes += [submit(cook).json()["code"] for _ in range(4)]

    assert codes == [1] * 6
