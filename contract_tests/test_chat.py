"""Do chats and completions end where they should, count what they say, and say the same whole as in events?

What an engine says is its own affair. Where the members that are to make it steady do not, the difference is observed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import jsonschema_rs

from contract_tests.kit.claims import Claim, Unverified, claim
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.flaws import judge
from contract_tests.kit.media import EVENTS_TYPE
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import below, find
from contract_tests.kit.recipes import Recipe
from contract_tests.kit.texts.asking import with_text
from contract_tests.kit.texts.talking import Talker, counting, is_object, sums, talkers
from contract_tests.kit.tokens import tokens_told

# Long enough for any tokenizer to see more tokens in it than in an example, and more than FEW in its answer.
LONG = "Tell me in your own words what the quick brown fox does with the lazy dog, and why it does so. " * 4
FEW = 3

Asked = Sequence[tuple[Operation, Recipe]]
Over = Callable[[Facts], dict[str, Talker]]


def having(*parts: str) -> Over:
    """Return the talkers whose table has some parts."""

    def found(facts: Facts) -> dict[str, Talker]:
        return {name: one for name, one in talkers(facts).items() if all(part in one.table for part in parts)}

    found.__doc__ = f"What answers with a text, and has {' and '.join(parts)}"
    return found


def ask(claim: Claim, talker: Talker, name: str, recipe: Recipe) -> Exchange:
    """Ask a recipe once in a run. Raises Unverified where it is not answered."""
    exchange = claim.run.once(talker.operation, name, **recipe)
    if not exchange.is_success:
        raise Unverified(f"{name}: answered {exchange.status}")
    return exchange


# -- tokens --------------------------------------------------------------------------------------------


def _longer(_: Facts, case: Operation) -> Asked:
    return [(case, with_text(case, LONG))]


@claim(over=counting, asks=_longer)
def test_longer_texts_have_more_tokens(claim: Claim, case: Operation) -> None:
    short = claim.run.good(case)
    long = claim.run.once(case, "long", **with_text(case, LONG))
    name = next(iter(case.node["x-voice-billing"]["counts"]))
    before, after = tokens_told(case, short), tokens_told(case, long)
    if before is None or after is None:
        raise Unverified("no answer tells its tokens")
    least = len(LONG.split()) // 2
    claim.judge(
        after[name] >= before[name] and after[name] >= least,
        rests_on=below(case.pointer, "x-voice-billing", "counts", name, "at"),
        expected=f"at least {least} tokens in a text of {len(LONG.split())} words, and more than the example's",
        got=f"{after[name]}, and {before[name]} in the example",
        exchange=long,
    )


# -- where an answer ends ------------------------------------------------------------------------------


def _in_few_tokens(talker: Talker) -> Recipe:
    return with_text(talker.operation, LONG, **talker.steady, **talker.member("most", FEW))


def _cut_short(_: Facts, case: Talker) -> Asked:
    return [(case.operation, _in_few_tokens(case))]


@claim(over=having("most"), asks=_cut_short)
def test_the_most_tokens_are_honoured(claim: Claim, case: Talker) -> None:
    exchange = ask(claim, case, "few tokens", _in_few_tokens(case))
    completion = (tokens_told(case.operation, exchange) or {}).get("completion")
    if completion is not None:
        claim.judge(
            completion <= FEW,
            rests_on=case.fact("most"),
            expected=f"at most {FEW} tokens",
            got=f"{completion}",
            exchange=exchange,
        )
    for choice in case.choices(exchange):
        ends = [case.table["ends"]["cut"]] if completion == FEW else [*case.table["ends"].values()]
        # An answer may end by itself with the last token that it was given.
        is_so = choice.end in ends or choice.end == case.table["ends"]["whole"]
        claim.judge(
            is_so,
            rests_on=case.fact("ends"),
            expected=f"an end of {' or '.join(ends)}",
            got=repr(choice.end),
            exchange=exchange,
        )
        few = len(choice.text.split())
        claim.judge(
            few <= FEW,
            rests_on=case.fact("most"),
            expected=f"no more words than {FEW} tokens can hold",
            got=f"{few} words: {choice.text[:80]!r}",
            exchange=exchange,
        )


def _in_two_ways(_: Facts, case: Talker) -> Asked:
    return [(case.operation, case.asks()), (case.operation, case.asks(**case.member("count", 2)))]


@claim(over=having("count"), asks=_in_two_ways)
def test_as_many_answers_come_as_are_asked_for(claim: Claim, case: Talker) -> None:
    exchange = ask(claim, case, "two answers", case.asks(**case.member("count", 2)))
    indices = [one.index for one in case.choices(exchange)]
    claim.judge(
        indices == [0, 1],
        rests_on=case.fact("count"),
        expected="two answers, numbered 0 and 1",
        got=f"{indices}",
        exchange=exchange,
    )


def _with_a_stop(_: Facts, case: Talker) -> Asked:
    return [(case.operation, case.asks()), (case.operation, case.asks(**case.member("stop", ["a"])))]


@claim(over=having("stop", "steady"), asks=_with_a_stop)
def test_an_answer_ends_before_a_stop(claim: Claim, case: Talker) -> None:
    whole = "".join(one.text for one in case.choices(ask(claim, case, "steady", case.asks())))
    stop = next((one for one in whole[1:] if one.isalpha()), None)
    if stop is None:
        raise Unverified(f"the answer {whole[:80]!r} has no letter to stop at")
    exchange = claim.ask(case.operation, **case.asks(**case.member("stop", [stop])))
    for choice in case.choices(exchange) if exchange.is_success else ():
        claim.judge(
            stop not in choice.text and choice.end == case.table["ends"]["whole"],
            rests_on=case.fact("stop"),
            expected=f"an answer without {stop!r} that ends as {case.table['ends']['whole']}",
            got=f"{choice.text[:80]!r}, {choice.end!r}",
            exchange=exchange,
        )


# -- events --------------------------------------------------------------------------------------------


def _in_events(_: Facts, case: Talker) -> Asked:
    return [(case.operation, case.asks("events"))]


@claim(over=having("events"), asks=_in_events)
def test_events_of_an_answer_come_in_order_and_end(claim: Claim, case: Talker) -> None:
    """Each choice ends once, and the last line comes once and last."""
    exchange = ask(claim, case, "in events", case.asks("events"))
    if exchange.media != EVENTS_TYPE:
        raise Unverified(f"no events, but {exchange.media or 'no media type'}")
    judge(claim, case.disorder(exchange), case.fact("events"), exchange)


def _whole_and_in_events(_: Facts, case: Talker) -> Asked:
    return [(case.operation, case.asks("events")), (case.operation, case.asks()), (case.operation, case.asks())]


@claim(over=having("events", "steady"), asks=_whole_and_in_events)
def test_events_joined_are_the_whole_answer(claim: Claim, case: Talker) -> None:
    """Where the same is answered each time; that it is not is observed."""
    streamed = ask(claim, case, "in events", case.asks("events"))
    joined = case.joined(streamed)
    whole = case.choices(ask(claim, case, "steady", case.asks()))
    if not whole:
        raise Unverified("the whole answer says nothing to hold the events against")
    if joined != whole:
        again = case.choices(claim.ask(case.operation, **case.asks()))
        if again != whole:
            claim.observed(case.fact("steady"), "it answers differently each time", streamed)
            return
    claim.judge(
        joined == whole,
        rests_on=case.fact("events"),
        expected=f"{[(one.text[:80], one.end) for one in whole]}",
        got=f"{[(one.text[:80], one.end) for one in joined]}, joined",
        exchange=streamed,
    )


def _counted(talker: Talker) -> Recipe:
    return talker.asks("events", **talker.table["events"]["counted"])


def _counted_events(_: Facts, case: Talker) -> Asked:
    if "counted" not in case.table["events"]:
        return []
    return [(case.operation, case.asks("events")), (case.operation, _counted(case)), (case.operation, case.asks())]


@claim(over=having("events", "steady"), asks=_counted_events)
def test_tokens_come_in_events_if_asked_for(claim: Claim, case: Talker) -> None:
    """And are those of the whole answer, if that says the same."""
    if "counted" not in case.table["events"]:
        raise Unverified("nothing in a request asks for tokens in events")
    fact = case.fact("events", "counted")
    plain = ask(claim, case, "in events", case.asks("events"))
    told = tokens_told(case.operation, plain)
    claim.judge(told is None, rests_on=fact, expected="no tokens if nobody asks", got=f"{told}", exchange=plain)
    streamed = ask(claim, case, "in counted events", _counted(case))
    counted = tokens_told(case.operation, streamed)
    whole = ask(claim, case, "steady", case.asks())
    if counted is not None and case.joined(streamed) != case.choices(whole):
        raise Unverified("it answers differently each time")
    wanted = tokens_told(case.operation, whole)
    if wanted is None:
        raise Unverified("the whole answer tells no tokens to hold those of the events against")
    claim.judge(counted == wanted, rests_on=fact, expected=f"{wanted}", got=f"{counted}", exchange=streamed)


# -- shapes of answers ---------------------------------------------------------------------------------


def _as_json(_: Facts, case: Talker) -> Asked:
    return [(case.operation, case.asks("json"))]


@claim(over=having("json"), asks=_as_json)
def test_a_json_object_comes_if_asked_for(claim: Claim, case: Talker) -> None:
    exchange = ask(claim, case, "as json", case.asks("json"))
    for choice in case.choices(exchange):
        if choice.end == case.table["ends"]["whole"]:
            claim.judge(
                is_object(choice.text),
                rests_on=case.fact("json"),
                expected="the text of a JSON object",
                got=repr(choice.text[:120]),
                exchange=exchange,
            )


def _with_tools(_: Facts, case: Talker) -> Asked:
    return [(case.operation, case.asks("tools"))]


@claim(over=having("tools"), asks=_with_tools)
def test_a_demanded_tool_is_called(claim: Claim, case: Talker) -> None:
    """By the name it was given, with arguments that fit its schema."""
    exchange = ask(claim, case, "with tools", case.asks("tools"))
    row = case.table["tools"]
    tools = {one["function"]["name"]: one["function"]["parameters"] for one in row["with"]["tools"]}
    found = exchange.at(case.table["choices"]["at"])
    for choice in found if isinstance(found, list) else ():
        calls = find(choice, row["at"]) or []
        claim.judge(
            bool(calls) and all(_fits(tools, one, row) for one in calls),
            rests_on=case.fact("tools"),
            expected=f"a call of {', '.join(tools)} with arguments that fit its schema",
            got=json.dumps(calls, ensure_ascii=False)[:200],
            exchange=exchange,
        )


def _fits(tools: dict[str, Any], call: Any, row: Any) -> bool:
    schema = tools.get(str(find(call, row["name"])))
    try:
        arguments = json.loads(str(find(call, row["arguments"])))
    except ValueError:
        return False
    return schema is not None and jsonschema_rs.Draft202012Validator(schema).is_valid(arguments)


# -- what was seen ---------------------------------------------------------------------------------------


@claim(profile="smoke", over=counting)
def test_usage_adds_up(claim: Claim, case: Operation) -> None:
    """Judges every answer of the run."""
    table = "x-voice-chat" if "x-voice-chat" in case.node else "x-voice-embedding"
    for exchange in claim.run.log:
        if exchange.is_of(case) and exchange.is_success:
            judge(claim, sums(case, exchange), below(case.pointer, table, "total"), exchange)
