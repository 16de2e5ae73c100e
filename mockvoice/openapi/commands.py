"""Spells a recipe as a line for a POSIX shell: what `mockvoice errors` shows can be pasted and does what it says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any

import orjson

from mockvoice.openapi.model import Spec
from mockvoice.openapi.plans import FORM_TYPE
from mockvoice.openapi.recipes import Recipe, Request, audio_kind, build, ids_needed, link_to, look_at

_ID = "mockvoice-id"
_MARKER = re.compile(rf"{_ID}(?:-(\w+))?|repeat:(\d+):([\w .,-]*)|data-url:([\w.-]+)")
# Longer than any task takes with the real clock.
_WAIT = "sleep 1.5"


def as_shell(spec: Spec, operation_id: str, recipe: Recipe, base_url: str, clips: str = "fixtures") -> str:
    """Return the commands of a recipe, joined into one line; `clips` is the folder of the clips."""
    commands = [
        _curl(spec, one["operation"], one, base_url, clips, "-s -o /dev/null") for one in recipe.get("first", ())
    ]
    link = ids_needed(spec, operation_id, recipe)
    if link is not None:
        source, parameters = link
        member = next(iter(parameters.values())).rpartition("/")[2]
        before = recipe["first"][-1] if recipe.get("first") else {"role": recipe.get("role", "mock-funded")}
        asked = _curl(spec, source, before, base_url, clips, "-s")
        commands[-1:] = [f"""ID=$({asked} | sed 's/.*"{member}":"\\([^"]*\\)".*/\\1/')"""]
    before, filled = _made_ready(spec, operation_id, recipe, base_url, clips)
    commands += before
    if filled:
        recipe = {**recipe, "with": {**filled, **recipe.get("with", {})}}
    if "wait" in recipe or (link is not None and not recipe.get("first")):
        commands.append(_WAIT)
    last = _curl(spec, operation_id, recipe, base_url, clips, "-i")
    times = recipe.get("times", 1)
    commands.append(last if times == 1 else f"for i in $(seq {times}); do {last}; echo; done")
    return "; ".join(commands)


def _made_ready(
    spec: Spec, operation_id: str, recipe: Recipe, base_url: str, clips: str
) -> tuple[list[str], dict[str, str]]:
    """Return the commands for what comes before an operation (`x-voice-before`), and the members that they fill.

    Nothing comes before a request that is not read as far as that.
    """
    table = spec.place(operation_id)[2].get("x-voice-before")
    is_read = recipe.get("role", "") is not None and not {"raw", "token", "url", "method"} & {*recipe}
    if table is None or "operation" not in recipe or not is_read or {*table["fill"]} <= {*recipe.get("with", ())}:
        return [], {}
    commands: list[str] = []
    filled: dict[str, str] = {}
    fills = [*(step.get("fill", {}) for step in table["steps"][1:]), table["fill"]]
    for step, fill in zip(table["steps"], fills, strict=True):
        asked = _curl(spec, step["operation"], {"with": filled}, base_url, clips, "-s")
        if step.get("over"):
            status, _, pointer = look_at(spec, step["operation"])
            commands += [_kept("ID", pointer, asked), _WAIT]
            asked = _curl(spec, status, {}, base_url, clips, "-s")
        commands.append(f"ANSWER=$({asked})")
        commands += [_kept(name, pointer, 'printf %s "$ANSWER"') for name, pointer in fill.items()]
        filled = {name: f"{_ID}-{name}" for name in fill}
    return commands, filled


def _kept(name: str, pointer: str, asked: str) -> str:
    """Return what keeps a text of a JSON answer in a variable: of several of its name, the one that is meant."""
    *way, member = pointer.split("/")
    which = next((int(part) for part in reversed(way) if part.isdigit()), 0) + 1
    return f"""{name}=$({asked} | grep -o '"{member}":"[^"]*"' | sed -n {which}p | cut -d'"' -f4)"""


def example(spec: Spec, operation_id: str, base_url: str) -> str:
    """Return the curl command of an operation's own example; one that answers audio writes it into a file."""
    operation = spec.operation(operation_id)
    is_audio = any(media.startswith("audio/") for media in operation.responses[operation.success].media)
    return _curl(spec, operation_id, {}, base_url, "fixtures", "-o speech.mp3" if is_audio else "-i")


def _curl(spec: Spec, operation_id: str, recipe: Recipe, base_url: str, clips: str, options: str) -> str:
    plain = {key: value for key, value in recipe.items() if key != "padding"}
    _, template, _ = spec.place(operation_id)
    link = link_to(spec, operation_id)
    values = dict.fromkeys([*re.findall(r"\{(\w+)\}", template), *(link[1] if link else ())], _ID)
    request = build(spec, operation_id, plain, values, lambda _name: b"")
    padding = recipe.get("padding", 0)
    words = ["curl", *options.split()]
    if request.method != "GET":
        words += ["-X", request.method]
    is_form = "raw" not in recipe and _is_form(spec, operation_id)
    for name, value in request.headers:
        if not (is_form and name == "content-type" and value.startswith(FORM_TYPE)):
            words += ["-H", f"{name}: {value}"]
    if is_form:
        words += _form(request, clips) + (["-F", "padding=@-"] if padding else [])
    elif request.body:
        words += ["--data-binary", "@-" if padding else _text(recipe, request.fields)]
    words.append(base_url + request.path)
    line = " ".join(_quoted(word, clips) for word in words)
    if not padding:
        return line
    spaces = f"head -c {padding} /dev/zero | tr '\\0' ' '"
    body = "" if is_form else f"printf %s {_quoted(_text(recipe, request.fields), clips)}; "
    return f"{{ {body}{spaces}; }} | {line}"


def _is_form(spec: Spec, operation_id: str) -> bool:
    return spec.operation(operation_id).body_media == FORM_TYPE


def _text(recipe: Recipe, fields: Mapping[str, Any]) -> str:
    return str(recipe["raw"]) if "raw" in recipe else orjson.dumps(fields).decode()


def _form(request: Request, clips: str) -> list[str]:
    words: list[str] = []
    for name, value in request.fields.items():
        for one in value if isinstance(value, list) else [value]:
            text = one if isinstance(one, str) else orjson.dumps(one).decode()
            words += ["--form-string", f"{name}={text}"]
    for name, clip in request.clips.items():
        words += ["-F", f"{name}=@{clips}/{clip}"]
    return words


def _quoted(word: str, clips: str) -> str:
    """Quote a word; an id, a long text or a clip as a data URL becomes an expression of the shell inside of it."""
    if not _MARKER.search(word):
        return shlex.quote(word)

    def expression(found: re.Match[str]) -> str:
        if found[0].startswith(_ID):
            inner = f"${found[1] or 'ID'}"
        elif found[4]:
            path = shlex.quote(f"{clips}/{found[4]}")
            return f"data:audio/{audio_kind(found[4])};base64,'\"$(base64 < {path} | tr -d '\\n')\"'"
        else:
            inner = f"$(printf '{found[3]}%.0s' $(seq {found[2]}))"
        return f"'\"{inner}\"'"

    return "'" + _MARKER.sub(expression, word.replace("'", "'\\''")) + "'"
