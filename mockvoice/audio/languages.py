"""Knows which language a text is in, as far as its letters and commonest words tell: what the voice says of itself."""

from __future__ import annotations

import re
from collections import Counter

# Scripts that belong to one of our languages: first and last code point.
_SCRIPTS = (
    (0x3040, 0x30FF, "ja"), (0xAC00, 0xD7AF, "ko"), (0x1100, 0x11FF, "ko"), (0x4E00, 0x9FFF, "zh"),
    (0x0600, 0x06FF, "ar"), (0x0400, 0x04FF, "ru"), (0x0900, 0x097F, "hi"), (0x0E00, 0x0E7F, "th"),
)  # fmt: skip
_WORDS = {
    "en": "the and of to is in you that it for was on are with this have be not at i hello good what how my your a",
    "fr": "le la les de des et est une un que vous je pas pour dans où bonjour merci ce il elle nous avec sur",
    "de": "der die das und ist nicht ein eine ich sie wir zu den mit für auf guten danke wie es im von dem",
    "es": "el la los las de y es una un que no en por para con está hola gracias dónde usted se lo su",
    "it": "il lo gli di e è una un che non per con sono ciao grazie dove della nel",
    "pt": "o os as de e é uma um que não para com está olá obrigado onde você do da",
    "nl": "de het een en is niet ik je van dat op te zijn met voor hallo dank",
    "pl": "i w nie na się jest to że do z jak dzień dobry dziękuję",
    "tr": "ve bir bu için değil ben merhaba teşekkürler nasıl çok",
    "vi": "và là của không tôi xin chào cảm ơn có một được",
}
_BY_WORD: dict[str, list[str]] = {}
for _language, _words in _WORDS.items():
    for _word in _words.split():
        _BY_WORD.setdefault(_word, []).append(_language)
# A text in which Latin letters are so many times more than those of another script is in a language of theirs.
_MENTIONED = 4
# Only the beginning of a long text is looked at.
_LOOKED_AT = 400
_LETTERS = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> str:
    """Return the language of a text, English where nothing speaks for another."""
    text = text[:_LOOKED_AT]
    if text.isascii():
        return _by_words(text)
    scripts = Counter(
        language
        for letter in text
        if letter > "\u03ff"
        for first, last, language in _SCRIPTS
        if first <= ord(letter) <= last
    )
    if scripts and sum(map(str.isascii, filter(str.isalpha, text))) <= _MENTIONED * scripts.total():
        # Japanese is written with Chinese characters as well; its own syllables decide.
        if scripts["ja"] and scripts["zh"]:
            return "ja"
        return max(scripts, key=lambda language: scripts[language])
    return _by_words(text)


def _by_words(text: str) -> str:
    found = Counter(language for word in _LETTERS.findall(text.lower()) for language in _BY_WORD.get(word, ()))
    if not found:
        return "en"
    best = max(found.values())
    return next(language for language in _WORDS if found[language] == best)
