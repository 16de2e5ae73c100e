"""The command line: `mockvoice serve` and what one looks up beside it; Rich comes with what draws tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mockvoice import __version__
from mockvoice.options import ServeOptions, read_choices

app = typer.Typer(
    name="mockvoice",
    help="Voice APIs on your own machine: five providers, simulated from their documents.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

_SERVE = ServeOptions()

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PROVIDER]...", help="Which providers; none means all.", show_default=False),
]
Provider = Annotated[str, typer.Argument(help="A provider, as `mockvoice providers` lists them.")]
Choose = Annotated[
    list[str] | None,
    typer.Option("--choose", metavar="PROVIDER.ROW=READING", help="How to read a contradiction of the documents."),
]
Key = Annotated[
    str, typer.Option(metavar="KEY", help="Key of such an account; better in MOCKVOICE_…_TOKEN.", show_default=False)
]
Specs = Annotated[
    Path | None, typer.Option("--specs", metavar="DIR", help="Folder with edited specs; others stay as shipped.")
]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mockvoice {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Voice APIs on your own machine: five providers, simulated from their documents."""


@app.command()
def serve(
    names: Names = None,
    host: Annotated[
        str, typer.Option(help="Address to listen on; the loopback unless you say otherwise.")
    ] = _SERVE.host,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = _SERVE.port,
    seed: Annotated[int, typer.Option(help="Ids and made-up texts follow from it.")] = _SERVE.seed,
    clock: Annotated[
        str, typer.Option(help="real, xN (N times faster) or manual (POST /_mock/clock moves it).")
    ] = _SERVE.clock,
    choose: Choose = None,
    specs: Specs = None,
    fixtures: Annotated[
        list[Path] | None,
        typer.Option("--fixtures", metavar="DIR", help="Folder of your own clips, each with a .txt or .json."),
    ] = None,
    fetch: Annotated[
        bool, typer.Option("--fetch", help="Really download audio by URL (public addresses only).")
    ] = False,
    accept_any_token: Annotated[
        bool, typer.Option("--accept-any-token", help="Any non-empty key is a funded account of its own.")
    ] = False,
    lenient_audio: Annotated[
        bool, typer.Option("--lenient-audio", help="Take any bytes as audio, for test suites that upload text.")
    ] = False,
    voice: Annotated[
        str, typer.Option(help="tones, or espeak for human speech (extra: mockvoice[espeak]).")
    ] = _SERVE.voice,
    transcriber: Annotated[
        str, typer.Option(metavar="MODULE:FUNCTION", help="Your own ear for audio that nobody here recognises.")
    ] = _SERVE.transcriber,
    allow_hooks: Annotated[
        list[str] | None,
        typer.Option("--allow-hooks", metavar="HOST", help="Post changes of tasks to this host as well, if asked to."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No log line for a refused request.")] = False,
) -> None:
    """Serve one provider, several, or all of them."""
    from mockvoice.serving import serve as run  # noqa: PLC0415 - only this command needs a server

    run(
        ServeOptions(
            providers=tuple(names or ()),
            host=host,
            port=port,
            seed=seed,
            clock=clock,
            choose=tuple(choose or ()),
            specs=specs,
            fixtures=tuple(fixtures or ()),
            fetch=fetch,
            accept_any_token=accept_any_token,
            lenient_audio=lenient_audio,
            voice=voice,
            transcriber=transcriber,
            allow_hooks=tuple(allow_hooks or ()),
            quiet=quiet,
        )
    )


@app.command()
def providers() -> None:
    """List the providers: what they are, what they offer, where they stand."""
    from mockvoice import lookup  # noqa: PLC0415 - draws tables with Rich

    lookup.show_providers()


@app.command()
def accounts(provider: Annotated[str | None, typer.Argument(help="Only this provider.")] = None) -> None:
    """List the seed accounts: role, key, balance, plan."""
    from mockvoice import lookup  # noqa: PLC0415 - draws tables with Rich

    lookup.show_accounts(provider)


@app.command()
def routes(provider: Annotated[str | None, typer.Argument(help="Only this provider.")] = None) -> None:
    """List every path, its methods and the statuses it may answer."""
    from mockvoice import lookup  # noqa: PLC0415 - draws tables with Rich

    lookup.show_routes(provider)


@app.command()
def errors(provider: Provider, choose: Choose = None, specs: Specs = None) -> None:
    """List every error of a provider: status, code, when, source, and a curl that provokes it."""
    from mockvoice import lookup  # noqa: PLC0415 - draws tables with Rich

    lookup.show_errors(provider, read_choices(choose or ()), specs)


@app.command()
def facts(
    provider: Provider,
    assumed: Annotated[bool, typer.Option("--assumed", help="Only what nobody states and we had to assume.")] = False,
    choose: Choose = None,
    specs: Specs = None,
) -> None:
    """List what the simulator knows about a provider, each fact with its source, and the readings to choose from."""
    from mockvoice import lookup  # noqa: PLC0415 - draws tables with Rich

    lookup.show_facts(provider, assumed, read_choices(choose or ()), specs)


@app.command()
def check(
    provider: Provider,
    target: Annotated[
        str, typer.Option(metavar="URL", help="What stands before the documented path; none: a simulator of its own.")
    ] = "",
    token: Annotated[
        str,
        typer.Option(
            metavar="KEY",
            help="Key of a funded account. Others on this machine may see a command line: MOCKVOICE_TOKEN is better.",
        ),
    ] = "",
    empty_token: Key = "",
    low_token: Key = "",
    limited_token: Key = "",
    revoked_token: Key = "",
    other_token: Key = "",
    forbidden_token: Key = "",
    fresh_token: Key = "",
    warned_token: Key = "",
    expired_token: Key = "",
    scoped_token: Key = "",
    bound_token: Key = "",
    elsewhere_token: Key = "",
    profile: Annotated[
        str, typer.Option(help="smoke, standard or deep: how much is looked at and spent.")
    ] = "standard",
    strict: Annotated[bool, typer.Option("--strict", help="What differs from an assumption counts as broken.")] = False,
    max_credits: Annotated[int | None, typer.Option(metavar="N", min=0, help="Spend no more than this.")] = None,
    max_requests: Annotated[int | None, typer.Option(metavar="N", min=0, help="Send no more than this.")] = None,
    rate: Annotated[str, typer.Option(metavar="N/m", help="Send at most N requests a minute.")] = "",
    report: Annotated[
        list[str] | None, typer.Option(metavar="KIND=FILE", help="json, junit, sarif or md; several with commas.")
    ] = None,
    baseline: Annotated[Path | None, typer.Option(metavar="FILE", help="Findings that are known and accepted.")] = None,
    choose: Choose = None,
    seed: Annotated[int, typer.Option(help="The same seed sends the same requests in the same order.")] = 0,
    clips: Annotated[str, typer.Option(metavar="URL", help="Where the clips of fixtures/ are hosted.")] = "",
    socket: Annotated[
        str, typer.Option(metavar="URL", help="Where conversations over a WebSocket are held, if not at the target.")
    ] = "",
    specs: Specs = None,
    plan: Annotated[bool, typer.Option("--plan", help="Only say what would be done and what it may cost.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before a target that is not on this machine.")] = False,
) -> None:
    """Check an endpoint against what the provider's documents promise."""
    from mockvoice.check import options, run  # noqa: PLC0415 - only this command runs the suite

    tokens = {
        "--token": token,
        "--empty-token": empty_token,
        "--low-token": low_token,
        "--limited-token": limited_token,
        "--revoked-token": revoked_token,
        "--other-token": other_token,
        "--forbidden-token": forbidden_token,
        "--fresh-token": fresh_token,
        "--warned-token": warned_token,
        "--expired-token": expired_token,
        "--scoped-token": scoped_token,
        "--bound-token": bound_token,
        "--elsewhere-token": elsewhere_token,
    }
    asked = options.CheckOptions(
        provider=provider,
        target=target,
        tokens={option: key for option, key in tokens.items() if key},
        profile=profile,
        strict=strict,
        max_credits=max_credits,
        max_requests=max_requests,
        rate=rate,
        report=tuple(report or ()),
        baseline=baseline,
        choose=tuple(choose or ()),
        seed=seed,
        clips=clips,
        socket=socket,
        specs=specs,
        plan=plan,
        yes=yes,
    )
    raise typer.Exit(run.check(asked))


@app.command()
def say(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to say; - reads it from the standard input.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where to; the suffix tells the format.")
    ],
    voice: Annotated[str, typer.Option(metavar="NAME", help="Who speaks: any name is a voice.")] = "alloy",
    form: Annotated[
        str, typer.Option("--format", help="mp3, wav, flac, opus, ogg, aac, m4a, webm or pcm.", show_default=False)
    ] = "",
    speed: Annotated[float, typer.Option(help="0.25 to 4; twice the speed takes half the time.")] = 1.0,
    engine: Annotated[
        str, typer.Option(help="tones, or espeak for human speech (extra: mockvoice[espeak]).")
    ] = _SERVE.voice,
) -> None:
    """Speak a text into an audio file that `mockvoice hear` and the simulator understand."""
    from mockvoice import saying  # noqa: PLC0415 - only this command speaks

    saying.say(saying.SayOptions(text, output, voice, form, speed, engine))


@app.command()
def hear(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An audio file.", show_default=False)],
    plot: Annotated[
        Path | None, typer.Option(metavar="PNG", help="Also draw the sound and its words (extra: mockvoice[plot]).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    fixtures: Annotated[
        list[Path] | None,
        typer.Option("--fixtures", metavar="DIR", help="Folder of your own clips, each with a .txt or .json."),
    ] = None,
    transcriber: Annotated[
        str, typer.Option(metavar="MODULE:FUNCTION", help="Your own ear for audio that nobody here recognises.")
    ] = "",
) -> None:
    """Tell what is heard in a file: words with times, speakers, how they were recognised, the sound itself."""
    from mockvoice import hearing  # noqa: PLC0415 - only this command listens

    hearing.hear(hearing.HearOptions(file, plot, as_json, tuple(fixtures or ()), transcriber))
