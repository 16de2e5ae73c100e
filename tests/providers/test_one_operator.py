"""The two generations of one operator share accounts: one key, one balance, whichever is asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockvoice.app import create_app
from mockvoice.core.errors import SpecError
from mockvoice.core.settings import Settings
from mockvoice.openapi.documents import find_spec
from mockvoice.openapi.model import Spec
from mockvoice.openapi.operators import disagreements
from mockvoice.openapi.pointer import replace
from tests.harness.specs import document
from tests.harness.wire import Client

Simulate = Callable[..., Client]
NET, ORG = "fishaudio-net", "fishaudio-org"
CLIP = "https://clips.mock.test/hello-en.mp3"


def key(token: str) -> list[tuple[str, str]]:
    return [("authorization", f"Bearer {token}"), ("content-type", "application/json")]


def quota(client: Client, provider: str, token: str = "mock-funded") -> int:
    path = {NET: "/fishaudio-net/api/open/profile", ORG: "/fishaudio-org/api/open/v1/profile"}[provider]
    balance: int = client.send("GET", path, key(token)).json()["api_quota_remaining"]
    return balance


def transcribe(client: Client, provider: str, token: str = "mock-funded") -> dict[str, Any]:
    path, member = {
        NET: ("/fishaudio-net/api/open/speech-to-text", "audio_url"),
        ORG: ("/fishaudio-org/api/open/v1/speech/transcriptions", "audioUrl"),
    }[provider]
    answer = client.send("POST", path, key(token), json.dumps({member: CLIP}).encode())
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.parametrize(("payer", "reader"), [(NET, ORG), (ORG, NET)])
def test_what_one_charges_the_other_tells_at_once(simulate: Simulate, payer: str, reader: str) -> None:
    client = simulate(NET, ORG)
    before = quota(client, reader)

    cost = transcribe(client, payer)["credits_used"]

    assert cost > 0
    assert (quota(client, reader), quota(client, payer)) == (before - cost, before - cost)


def test_accounts_made_on_the_fly_are_shared(simulate: Simulate) -> None:
    client = simulate(NET, ORG, accept_any_token=True)
    before = quota(client, ORG, "a key of mine")

    cost = transcribe(client, NET, "a key of mine")["credits_used"]

    assert quota(client, ORG, "a key of mine") == before - cost
    assert quota(client, ORG, "another key") == before


def test_a_key_that_one_spec_names_is_known_at_the_other(simulate: Simulate) -> None:
    client = simulate(NET, ORG)

    assert (quota(client, ORG, "mock-low"), quota(client, NET, "mock-low-v1")) == (3, 13)
    assert transcribe(client, NET, "mock-low-v1")["quota_remaining"] == quota(client, ORG, "mock-low-v1")


def test_one_of_them_alone_knows_its_own_keys_only(simulate: Simulate) -> None:
    client = simulate(ORG)

    answer = client.send("GET", "/fishaudio-org/api/open/v1/profile", key("mock-low"))

    assert answer.status == 401


def test_the_control_plane_shows_the_same_ledger_twice(simulate: Simulate) -> None:
    client = simulate(NET, ORG, "aitre")
    transcribe(client, NET)
    transcribe(client, ORG)

    shown = client.send("GET", "/_mock/accounts").json()

    assert shown[NET]["accounts"]["mock-funded"] == shown[ORG]["accounts"]["mock-funded"]
    assert shown[NET]["accounts"]["mock-funded"]["charged"] == 988_000 - quota(client, NET)
    assert (shown[NET]["operator"], shown[ORG]["operator"], shown["aitre"]["operator"]) == (
        "kitta-ai",
        "kitta-ai",
        None,
    )


# -- specs that disagree -------------------------------------------------------------------------------

LOW = "/x-mock-accounts/mock-funded/balance"


@pytest.mark.parametrize(
    ("pointer", "value", "said"),
    [
        (LOW, 5, "/x-mock-accounts/mock-funded/balance: 5, but fishaudio-net.yaml has 988000 at"),
        ("/x-mock-accounts/mock-other/attributes/tier", "free", "/x-mock-accounts/mock-other/attributes: "),
        ("/x-mock-accounts/mock-low/token", "mock-low", "/mock-low/balance: 13, but fishaudio-net.yaml has 3 at"),
        ("/x-mock-figures/public-voices/value/1/title", "Dan", "1/title: 'Dan', but fishaudio-net.yaml has 'Daniel'"),
        ("/x-mock-figures/public-voices/value", [], "/public-voices/value: '0 entries', but fishaudio-net.yaml has"),
        ("/x-mock-figures/own-voices-most/value", 3, "/own-voices-most/value: 3, but fishaudio-net.yaml has 50"),
    ],
)  # fmt: skip
def test_specs_that_disagree_are_named(pointer: str, value: Any, said: str) -> None:
    changed = replace(document(ORG), pointer, value)

    found = disagreements([Spec(document(NET)), Spec(document("aitre")), Spec(changed)])

    assert len([one for one in found if one.startswith("fishaudio-org.yaml: /") and said in one]) == 1, found


def test_the_shipped_specs_agree() -> None:
    assert disagreements([Spec(document(NET)), Spec(document(ORG))]) == []


def test_a_server_of_both_does_not_start_with_specs_that_disagree(tmp_path: Path, spec_cache: Path) -> None:
    (tmp_path / f"{ORG}.yaml").write_text(json.dumps(replace(document(ORG), LOW, 5)), encoding="utf-8")
    (tmp_path / f"{NET}.yaml").write_bytes(find_spec(NET, None).read_bytes())

    with pytest.raises(SpecError, match=r"balance: 5, but fishaudio-net\.yaml has 988000"):
        create_app(Settings(providers=(NET, ORG), specs=tmp_path, cache=spec_cache))
    create_app(Settings(providers=(ORG,), specs=tmp_path, cache=spec_cache))
