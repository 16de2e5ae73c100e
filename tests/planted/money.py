"""Plants that charge wrongly, or tell wrongly what they charge."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from mockvoice.core.errors import NotEnough
from mockvoice.core.ledger import Hold, Ledger
from mockvoice.core.settings import Settings
from mockvoice.service.call import Call, Reply
from mockvoice.service.provider import Check, Provider
from mockvoice.web.exchange import Receive, Scope, Send
from tests.planted.claims import READINGS
from tests.planted.faithful import after, desk_of, keep_books, patched, verbs_around, with_ledgers, with_spec, with_verb
from tests.planted.plant import App, Kind, Plant
from tests.planted.wrapping import Answer, Asked, Wrapped, changing_heads, editing

PRICE = "credits.the_price_is_that_of_the_real_amount"
DROP = "credits.what_is_reported_is_what_the_balance_drops"
SUM = "credits.concurrent_calls_sum_up"
ONE_CALL = "credits.credit_for_one_call_is_good_for_exactly_one"
HEADERS = "credits.cost_headers_are_true"
# What the refusals of the plant that charges for them cost.
FEE = 1
RACE_SECONDS = 0.03


# -- books that are kept wrongly -----------------------------------------------------------------------


class BooksTwice(Ledger):
    """Charges every call twice."""

    def settle(self, hold: Hold, amount: int, at: float) -> int:
        return super().settle(hold, 2 * amount, at)


class BooksNothing(Ledger):
    """Charges no call, and says it has."""

    def settle(self, hold: Hold, amount: int, at: float) -> int:
        super().settle(hold, 0, at)
        return amount


class LosesUpdates(Ledger):
    """Sets nothing aside: it remembers the balance it saw, and writes back what that leaves after the charge."""

    def hold(self, amount: int, at: float, note: str) -> Hold:
        if amount > self.balance:
            raise NotEnough(self.balance, amount)
        return _Seen(self.balance, note)

    def settle(self, hold: Hold, amount: int, at: float) -> int:
        assert isinstance(hold, _Seen)
        self._close(hold)
        self._enter(at, "settle", max(0, hold.seen - amount) - self.balance, hold.note)
        self.charged += amount
        return amount


class _Seen(Hold):
    """Nothing set aside, but the balance that was seen."""

    __slots__ = ("seen",)

    def __init__(self, seen: int, note: str) -> None:
        super().__init__(0, note)
        self.seen = seen


class ChecksLate(Ledger):
    """Compares with the balance before the last charge; what is not there is not charged."""

    def __init__(self, opening: int) -> None:
        super().__init__(opening)
        self._before = opening

    def hold(self, amount: int, at: float, note: str) -> Hold:
        if amount > max(self.balance, self._before):
            raise NotEnough(self.balance, amount)
        self._before = self.balance
        return super().hold(min(amount, self.balance), at, note)


async def _wait(_call: Call, _reply: Reply) -> None:
    await asyncio.sleep(RACE_SECONDS)


def _racing(settings: Settings) -> App:
    app = patched(settings, verbs=verbs_around(("speechToText",), after(_wait)))
    return keep_books(app, LosesUpdates)


class ChargesRefusals(Wrapped):
    """Takes a fee from the account of every call of an operation that is refused with 400."""

    def __init__(self, app: App, operation: str) -> None:
        super().__init__(app)
        self._operation = operation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def intercept(message: Any) -> None:
            if message["type"] == "http.response.start" and message["status"] == 400:
                self._charge(self.asked(scope))
            await send(message)

        await self.app(scope, receive, intercept)

    def _charge(self, asked: Asked) -> None:
        if asked.operation != self._operation:
            return
        token = asked.headers.get(b"authorization", b"").decode("latin-1").partition(" ")[2]
        found = desk_of(self).roster.find(token)
        if found is not None and found.ledger.balance >= FEE:
            now = self.world.clock.now()
            found.ledger.settle(found.ledger.hold(FEE, now, "refused"), FEE, now)


# -- prices --------------------------------------------------------------------------------------------


def _price_in_bytes(check: Check) -> Check:
    def changed(call: Call) -> None:
        check(call)
        assert call.operation.tariff is not None
        call._price = call.operation.tariff.price(len(call.fields["input"].encode()), call.fields)

    return changed


def _bytes_for_code_points(settings: Settings) -> App:
    def verbs(provider: Provider) -> Provider:
        check = provider.checks["createSpeech"]
        return provider._replace(checks={**provider.checks, "createSpeech": _price_in_bytes(check)})

    return patched(settings, verbs=verbs)


# -- what is told --------------------------------------------------------------------------------------


def _before_the_charge(body: dict[str, Any]) -> None:
    body["quota_remaining"] += body["credits_used"]


def _one_look_behind() -> Callable[[Call, Reply], Awaitable[None] | None]:
    """Tell of each account what was found at the look before."""
    seen: dict[str, int] = {}

    def change(call: Call, reply: Reply) -> None:
        body = orjson.loads(reply.body)
        now = body["api_quota_remaining"]
        body["api_quota_remaining"] = seen.get(call.account.id, now)
        seen[call.account.id] = now
        reply.body = orjson.dumps(body)

    return change


def _stale_profile(settings: Settings) -> App:
    return with_verb("getProfile", after(_one_look_behind()))(settings)


def _times(name: bytes, factor: int) -> Callable[[Asked, Answer], None]:
    def change(_asked: Asked, answer: Answer) -> None:
        value = answer.header(name)
        if value is not None:
            answer.put(name, b"%d" % (int(value) * factor))

    return change


PLANTS = (
    Plant(
        name="net-price-tripled",
        provider="fishaudio-net",
        kind=Kind.PRICE,
        summary="a minute costs 30 credits instead of 10",
        build=with_spec({"/paths/~1api~1open~1speech-to-text/post/x-voice-billing/steps/0/give": 30}),
        found_by=(PRICE, ONE_CALL, READINGS),
        fact="/paths/~1api~1open~1speech-to-text/post/x-voice-billing",
        needs=("funded", "low"),
    ),
    Plant(
        name="aitre-half-price",
        provider="aitre",
        kind=Kind.PRICE,
        summary="a speech costs half its price, so credit for one is good for two",
        build=with_spec({"/paths/~1v1~1audio~1speech/post/x-voice-billing/steps/0/per": 4}),
        found_by=(PRICE, ONE_CALL, DROP, SUM),
        fact="/paths/~1v1~1audio~1speech/post/x-voice-billing",
        needs=("funded", "low"),
    ),
    Plant(
        name="hadrian-bytes-for-code-points",
        provider="hadrian",
        kind=Kind.PRICE,
        summary="a speech is priced by its bytes of UTF-8 instead of its code points",
        build=_bytes_for_code_points,
        found_by=(PRICE, HEADERS),
        fact="/paths/~1api~1v1~1audio~1speech/post/x-voice-billing",
    ),
    Plant(
        name="org-double-charge",
        provider="fishaudio-org",
        kind=Kind.DOUBLE_CHARGE,
        summary="a transcription takes twice from the balance what it reports",
        build=with_ledgers(BooksTwice),
        found_by=(DROP, PRICE, SUM),
        fact="/components/schemas/Transcription/properties/credits_used",
    ),
    Plant(
        name="org-charge-not-booked",
        provider="fishaudio-org",
        kind=Kind.NOT_BOOKED,
        summary="a transcription reports what it costs, and the balance stays",
        build=with_ledgers(BooksNothing),
        found_by=(DROP, PRICE, SUM, ONE_CALL),
        fact="/components/schemas/Transcription/properties/credits_used",
    ),
    Plant(
        name="net-refusals-cost",
        provider="fishaudio-net",
        kind=Kind.CHARGE_ON_REFUSAL,
        summary="a transcription that is refused with 400 costs a credit",
        build=lambda settings: ChargesRefusals(patched(settings), "speechToText"),
        found_by=("credits.refused_requests_are_free",),
        fact="/paths/~1api~1open~1speech-to-text/post/description",
    ),
    Plant(
        name="net-balance-before-the-charge",
        provider="fishaudio-net",
        kind=Kind.STALE_BALANCE,
        summary="quota_remaining is what was left before the call",
        build=editing(_before_the_charge, ("speechToText",)),
        found_by=(DROP,),
        fact="/components/schemas/Transcription/properties/quota_remaining",
    ),
    Plant(
        name="org-profile-one-look-behind",
        provider="fishaudio-org",
        kind=Kind.STALE_BALANCE,
        summary="the profile tells the quota that was left when it was last asked for",
        build=_stale_profile,
        found_by=(DROP, PRICE, SUM),
        fact="/components/schemas/Profile/properties/api_quota_remaining",
    ),
    Plant(
        name="net-lost-updates",
        provider="fishaudio-net",
        kind=Kind.RACE,
        summary="of calls at the same time only the last is booked, so credit for one is good for many",
        build=_racing,
        found_by=(SUM, ONE_CALL),
        fact="/paths/~1api~1open~1speech-to-text/post/x-voice-billing",
        needs=("funded", "low"),
    ),
    Plant(
        name="org-one-call-too-many",
        provider="fishaudio-org",
        kind=Kind.OVERSPENT,
        summary="a call is let through if the balance before the last charge would have covered it",
        build=with_ledgers(ChecksLate),
        found_by=(ONE_CALL,),
        fact="/x-voice-errors/insufficient_credits",
        needs=("funded", "low"),
    ),
    Plant(
        name="hadrian-cost-tenfold",
        provider="hadrian",
        kind=Kind.COST_HEADER,
        summary="X-Cost-Microcents of a speech is ten times its price",
        build=changing_heads(_times(b"x-cost-microcents", 10), ("createSpeech",)),
        found_by=(HEADERS, PRICE, READINGS),
        fact="/components/headers/CostMicrocents",
    ),
    Plant(
        name="hadrian-audio-seconds-doubled",
        provider="hadrian",
        kind=Kind.COST_HEADER,
        summary="X-Audio-Seconds is twice what the size of the file gives",
        build=changing_heads(_times(b"x-audio-seconds", 2), ("createTranscription", "createTranslation")),
        found_by=(HEADERS,),
        fact="/components/headers/AudioSeconds",
    ),
)
