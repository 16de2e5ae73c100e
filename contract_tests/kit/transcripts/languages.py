"""Knows the languages of ISO 639-1 by code and English name, as answers tell them."""

from __future__ import annotations

# Code → English names, small letters, separated by a slash.
_LANGUAGES = dict(
    one.split(" ", 1)
    for one in """
aa afar
ab abkhazian/abkhaz
ae avestan
af afrikaans
ak akan
am amharic
an aragonese
ar arabic
as assamese
av avaric
ay aymara
az azerbaijani
ba bashkir
be belarusian
bg bulgarian
bi bislama
bm bambara
bn bengali/bangla
bo tibetan
br breton
bs bosnian
ca catalan/valencian
ce chechen
ch chamorro
co corsican
cr cree
cs czech
cu church slavic/old church slavonic
cv chuvash
cy welsh
da danish
de german
dv divehi/dhivehi/maldivian
dz dzongkha
ee ewe
el greek/modern greek
en english
eo esperanto
es spanish/castilian
et estonian
eu basque
fa persian/farsi
ff fulah/fula
fi finnish
fj fijian
fo faroese
fr french
fy western frisian/frisian
ga irish
gd gaelic/scottish gaelic
gl galician
gn guarani
gu gujarati
gv manx
ha hausa
he hebrew
hi hindi
ho hiri motu
hr croatian
ht haitian/haitian creole
hu hungarian
hy armenian
hz herero
ia interlingua
id indonesian
ie interlingue/occidental
ig igbo
ii sichuan yi/nuosu
ik inupiaq
io ido
is icelandic
it italian
iu inuktitut
ja japanese
jv javanese
ka georgian
kg kongo
ki kikuyu/gikuyu
kj kuanyama
kk kazakh
kl kalaallisut/greenlandic
km central khmer/khmer
kn kannada
ko korean
kr kanuri
ks kashmiri
ku kurdish
kv komi
kw cornish
ky kirghiz/kyrgyz
la latin
lb luxembourgish/letzeburgesch
lg ganda/luganda
li limburgan/limburgish
ln lingala
lo lao
lt lithuanian
lu luba-katanga
lv latvian
mg malagasy
mh marshallese
mi maori
mk macedonian
ml malayalam
mn mongolian
mr marathi
ms malay
mt maltese
my burmese/myanmar
na nauru/nauruan
nb norwegian bokmål/bokmål
nd north ndebele
ne nepali
ng ndonga
nl dutch/flemish
nn norwegian nynorsk/nynorsk
no norwegian
nr south ndebele
nv navajo
ny chichewa/chewa/nyanja
oc occitan
oj ojibwa/ojibwe
om oromo
or oriya/odia
os ossetian/ossetic
pa punjabi/panjabi
pi pali
pl polish
ps pashto/pushto
pt portuguese
qu quechua
rm romansh
rn rundi/kirundi
ro romanian/moldavian/moldovan
ru russian
rw kinyarwanda
sa sanskrit
sc sardinian
sd sindhi
se northern sami
sg sango
si sinhala/sinhalese
sk slovak
sl slovenian/slovene
sm samoan
sn shona
so somali
sq albanian
sr serbian
ss swati
st southern sotho
su sundanese
sv swedish
sw swahili
ta tamil
te telugu
tg tajik
th thai
ti tigrinya
tk turkmen
tl tagalog
tn tswana
to tonga/tongan
tr turkish
ts tsonga
tt tatar
tw twi
ty tahitian
ug uighur/uyghur
uk ukrainian
ur urdu
uz uzbek
ve venda
vi vietnamese
vo volapük
wa walloon
wo wolof
xh xhosa
yi yiddish
yo yoruba
za zhuang/chuang
zh chinese/mandarin
zu zulu
""".strip().split("\n")
)
_BY_NAME = {name: code for code, names in _LANGUAGES.items() for name in names.split("/")}
# Languages without a code of two letters that speech services tell by three.
_OF_THREE = {"haw": "hawaiian", "yue": "cantonese", "fil": "filipino", "cmn": "chinese"}
_BY_NAME |= {name: code for code, name in _OF_THREE.items() if name not in _BY_NAME}


def code_of(told: str) -> str:
    """Return the code of a language told by code, by a tag such as en-US, or by its English name; empty for none."""
    lowered = told.strip().lower()
    if lowered in _BY_NAME:
        return _BY_NAME[lowered]
    primary = lowered.replace("_", "-").partition("-")[0]
    if primary in _OF_THREE:
        return _BY_NAME[_OF_THREE[primary]]
    return primary if primary in _LANGUAGES else ""


def is_name(told: str) -> bool:
    """Say whether something is the English name of a language, in any case."""
    return told.strip().lower() in _BY_NAME


def is_code(told: str) -> bool:
    """Say whether something is the code of a language, or a tag that begins with one."""
    return bool(code_of(told)) and not is_name(told)


def same_language(one: str, other: str) -> bool:
    """Say whether two tell the same language, each by code, tag or name."""
    return bool(code_of(one)) and code_of(one) == code_of(other)
