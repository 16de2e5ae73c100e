"""Conversations over a WebSocket: their order, their frames, what is heard in them, what is charged, what is refused.

The documented conversation is held once; what it is about to judge does not ask again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from contract_tests.kit.audio.sound import NotAudio
from contract_tests.kit.audio.speech import breaks, disguises, heard, hurries, silences
from contract_tests.kit.claims import Claim, Unverified, claim
from contract_tests.kit.errors.provocations import is_barred_everywhere
from contract_tests.kit.facts import Facts
from contract_tests.kit.flaws import Flaw, judge
from contract_tests.kit.money import balance_operation
from contract_tests.kit.pointers import spell
from contract_tests.kit.readings import fits
from contract_tests.kit.recipes import NOTHING
from contract_tests.kit.roles import role_of
from contract_tests.kit.sockets.documented import Question, Socket, Spoken, Told, in_every_format, questions, sockets
from contract_tests.kit.sockets.gate import Conversation
from contract_tests.kit.sockets.judging import disorder, joined, loose_frames, misshapen, mistold, unfinished

WRONG_KEY = "nobody-has-this-key"
# An odd number of code points, one of which is two units of UTF-16 and four bytes.
ODD = "Odd 🙂."
TWO = ("The first of two.", "And this is the second one.")
# So often the example's text lasts long enough to be stopped.
LONG = 8

Talks = Sequence[Sequence[str]]


def now(claim: Claim, case: Socket) -> Socket:
    """Return a conversation under the readings observed so far."""
    return Socket(claim.facts, case.name)


def documented(claim: Claim, case: Socket, form: str = "") -> Conversation:
    """Return the documented conversation. Raises Unverified where nothing was spoken in it."""
    socket = now(claim, case)
    return claim.run.gate.once(socket, form or socket.format)


def came(one: Conversation, name: str) -> bool:
    """Say whether a message of a type came."""
    return any(heard.name == name for heard in one.heard)


def ask_no_more_unless_ready(claim: Claim, case: Socket) -> None:
    """Raise Unverified where the documented conversation was never ready: each other would wait for it in vain."""
    if not came(documented(claim, case), "ready"):
        raise Unverified("the documented conversation was never ready")


@contextmanager
def ready(claim: Claim, case: Socket, role: str = "funded") -> Iterator[Conversation]:
    """Hold a conversation that has got as far as `ready`. Raises Unverified where none does."""
    socket = now(claim, case)
    ask_no_more_unless_ready(claim, case)
    with claim.run.gate.talk(socket, role) as one:
        begin(one)
        if one.until("ready", "error") is None:
            raise Unverified("this conversation was never ready")
        yield one


def begin(one: Conversation, **asked: str) -> None:
    """Wait until a conversation is open, and start it."""
    one.until("connected", "error")
    one.say(one.socket.start(**asked))


def without_text(_: Facts, _case: object) -> Talks:
    """A conversation in which nothing is said."""
    return [[]]


def of_one(_: Facts, case: Socket) -> Talks:
    """One conversation, with the text of the example many times."""
    return [[case.text * LONG]]


# -- readings -----------------------------------------------------------------------------------------


@claim(over=questions, talks=without_text)
def test_the_conversation_follows_one_of_the_documented_readings(claim: Claim, case: Question) -> None:
    """Asked by what `start` is answered; never a failure."""
    socket, node = now(claim, case.socket), claim.facts.ambiguities[case.row]
    role = node["talk"]["role"]
    with claim.run.gate.talk(socket, role_of(role) if role else None) as one:
        one.until("connected", "error")
        one.say(socket.start() | node["talk"]["start"])
        one.until("ready", "error")
        shown = [name for name, reading in node["readings"].items() if fits(reading["shows"], one.exchange)]
        claim.saw(one.exchange)
        if len(shown) != 1:
            raise Unverified(f"{case.row}: the answer is that of {len(shown)} documented readings")
        claim.run.learn(case.row, shown[0])
        pointer = spell(["x-voice-ambiguities", case.row, "readings", shown[0]])
        claim.observed(pointer, f"{case.row}: {shown[0]}", one.exchange)


# -- the documented conversation -----------------------------------------------------------------------


@claim(profile="smoke", over=sockets)
def test_messages_come_in_documented_order(claim: Claim, case: Socket) -> None:
    """Ready before audio, done behind it."""
    one = documented(claim, case)
    judge(claim, disorder(one.socket, one.moments), one.socket.at("order", "states"), one.exchange)
    for name in ("connected", "ready"):
        flaws = [] if came(one, name) else [Flaw(name, "nothing of the kind")]
        judge(claim, flaws, one.socket.at("server", name), one.exchange)


@claim(profile="smoke", over=sockets)
def test_every_message_fits_its_schema(claim: Claim, case: Socket) -> None:
    """Judges every conversation of the run so far."""
    documented(claim, case)
    for one in (each for each in claim.run.gate.held if each.socket.name == case.name and each.heard):
        claim.saw(one.exchange)
        for pointer, flaw in misshapen(one.socket, claim.run.shapes, one.heard):
            judge(claim, [flaw], pointer, one.exchange)


@claim(profile="smoke", over=sockets)
def test_every_audio_message_is_followed_by_one_binary_frame(claim: Claim, case: Socket) -> None:
    one = documented(claim, case)
    judge(claim, loose_frames(one.socket, one.heard), one.socket.at("server", "audio", "binary"), one.exchange)


@claim(profile="smoke", over=sockets)
def test_done_ends_a_text(claim: Claim, case: Socket) -> None:
    """Once, behind its last frame; nothing comes after it but what is asked for next."""
    one = documented(claim, case)
    judge(claim, unfinished(one.socket, one.heard, [one.socket.text]), one.socket.at("server", "done"), one.exchange)


@claim(profile="smoke", over=sockets)
def test_stop_is_answered(claim: Claim, case: Socket) -> None:
    one = documented(claim, case)
    told = one.heard[-1] if one.heard else None
    flaws = [] if told and told.name == "stopped" else [Flaw("stopped", told.shown if told else "nothing")]
    judge(claim, flaws, one.socket.at("server", "stopped"), one.exchange)


def other_format(_: Facts, case: Spoken) -> Talks:
    """The documented conversation in another format than the example's, which is held once for all claims."""
    return [] if case.format == case.socket.format else [[case.socket.text]]


