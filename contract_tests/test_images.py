"""Are pictures pictures: as many as were asked for, of the format and exactly the size, and the same in every way?"""

from __future__ import annotations

from contract_tests.kit.claims import Claim, Unverified, claim
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.flaws import Flaw, judge
from contract_tests.kit.pictures.drawing import (
    Asked,
    BadBase64,
    Drawer,
    answers_in,
    both_ways,
    bytes_of,
    downloads,
    drawers,
    every_way,
)
from contract_tests.kit.pictures.frames import unlike


@claim(over=drawers, asks=every_way)
def test_as_many_pictures_come_as_were_asked_for(claim: Claim, case: Drawer) -> None:
    """In every documented example and every way to ask."""
    _ask(claim, case)
    for answer in answers_in(claim.run, case):
        wanted, got = case.count(answer.fields), len(case.items(answer))
        flaws = [] if got == wanted else [Flaw(f"{wanted} pictures", f"{got}")]
        judge(claim, flaws, case.fact("count"), answer)


@claim(over=drawers, calls=downloads, asks=every_way)
def test_a_picture_is_what_was_asked_for(claim: Claim, case: Drawer) -> None:
    """By its bytes: a PNG, JPEG or WebP that decodes, of exactly the size; one behind an address as its type says."""
    asked = _ask(claim, case)
    # Judged was so far that there is an answer; if no picture can be looked at, nothing is known of any.
    looks = [
        _look(claim, case, answer, item, fetch=answer in asked)
        for answer in answers_in(claim.run, case)
        for item in case.items(answer)
    ]
    if not any(looks):
        raise Unverified("no answer of this run holds a picture, or leads to one")


def _ask(claim: Claim, case: Drawer) -> list[Exchange]:
    """Ask for the pictures that the claims look at, and return the answers; what is refused is for others to tell."""
    asked = [claim.run.good(case.operation)]
    for name, recipe in case.recipes.items():
        answer = claim.run.once(case.operation, name, **recipe)
        claim.judge(
            answer.is_success,
            rests_on=case.operation.success.pointer,
            expected=f"pictures, asked for as the documents do ({name})",
            got=f"status {answer.status}",
            exchange=answer,
        )
        asked.append(answer)
    return asked


def _look(claim: Claim, case: Drawer, answer: Exchange, item: object, *, fetch: bool) -> bool:
    """Judge a picture; say whether there was one to look at, or nothing in its place.

    Behind an address it is looked at only if it is to be fetched: those of requests made by chance are in no plan.
    """
    wanted = case.format(answer.fields), case.size(answer.fields)
    in_base64, url = case.told(item, "base64"), case.told(item, "url")
    if in_base64:
        try:
            flaws = list(unlike(bytes_of(in_base64), *wanted))
        except BadBase64 as error:
            flaws = [Flaw("base64", str(error))]
        judge(claim, flaws, case.fact("base64"), answer)
    elif url and fetch:
        file = claim.run.file(url)
        if file.status != 200:  # the family of files tells
            return False
        judge(claim, unlike(file.body, *wanted, file.media), case.fact("url"), file)
    elif url:
        return False
    else:
        judge(claim, [Flaw("a picture, or its address", f"{str(item)[:80]}")], case.fact("at"), answer)
    return True


def two_ways(_: Facts, case: Drawer) -> Asked:
    """The same picture by its address, and in base64."""
    return [(case.operation, case.recipes[f"as {one}"]) for one in ("url", "base64")]


@claim(over=both_ways, calls=1, asks=two_ways)
def test_an_address_leads_to_what_base64_holds(claim: Claim, case: Drawer) -> None:
    """Byte by byte; that the same words are drawn in another way each time is observed."""
    by_address, in_base64 = (
        claim.run.once(case.operation, f"as {one}", **case.recipes[f"as {one}"]) for one in ("url", "base64")
    )
    urls, texts = (
        [case.told(item, key) for item in case.items(answer)]
        for key, answer in (("url", by_address), ("base64", in_base64))
    )
    for key, answer, told in (("url", by_address, urls), ("base64", in_base64, texts)):
        is_told = bool(told) and all(told)
        got = f"{answer.text[:80]}"
        claim.judge(is_told, rests_on=case.fact("as", key), expected=f"pictures by {key}", got=got, exchange=answer)
    if not (urls and texts and urls[0] and texts[0]):
        raise Unverified("the two ways did not both tell a picture")
    file = claim.run.file(urls[0])
    try:
        is_same = file.body == bytes_of(texts[0])
    except BadBase64:
        raise Unverified("what was to be base64 is none") from None
    if file.status == 200 and not is_same:
        claim.observed(case.fact("as"), "the same words are drawn in another way each time", file)
    elif is_same:
        claim.judge(True, rests_on=case.fact("as"), expected="", got="", exchange=file)
