"""For `schemathesis run`: makes the spec plain OpenAPI, its examples and uploads real clips, as the suite does.

Named in schemathesis.toml. Nothing is left behind on the disk.
The clips are taken to be hosted at MOCKVOICE_CLIPS, else where the simulator has them.
"""

from __future__ import annotations

import atexit
import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis.transport.serialization import Binary

from contract_tests.kit.clips import LOOPBACK_CLIPS, Clips
from contract_tests.kit.facts import Facts, without_mock
from contract_tests.kit.fuzzing.plain_spec import plain_document
from contract_tests.kit.fuzzing.scratch import no_traces
from contract_tests.kit.recipes import Writer
from contract_tests.kit.roles import Keys

# The file is read once, at the start of a run that has no other place for it.
_UNTIL_THE_END = ExitStack()
_UNTIL_THE_END.enter_context(no_traces())
atexit.register(_UNTIL_THE_END.close)
FIXTURES = Path(__file__).parents[1] / "fixtures"


@schemathesis.hook
def before_load_schema(context: schemathesis.HookContext, raw_schema: dict[str, Any]) -> None:
    """Take the extensions out, and put clips in."""
    facts = Facts(without_mock(raw_schema))
    clips = Clips(FIXTURES, os.environ.get("MOCKVOICE_CLIPS", LOOPBACK_CLIPS))
    plain = plain_document(facts, Writer(facts, Keys({}), clips).fields)
    raw_schema.clear()
    raw_schema.update(plain)
    uploads = sorted({clip for one in facts.operations.values() if one.is_form for clip in one.clips.values()})
    if uploads:
        samples = [Binary(clips.get(clip).data) for clip in uploads]
        schemathesis.openapi.format("binary", st.sampled_from(samples))
