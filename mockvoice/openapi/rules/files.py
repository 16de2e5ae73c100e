"""Knows that every address an answer tells leads to a kind of file that `x-voice-files` describes."""

from __future__ import annotations

from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.rules.common import Document
from mockvoice.openapi.vocabulary import Report, walk

FILE_ID = "file"


def check_files(document: Document, report: Report) -> None:
    """A member with `x-voice-file` is a text and names a kind; every kind is told somewhere; files have ids."""
    kinds = document.get("x-voice-files", {})
    told = set()
    for kind, path, node in walk(document, lambda _path, _message: None):
        if kind == "schema" and "x-voice-file" in node:
            place = (*path, "x-voice-file")
            told.add(node["x-voice-file"])
            if node["x-voice-file"] not in kinds:
                report(
                    place,
                    f"no kind {node['x-voice-file']!r} in x-voice-files{did_you_mean(node['x-voice-file'], kinds)}",
                )
            types = node.get("type", ())
            if "string" not in ([types] if isinstance(types, str) else types):
                report(place, "is said of what is no text; expected the type string")
    for name in kinds:
        if name not in told:
            report(("x-voice-files", name), "no answer tells such an address; mark the member with x-voice-file")
    if kinds and FILE_ID not in document["x-mock-ids"]:
        report(("x-mock-ids", FILE_ID), "is missing: files of x-voice-files are named by it")