def audio(claim: Claim, case: Spoken) -> tuple[Conversation, bytes]:
    """Return the documented conversation in a format, and its audio. Raises Unverified where there is none."""
    ask_no_more_unless_ready(claim, case.socket)
    one = documented(claim, case.socket, case.format)
    data = joined(one.heard)
    if not data:
        raise Unverified("nothing was spoken")
    return one, data


@claim(over=in_every_format, talks=other_format)
def test_joined_audio_is_what_its_format_says(claim: Claim, case: Spoken) -> None:
    """The container and codec of its name; every audio message names the format."""
    one, data = audio(claim, case)
    socket, media = one.socket, one.socket.formats[case.format]
    judge(claim, disguises(data, media, case.format, media), socket.at("speech", "types", case.format), one.exchange)
    told = {str(each.members.get("format")) for each in one.heard if each.name == "audio"}
    flaws = [] if told <= {case.format} else [Flaw(f"the format {case.format}", ", ".join(sorted(told)))]
    judge(claim, flaws, socket.schema("audio"), one.exchange)


@claim(over=in_every_format)
def test_joined_audio_is_whole_and_to_be_heard(claim: Claim, case: Spoken) -> None:
    """By frames, sizes and the length its header tells; no silence, and as long as the text."""
    one, data = audio(claim, case)
    socket = one.socket
    if not judge(claim, breaks(data, is_bare=False), socket.at("speech"), one.exchange):
        return
    try:
        sound = heard(data, is_bare=False)
    except NotAudio as error:
        raise Unverified(f"the speech does not decode: {error}") from None
    judge(claim, silences(sound), socket.at("speech"), one.exchange)
    judge(claim, hurries(sound.milliseconds, socket.text), socket.at("speech", "text"), one.exchange)


