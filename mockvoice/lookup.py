"""What one looks up beside the server: providers, keys, routes, errors, facts. Draws tables with Rich."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from mockvoice.app import load_spec, served, split_choices
from mockvoice.core.settings import Settings
from mockvoice.openapi.commands import as_shell
from mockvoice.openapi.documents import cache_folder, data_folder
from mockvoice.openapi.model import Spec
from mockvoice.openapi.recipes import provocations_of
from mockvoice.openapi.vocabulary import resolve, where
from mockvoice.providers import REGISTRY
from mockvoice.terminal import make_console

BASE = "http://127.0.0.1:8800"


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", show_lines=False, expand=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _spec(provider: str, choices: Mapping[str, str] | None = None, specs: Path | None = None) -> Spec:
    settings = Settings(providers=(provider,), specs=specs, cache=cache_folder())
    served(settings)
    return load_spec(provider, settings, split_choices(choices or {}, [provider])[provider])[0]


def _chosen(provider: str | None) -> list[str]:
    return list(REGISTRY) if provider is None else served(Settings(providers=(provider,)))


def show_providers() -> None:
    """Print one line a provider."""
    table = _table("Providers", "id", "name", "operations", "rows to choose", "real server")
    for provider in REGISTRY:
        spec = _spec(provider)
        rows = len(spec.document.get("x-voice-ambiguities", {}))
        server = spec.document.get("servers", [{}])[0].get("url", "")
        table.add_row(spec.id, escape(spec.name), str(len(spec.routes)), str(rows), escape(server))
    make_console().print(table)


def show_accounts(provider: str | None) -> None:
    """Print the seed accounts."""
    for name in _chosen(provider):
        spec = _spec(name)
        unit = spec.document["x-voice-provider"]["unit"]
        table = _table(f"{name} ({unit})", "role", "key", "balance", "plan", "standing", "limits")
        for seed in spec.seeds:
            limits = [f"{window}: {_count(count)} allowed" for window, count in seed.allowances.items()]
            limits += [f"{window}: {count} used" for window, count in seed.used.items()]
            table.add_row(seed.role, seed.token, f"{seed.balance:,}", seed.plan, seed.standing, "; ".join(limits))
        make_console().print(table)


def _count(count: int | None) -> str:
    return "any number" if count is None else f"{count:,}"


def show_routes(provider: str | None) -> None:
    """Print method, path and statuses of every operation."""
    for name in _chosen(provider):
        spec = _spec(name)
        table = _table(f"{name}: {BASE}/{name}", "method", "path", "operation", "statuses")
        for method, path, operation_id in spec.routes:
            statuses = sorted(spec.place(operation_id)[2]["responses"])
            table.add_row(method, path, operation_id, " ".join(statuses))
        for socket, row in spec.document.get("x-voice-websockets", {}).items():
            codes = sorted({one["close"] for one in row["errors"].values() if "close" in one})
            table.add_row("WS", row["path"], socket, " ".join(map(str, codes)))
        make_console().print(table)


def show_errors(provider: str, choices: Mapping[str, str], specs: Path | None) -> None:
    """Print every error, its source, and how to provoke it."""
    spec = _spec(provider, choices, specs)
    console = make_console()
    recipes: dict[str, list[Mapping[str, Any]]] = {}
    for _, row in provocations_of(spec.document):
        recipes.setdefault(row["code"], []).append(row)
    unbehaved = spec.document.get("x-mock-unbehaved", {})
    for code, error in sorted(spec.errors.items(), key=lambda item: (item[1].status, item[0])):
        source = spec.document["x-voice-errors"][code]
        console.print(f"[bold]{error.status} {escape(code)}[/bold]  {escape(error.when)}")
        console.print(f"    {escape(_origin(source))}", soft_wrap=True)
        if code in unbehaved:
            console.print(f"    behaved: false, {escape(unbehaved[code])}", soft_wrap=True)
        for row in recipes.get(code, [])[:2]:
            if depends_on_history(row["request"]):
                console.print("    on a fresh server, for it counts what the account has used:")
            console.print(f"    {escape(command_for(spec, row, BASE))}", soft_wrap=True)
    for socket, row in spec.document.get("x-voice-websockets", {}).items():
        console.print(f"[bold]WS {escape(row['path'])}[/bold]  {escape(socket)}: errors are messages of a session")
        for kind, error in row["errors"].items():
            end = f", closed with {error['close']}" if "close" in error else ""
            console.print(f"    [bold]{kind}[/bold]{end}  {escape(error['when'])}: {escape(error['message'])}")


def depends_on_history(recipe: Mapping[str, Any]) -> bool:
    """Say whether what an account has used before decides what a recipe is answered."""
    return recipe.get("times", 1) > 1 or recipe.get("role") in {"mock-low", "mock-limited"}


def command_for(spec: Spec, row: Mapping[str, Any], base: str) -> str:
    """Return the shell commands of one provocation, for a simulator at `base`."""
    recipe = row["request"]
    operations = [recipe.get("operation")] if "operation" in recipe else row.get("operations", ())
    error = spec.document["x-voice-errors"][row["code"]]
    every = [one for _, _, one in spec.routes]
    operation_id = next(iter(operations or error.get("operations", ()) or every))
    return as_shell(spec, operation_id, recipe, f"{base}/{spec.id}", clip_folder())


def clip_folder() -> str:
    """Return where the clips are, as short as a shell in this folder understands it."""
    folder = data_folder("fixtures")
    return str(folder.relative_to(Path.cwd())) if folder.is_relative_to(Path.cwd()) else str(folder)


def _origin(row: Mapping[str, Any]) -> str:
    rows = f" ({', '.join(row['rows'])})" if row.get("rows") else ""
    note = f"; {row['note']}" if row.get("note") else ""
    return f"{row['seen']}: {row['source']}{rows}{note}"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a spec says, and where it was seen."""

    pointer: str
    text: str
    seen: str
    source: str


