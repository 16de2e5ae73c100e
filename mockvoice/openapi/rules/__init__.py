"""How the x- tables of a spec must agree with each other and with its OpenAPI part: one module per table family."""

from __future__ import annotations

from collections.abc import Callable

from mockvoice.openapi.rules.answers import (
    check_bodies,
    check_clips,
    check_figures,
    check_links,
    check_named_fields,
    check_paths,
    check_unbuilt,
)
from mockvoice.openapi.rules.collections import check_collections
from mockvoice.openapi.rules.common import Document
from mockvoice.openapi.rules.errors import check_codes, check_errors, check_refusals_are_complete
from mockvoice.openapi.rules.files import check_files
from mockvoice.openapi.rules.formats import check_formats
from mockvoice.openapi.rules.limits import check_limits, check_precedence
from mockvoice.openapi.rules.mock import check_accounts, check_ambiguities, check_hosts, check_patterns
from mockvoice.openapi.rules.operations import check_operations
from mockvoice.openapi.rules.provocations import check_probes, check_provocations
from mockvoice.openapi.rules.requests import check_legal_rules, check_request_media
from mockvoice.openapi.rules.security import check_security
from mockvoice.openapi.rules.sockets import check_sockets
from mockvoice.openapi.rules.steps import check_pictures, check_steps
from mockvoice.openapi.rules.tasks import check_tasks
from mockvoice.openapi.rules.texts import check_texts
from mockvoice.openapi.rules.values import check_values
from mockvoice.openapi.rules.voice import check_voice
from mockvoice.openapi.vocabulary import Report

CHECKS: tuple[Callable[[Document, Report], None], ...] = (
    check_operations, check_paths, check_security, check_errors, check_codes, check_refusals_are_complete,
    check_limits, check_precedence, check_tasks, check_accounts, check_hosts, check_ambiguities, check_patterns,
    check_formats, check_bodies, check_links, check_named_fields, check_clips, check_figures, check_provocations,
    check_probes, check_values, check_voice, check_collections, check_files, check_request_media, check_sockets,
    check_unbuilt, check_texts, check_steps, check_pictures, check_legal_rules,
)  # fmt: skip