# -- other conversations -------------------------------------------------------------------------------


def of_two(_: Facts, _case: Socket) -> Talks:
    """One conversation with two texts."""
    return [TWO]


@claim(over=sockets, talks=of_two)
def test_texts_are_spoken_in_order(claim: Claim, case: Socket) -> None:
    """Two, the second sent before the first is done."""
    with ready(claim, case) as one:
        for text in TWO:
            one.say({one.socket.type: "text", one.socket.text_member: text})
        for _ in TWO:
            one.until("done", "error")
        judge(claim, unfinished(one.socket, one.heard, TWO), one.socket.at("order", "states"), one.exchange)
        judge(claim, loose_frames(one.socket, one.heard), one.socket.at("server", "audio", "binary"), one.exchange)


@claim(over=sockets, talks=of_one)
def test_nothing_is_said_after_stopped(claim: Claim, case: Socket) -> None:
    """Stopped in the middle of a long text; a second stop has to be answered at once."""
    if not came(documented(claim, case), "stopped"):
        raise Unverified("the documented conversation was never stopped")
    with ready(claim, case) as one:
        one.say({one.socket.type: "text", one.socket.text_member: one.socket.text * LONG})
        one.until("audio", "error")
        one.say(one.socket.example("stop"))
        stopped = one.until("stopped")
        one.say(one.socket.example("stop"))
        after = one.hear() if stopped else None
        flaws = [] if stopped else [Flaw("stopped", "nothing")]
        if after is not None and after.name != "stopped":
            flaws = [Flaw("nothing behind stopped", after.shown)]
        judge(claim, flaws, one.socket.at("server", "stopped"), one.exchange)
        judge(claim, disorder(one.socket, one.moments), one.socket.at("order", "states"), one.exchange)


def accountable(facts: Facts) -> dict[str, Socket]:
    """Every conversation over a WebSocket of a provider that tells the balance."""
    return sockets(facts) if balance_operation(facts) else {}


def odd(_: Facts, _case: Socket) -> Talks:
    """One conversation with a text of an odd length."""
    return [[ODD]]


@claim(over=accountable, calls=2, talks=odd)
def test_the_charge_is_that_of_the_text(claim: Claim, case: Socket) -> None:
    """The balance drops by the documented price, once, as soon as the text is done."""
    with ready(claim, case) as one:
        before = claim.run.balance()
        one.say({one.socket.type: "text", one.socket.text_member: ODD})
        if (one.until("done", "error") or one.moments[0]).name != "done":
            raise Unverified("the text was not spoken")
        drop, price = before - claim.run.balance(), one.socket.price(ODD)
        claim.judge(
            drop == price,
            rests_on=one.socket.at("billing", "steps"),
            expected=f"{price} {claim.facts.unit} for {len(ODD)} {one.socket.node['billing']['measure']}",
            got=f"the balance drops by {drop}",
            exchange=one.exchange,
            operation=case.name,
        )


# -- what is refused -----------------------------------------------------------------------------------


def two_without_text(_: Facts, _case: Socket) -> Talks:
    """Two conversations in which nothing is said."""
    return [[], []]


def with_a_text_in_vain(_: Facts, _case: Told) -> Talks:
    """A conversation with a text that is refused, hence free."""
    return [[ODD]]


