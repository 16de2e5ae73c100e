"""The benchmark measures successes: what comes before a request is done, and no refusal passes for an answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.load import load
from benchmarks.room import write_roomy_specs
from benchmarks.routes import REFUSED, NotMeasured, Route, ask, furnish, on_the_wire, request_of, requests_of, routes
from benchmarks.servers import Server, start_mockvoice

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="the benchmark reads /proc")]
VOICES_OF_AN_ACCOUNT = 50


@pytest.fixture(scope="module")
def known() -> dict[str, Route]:
    return {one.name: one for one in routes()}


@pytest.fixture(scope="module")
def roomy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("roomy")
    write_roomy_specs(folder)
    server = start_mockvoice("--specs", str(folder))
    yield server
    server.stop()


@pytest.mark.parametrize(
    "name", ["aitre submitAction", "aitre submitModal", "fishaudio-net deleteModel", "fishaudio-org deleteVoice"]
)
def test_what_needs_something_of_its_own_gets_it_for_each_request(
    name: str, known: dict[str, Route], roomy: Server
) -> None:
    route = known[name]
    requests = requests_of(route, roomy, 3)

    answers = [ask(roomy, route.spec, one) for one in requests]

    assert [one.is_success for one in answers] == [True] * 3
    if route.spec.id == "aitre":
        assert [json.loads(one.body)["code"] for one in answers] == [1] * 3
        assert len({json.loads(one.body)["result"] for one in answers}) == 3


def test_a_refusal_with_200_is_no_success_and_is_counted_under_load(known: dict[str, Route], roomy: Server) -> None:
    route = known["aitre submitModal"]
    (request,) = requests_of(route, roomy, 1)
    assert ask(roomy, route.spec, request).is_success

    again = ask(roomy, route.spec, request)
    result = load(roomy.port, [on_the_wire(route.spec, request)] * 5, 2, 5.0, mark=REFUSED)

    assert (again.status, again.is_success) == (200, False)
    assert (result.requests, result.marked, result.statuses) == (5, 5, {200: 5})


@pytest.mark.parametrize("name", ["fishaudio-net createModel", "fishaudio-org createVoice", "aitre submitImagine"])
def test_a_server_with_room_takes_more_than_an_account_may_do(
    name: str, known: dict[str, Route], roomy: Server
) -> None:
    wired = on_the_wire(known[name].spec, request_of(known[name], roomy))

    result = load(roomy.port, [wired] * (VOICES_OF_AN_ACCOUNT + 1), 4, 10.0, mark=REFUSED)

    assert (result.requests, result.marked) == (VOICES_OF_AN_ACCOUNT + 1, 0)


def test_lists_have_something_to_show_before_they_are_measured(known: dict[str, Route], roomy: Server) -> None:
    furnish(roomy)
    route = known["fishaudio-org listLipSyncJobs"]

    answer = ask(roomy, route.spec, request_of(route, roomy))

    assert len(json.loads(answer.body)["data"]["tasks"]) == 10


def test_what_no_link_leads_to_is_not_measured(known: dict[str, Route], roomy: Server) -> None:
    route = known["aitre getModel"]
    spec = route.spec
    before = spec.document["paths"]["/v1/models"]["get"]["responses"]["200"].pop("links")
    try:
        with pytest.raises(NotMeasured, match="no link leads to its id"):
            request_of(route, roomy)
    finally:
        spec.document["paths"]["/v1/models"]["get"]["responses"]["200"]["links"] = before
