"""Files behind addresses: what an answer tells the address of is there, for anybody, and is what it says.

Nothing of the account is sent there: no key, whatever host it is. Only public addresses are fetched, or such on this
machine where the target is on it.
"""

from __future__ import annotations

from contract_tests.kit.audio.comparing import audible, same_speech
from contract_tests.kit.audio.requests import looks
from contract_tests.kit.audio.speaking import Said, Speaker, say
from contract_tests.kit.audio.speech import growth
from contract_tests.kit.claims import Claim, Unverified, claim
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.files.holding import demand_end, misspoken, strangers, unplayable
from contract_tests.kit.files.jobs import jobs_into_files, once_and_twice, short_and_long
from contract_tests.kit.files.telling import (
    MOST,
    Asked,
    Told,
    ask_for_a_file,
    asks_for_a_file,
    file_recipe,
    maker_looked_at,
    spoken_files,
    tellers,
    told_by,
    with_files,
    with_files_and_prices,
)
from contract_tests.kit.flaws import Flaw, judge
from contract_tests.kit.money import settled_balance
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import below
from contract_tests.kit.recipes import Recipe
from contract_tests.kit.tasks.waiting import LOOKS

# An odd number of code points, of which one is two units of UTF-16 and four bytes.
ODD = "Odd 🙂."


def addresses(claim: Claim, case: Operation) -> tuple[Operation, list[Told]]:
    """Return an operation under the present readings, and what it has told. Raises Unverified where it told nothing."""
    operation = claim.run.operation(case)
    ask_for_a_file(claim.run, operation)
    told = told_by(claim.run, operation)
    maker = maker_looked_at(operation)
    if not told and maker is not None:
        # Its example was asked before the task was over.
        claim.run.wait_for(claim.run.good(maker))
        claim.ask(operation)
        told = told_by(claim.run, operation)
    if not told:
        raise Unverified("no answer has told an address")
    return operation, told


def served(claim: Claim, told: Told) -> Exchange | None:
    """Fetch an address and judge that it is answered; None where it is not."""
    file = claim.run.file(told.url)
    demand_end(file)
    expected = "200, as the file is there without a key"
    is_there = claim.judge(
        file.status == 200, rests_on=told.place, expected=expected, got=f"status {file.status}", exchange=file
    )
    return file if is_there else None


@claim(over=tellers, calls=MOST + 1, asks=asks_for_a_file)
def test_an_address_that_was_told_serves_its_file(claim: Claim, case: Operation) -> None:
    """The newest three that the run was told, without a key. Of the sort that the documents name, and decoded whole."""
    operation, told = addresses(claim, case)
    spoken = {one.url: said for one, said in spoken_files(claim.run, operation, told)}
    for one in told:
        file = served(claim, one)
        if file is None:
            continue
        holds = claim.facts.document.get("x-voice-files", {}).get(one.kind, {}).get("holds", "")
        flaws = misspoken(spoken[one.url]) if one.url in spoken else (*strangers(file, holds), *unplayable(file, holds))
        judge(claim, flaws, one.place, file)


@claim(over=tellers, calls=2 * MOST + 1, asks=asks_for_a_file)
def test_a_file_is_the_same_each_time(claim: Claim, case: Operation) -> None:
    """Byte by byte, fetched twice."""
    _, told = addresses(claim, case)
    for one in told:
        first = claim.run.file(one.url)
        demand_end(first)
        if first.status != 200:
            continue
        again = claim.run.fetch(one.url)
        flaws = [] if again.status == 200 and again.body == first.body else [_changed(first, again)]
        judge(claim, flaws, one.place, again)


def _changed(first: Exchange, again: Exchange) -> Flaw:
    got = f"status {again.status}, {len(again.body):,} bytes"
    return Flaw(f"the {len(first.body):,} bytes of the first time", f"{got}, not the same")


# -- speech in a file --------------------------------------------------------------------------------


def one_file(facts: Facts, case: Speaker) -> Asked:
    """The example as a file; and as it is once more, where the two differ."""
    return [*asks_for_a_file(facts, case), (case.operation, {})]


@claim(over=with_files, calls=lambda facts, case: 1 + looks(facts, case), asks=one_file)
def test_a_file_holds_the_speech_that_was_asked_for(claim: Claim, case: Speaker) -> None:
    """The same to be heard as in the answer itself; that a text is spoken in another way each time is observed."""
    speaker = Speaker(claim.run.operation(case.operation))
    told = ask_for_a_file(claim.run, speaker.operation)
    url = told.at(speaker.table["file"]["at"]) if told else None
    if told is None or not isinstance(url, str):
        raise Unverified("no answer has told an address")
    plain, file = say(claim.run, speaker, "", {}), Said(speaker, told.fields, claim.run.file(url))
    one, other = audible(plain), audible(file)

    if same_speech(one, other):
        flaws = []
    elif not same_speech(one, audible(Said(speaker, plain.fields, claim.ask(speaker.operation)))):
        claim.observed(speaker.pointer, "the same text is spoken in another way each time", file.exchange)
        return
    else:
        flaws = [Flaw("the speech of the text that was asked for", f"another one, of {other.milliseconds:,} ms")]
    judge(claim, flaws, below(speaker.pointer, "file"), file.exchange)


# -- speech that a task leads to ---------------------------------------------------------------------


@claim(over=jobs_into_files, calls=2 * (LOOKS + 1), asks=once_and_twice)
def test_a_job_leads_to_the_speech_of_its_text(claim: Claim, case: Speaker) -> None:
    """Audio of the format that was asked for, whole, and for a text twice 1.4 to 2.8 times as long as for it once."""
    speaker = Speaker(claim.run.operation(case.operation))
    spoken = short_and_long(claim.run, speaker)
    place = speaker.fact("task")
    for one in spoken:
        if one.exchange.status != 200:
            judge(claim, [Flaw("the file behind its address", f"status {one.exchange.status}")], place, one.exchange)
            return
        judge(claim, misspoken(one), place, one.exchange)
    short, long = (audible(one).milliseconds for one in spoken)
    judge(claim, growth(short, long), speaker.fact("text"), spoken[-1].exchange)


# -- what it costs -----------------------------------------------------------------------------------


def odd_file(speaker: Speaker) -> Recipe:
    """Return the recipe of an odd text as a file."""
    return {"with": {speaker.table["text"]: ODD, **file_recipe(speaker)["with"]}}


@claim(over=with_files_and_prices, calls=3, asks=lambda _, case: [(case.operation, odd_file(case))] * 2)
def test_a_file_costs_what_was_spoken_and_its_download_nothing(claim: Claim, case: Speaker) -> None:
    """By the balance: twice the same text, and one download."""
    run, speaker = claim.run, Speaker(claim.run.operation(case.operation))
    before = settled_balance(run)
    exchanges = [claim.ask(speaker.operation, **odd_file(speaker)) for _ in range(2)]
    url = exchanges[0].at(speaker.table["file"]["at"])
    if isinstance(url, str):
        run.file(url)
    after = settled_balance(run)

    prices = [run.amounts.price(speaker.operation, one.draft, one.fields) for one in exchanges if one.is_success]
    if len(prices) < len(exchanges) or None in prices:
        raise Unverified("the two calls were not both answered")
    drop, price = before - after, sum(one for one in prices if one is not None)
    claim.judge(
        drop == price,
        rests_on=f"{speaker.operation.pointer}/x-voice-billing/steps",
        expected=f"the balance drops by {price} {claim.facts.unit}",
        got=f"{before} - {after} = {drop}",
        exchange=exchanges[-1],
    )
