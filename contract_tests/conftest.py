"""Options, order and verdicts of the contract suite: `pytest contract_tests --provider P --target URL`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from _pytest.outcomes import Exit

from contract_tests.kit import options
from contract_tests.kit.claims import Claim
from contract_tests.kit.options import baseline_of, make_run, refuse_several, reports_of, stop
from contract_tests.kit.reports import write
from contract_tests.kit.session import COULD_NOT_LOOK, Session, cases_of
from contract_tests.kit.verdicts import Verdict

SESSION = pytest.StashKey[Session]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the suite's options."""
    options.add(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Make the run; what is wrong with the call ends it here, with status 2."""
    if config.option.help or (config.option.collectonly and not config.option.provider):
        return
    refuse_several(config)
    reports_of(config.option)
    # pytest has this flag itself, for a strictness of its own that does no harm here.
    config.option.mv_strict = bool(config.getini("strict"))
    config.option.baseline = baseline_of(config.option)
    config.stash[SESSION] = Session(make_run(config.option), config.option)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a claim its cases."""
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", list(cases_of(metafunc.config.stash[SESSION].run, metafunc.function)))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep what the profile looks at, in the order in which it costs least."""
    items[:] = config.stash[SESSION].arrange(items)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Tell the plan before the first request, and stop where nobody has agreed to it."""
    config = session.config
    if config.option.collectonly:
        return
    one = config.stash[SESSION]
    text = one.announce(session.items)
    if not config.option.events:
        config.get_terminal_writer().line(text)
    if config.option.plan:
        raise Exit("only the plan was asked for", returncode=0)
    agreed = config.option.yes or config.option.max_credits is not None or config.option.max_requests is not None
    if not one.run.settings.is_loopback and not agreed:
        raise stop("the target is not this machine: say --yes, or set --max-credits or --max-requests")


@pytest.fixture(scope="session", autouse=True)
def _guarded(request: pytest.FixtureRequest) -> Iterator[None]:
    """Nothing leaves but through the guard."""
    with request.config.stash[SESSION].run.guard.installed():
        yield


@pytest.fixture
def claim(request: pytest.FixtureRequest) -> Claim:
    """The claim that a test is."""
    one: Claim = request.config.stash[SESSION].claim_for(request.node)
    return one


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool:
    """Run a claim, record its verdict, and give pytest the outcome that goes with it."""
    names = pyfuncitem._fixtureinfo.argnames
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    one = pyfuncitem.config.stash[SESSION]
    claim: Any = pyfuncitem.funcargs["claim"]
    if "case" in arguments:
        arguments["case"] = one.run.present(arguments["case"])
    one.perform(pyfuncitem, claim, lambda: pyfuncitem.obj(**arguments))
    return True


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write the reports; the exit code is the run's, unless pytest itself was stopped."""
    one = session.config.stash.get(SESSION, None)
    if one is None or session.config.option.collectonly:
        return
    if not one.run.records and not one.run.guard.sent:
        # Stopped by an option; or nothing was chosen, and pytest's own number for that is none of ours.
        session.exitstatus = COULD_NOT_LOOK if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED else exitstatus
        return
    whole = exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED}
    one.clean_up(interrupted=not whole)
    summary = one.close()
    reports = reports_of(session.config.option)
    for kind, path in reports:
        write(summary, kind, path, secrets=one.secrets)
    written = [path for _, path in reports] + ([Path(session.config.option.events)] if one.writes_a_file else [])
    leaks = one.secrets.scrub_files(written)
    # Everything was masked when it was written; this looks once more, with other eyes.
    for leak in leaks:
        session.config.get_terminal_writer().line(f"a key was found as {leak.form} in {leak.path}; it was masked")
    session.exitstatus = summary.exit_code


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say what was found, and what was not looked at."""
    one = config.stash.get(SESSION, None)
    if one is None or not one.run.records or config.option.events:
        return
    summary = one.summary
    counts = ", ".join(f"{count} {verdict.value}" for verdict, count in summary.counts().items() if count)
    terminalreporter.write_line(f"{counts}; {summary.requests:,} requests, {summary.credits:,} {summary.unit}")
    reasons: dict[str, int] = {}
    for record in summary.records:
        if record.verdict is Verdict.UNVERIFIED:
            reasons[record.reason] = reasons.get(record.reason, 0) + 1
    for reason, count in sorted(reasons.items(), key=lambda item: -item[1]):
        terminalreporter.write_line(f"  unverified ({count}): {reason}")
    for remark in one.remarks:
        terminalreporter.write_line(f"  baseline: {remark}")
    for left in summary.leftovers:
        terminalreporter.write_line(f"  left behind: {left}")
    terminalreporter.write_line(f"exit code {summary.exit_code}: {summary.exit_reason}")
