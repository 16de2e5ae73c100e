"""`python -m tests.planted`: serves a plant on the loopback, or lists all of them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.planted import PLANTS
from tests.planted.__main__ import main

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
def test_a_plant_is_served_once_it_says_that_it_is_ready() -> None:
    command = [sys.executable, "-m", "tests.planted", "org-402-as-403", "--port", "0"]

    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            told = server.stdout.readline()
            found = re.fullmatch(r"ready (http://127\.0\.0\.1:[0-9]+/)\n", told)
            assert found, told
            request = urllib.request.Request(
                f"{found[1]}api/open/v1/profile", headers={"Authorization": "Bearer mock-funded"}
            )
            with urllib.request.urlopen(request, timeout=10) as answer:
                profile = json.load(answer)
        finally:
            server.terminate()
    assert profile["api_quota_remaining"] == 988_000


def test_the_list_names_every_plant(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0

    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [*PLANTS]


@pytest.mark.parametrize("arguments", [[], ["no-such-plant"]])
def test_a_name_that_nobody_has_is_a_mistake_of_use(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert "--list shows them" in capsys.readouterr().err
