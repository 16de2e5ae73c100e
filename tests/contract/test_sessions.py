"""What a run's connections do unasked: nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from contract_tests.kit.facts import load
from contract_tests.kit.shapes import Shapes
from contract_tests.kit.wire import new_session

ROOT = Path(__file__).parents[2]


def test_a_password_of_the_users_takes_no_keys_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("default login somebody password something\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    request = requests.Request("GET", "https://gateway.test/", headers={"Authorization": "Bearer the-key"})

    prepared = new_session(past_proxies=False).prepare_request(request)

    assert prepared.headers["Authorization"] == "Bearer the-key"


@pytest.mark.parametrize("location", ["http://elsewhere.test/", "http://[bad", "http://x/\xff"])
def test_no_redirect_is_followed_or_even_read(location: str) -> None:
    response = requests.Response()
    response.status_code, response.headers["Location"] = 302, location

    assert list(new_session(past_proxies=True).resolve_redirects(response, requests.PreparedRequest())) == []


def test_the_users_certificates_are_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/own-authority.pem")

    assert new_session(past_proxies=False).verify == "/etc/own-authority.pem"


def test_an_answer_nested_beyond_reading_strays_from_its_shape() -> None:
    facts = load("hadrian", ROOT / "specs")
    value: object = 1
    for _ in range(900):
        value = {"error": value}

    assert any(Shapes(facts).problems("/components/schemas/Error", value))