def facts_of(spec: Spec) -> Iterator[Fact]:
    """Yield every fact of a spec: OpenAPI objects with a source, and the rows of its tables."""

    def visit(node: Any, path: tuple[str | int, ...]) -> Iterator[Fact]:
        if isinstance(node, dict):
            source = node.get("x-voice-source", node if "seen" in node and "source" in node else None)
            if isinstance(source, dict) and isinstance(source.get("source"), str):
                yield Fact(where(path), _summary(spec, node), source["seen"], _origin(source))
                for key, part in source.get("parts", {}).items():
                    yield Fact(where((*path, key)), f"{key}: {node[key]}", part["seen"], _origin(part))
            for key, value in node.items():
                if key not in {"x-voice-source", "examples", "example"} and not str(key).startswith("x-mock"):
                    yield from visit(value, (*path, key))
        elif isinstance(node, list):
            for index, value in enumerate(node):
                yield from visit(value, (*path, index))

    yield from visit(spec.document, ())


def _summary(spec: Spec, node: Mapping[str, Any]) -> str:
    node = resolve(spec.document, dict(node))
    for key in ("fact", "question", "means", "what", "when", "summary", "title"):
        if isinstance(node.get(key), str):
            return str(node[key])
    plain = {key: value for key, value in node.items() if key in _TELLING and not isinstance(value, dict)}
    rest = {key: value for key, value in node.items() if key not in _ABOUT_THE_FACT}
    return "; ".join(f"{key}: {value}" for key, value in (plain or rest).items())


_ABOUT_THE_FACT = frozenset({"x-voice-source", "seen", "source", "rows", "note"})
_TELLING = (
    "description", "type", "format", "enum", "default", "minimum", "maximum", "minLength", "maxLength", "required",
    "measure", "status", "value", "refusal", "order", "seconds", "bytes",
)  # fmt: skip


def show_facts(provider: str, assumed: bool, choices: Mapping[str, str], specs: Path | None) -> None:
    """Print the facts of a provider, or only the assumed ones, and the rows to choose from."""
    spec = _spec(provider, choices, specs)
    console = make_console()
    table = _table(f"{provider}: facts", "seen", "where", "what", "source")
    for fact in facts_of(spec):
        if not assumed or fact.seen == "assumed":
            table.add_row(fact.seen, escape(fact.pointer), escape(fact.text), escape(fact.source))
    console.print(table)
    if not assumed:
        for row, ambiguity in spec.document.get("x-voice-ambiguities", {}).items():
            console.print(f"[bold]--choose {provider}.{row}=…[/bold]  {escape(ambiguity['question'])}", soft_wrap=True)
            for reading, one in ambiguity["readings"].items():
                default = " (default)" if reading == ambiguity["default"] else ""
                console.print(f"    {reading}{default}: {escape(one['means'])}; {escape(_origin(one))}", soft_wrap=True)