def is_told(claim: Claim, one: Conversation, kind: str) -> None:
    """Judge how a fault is told: by an error, with its words, and the close code where it has one."""
    row, place = one.socket.refusal(kind), one.socket.at("errors", kind)
    told = next((each for each in one.heard if each.name == "error"), None)
    if judge(claim, mistold(row, told), place, one.exchange) and "close" in row:
        while one.hear() is not None:
            pass
        flaws = [] if one.closed == row["close"] else [Flaw(f"closed with {row['close']}", f"{one.closed or 'open'}")]
        judge(claim, flaws, one.socket.at("errors", kind, "close"), one.exchange)


@claim(profile="smoke", over=sockets, talks=two_without_text)
def test_a_wrong_token_is_refused(claim: Claim, case: Socket) -> None:
    """In the address, and in `start` where the address has none."""
    socket = now(claim, case)
    # Who refuses everybody refuses a wrong key as well.
    ask_no_more_unless_ready(claim, socket)
    for where in ("address", "start"):
        in_address = where == "address"
        with claim.run.gate.talk(socket, None, WRONG_KEY if in_address else None) as one:
            first = one.until("connected", "error")
            if first is not None and first.name == "connected":
                one.say(socket.start() | ({} if in_address else {socket.node["token"]["member"][1:]: WRONG_KEY}))
                one.until("ready", "error")
            let_in = came(one, "ready")
            flaws = [Flaw(f"a wrong key in the {where} is refused", "ready")] if let_in else []
            if judge(claim, flaws, socket.at("errors", "bad-credential"), one.exchange) and one.status == 101:
                is_told(claim, one, "bad-credential")


@claim(over=sockets, talks=without_text)
def test_an_unknown_voice_is_an_error(claim: Claim, case: Socket) -> None:
    socket = now(claim, case)
    with claim.run.gate.talk(socket) as one:
        begin(one, voice=NOTHING)
        one.until("ready", "error")
        is_told(claim, one, "unknown-voice")


# Kinds of fault that can be made from outside, beside those above.
WHEN_READY = ("malformed", "binary", "unknown-type", "invalid", "credits")
KINDS = ("no-credential", "forbidden", "out-of-order", *WHEN_READY)


def faults(facts: Facts) -> dict[str, Told]:
    """Faults of a message or a key, in every conversation over a WebSocket."""
    return {f"{name} {kind}": Told(one, kind) for name, one in sockets(facts).items() for kind in KINDS}


@claim(over=faults, in_vain=with_a_text_in_vain)
def test_a_fault_is_told_as_documented(claim: Claim, case: Told) -> None:
    """The session goes on, unless the documents say that it is closed."""
    socket = now(claim, case.socket)
    if case.kind == "forbidden" and not is_barred_everywhere(claim.facts):
        raise Unverified("under the readings that the endpoint follows no account is barred from everything")
    role = {"no-credential": None, "forbidden": "forbidden", "credits": "empty"}.get(case.kind, "funded")
    text = {socket.type: "text", socket.text_member: ODD}
    if case.kind in WHEN_READY:
        ask_no_more_unless_ready(claim, socket)
    with claim.run.gate.talk(socket, role) as one:
        if case.kind == "out-of-order":
            one.until("connected", "error")
            one.say(text)
        else:
            begin(one)
        if case.kind in WHEN_READY:
            one.until("ready", "error")
            wrong: dict[str, str | bytes] = {
                "malformed": "no json",
                "binary": b"bytes",
                "unknown-type": f'{{"{socket.type}": "{NOTHING}"}}',
                "invalid": f'{{"{socket.type}": "text"}}',
            }
            if case.kind in wrong:
                one.send(wrong[case.kind])
            else:
                one.say(text)
        one.until("error", "done")
        is_told(claim, one, case.kind)
        if not one.closed and came(one, "ready") and came(documented(claim, socket), "stopped"):
            one.say(socket.example("stop"))
            flaws = [] if one.until("stopped") else [Flaw("the session goes on", "stop is not answered")]
            judge(claim, flaws, socket.at("errors", case.kind), one.exchange)
