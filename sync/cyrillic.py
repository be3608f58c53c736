"""Serbian in Latin letters written in Cyrillic, as our pages need it.

Promises: what is no Serbian stays Latin: places for values, marks of HTML, code between backticks, addresses and names
of files, codes of languages, words with q, w, x or y, and the names and units in `STAYS`; an ending behind a hyphen is
Serbian again.

    in_cyrillic("Gurni USB-ove: %(name)s, injekcija, nadživeti")    # "Гурни USB-ове: %(name)s, инјекција, надживети"

Source: Pravopis srpskoga jezika (2010); lj, nj and dž are one letter each unless a prefix or a foreign stem parts them.
"""

import re

_SIGNS = """
    USB PIN QR PDF CSV XLSX XLS ODS ZIP HTML HTTP HTTPS URL IP DNS SD ID SHA UTF JSON MP4 MP3 WEBM WEBP JPG JPEG PNG
    SVG GIF VTT SRT TOML CC BY SA ND NC CPU RAM LAN WLAN SSID UTC GPS VPN ISO SPDX TUF QTI GIFT LRS HEVC AAC NTFS exFAT
    mDNS VI kB KB MB GB TB kbit Mbit min h px
"""
_NAMES = """
    Schoolbox Raspberry Pi Linux Android Chrome Chromium Firefox Safari Edge Explorer Excel Word Office LibreOffice
    Calc Notepad Google Microsoft Sheets Moodle Kolibri Kiwix Wi Fi WiFi iPhone iPad Apple Samsung Python Creative
    Commons
"""
_CODES = "sq sr bs tr en rom Latn Cyrl"
STAYS = frozenset(f"{_SIGNS} {_NAMES} {_CODES}".split())
_PROTECTED = re.compile(
    # places for values, with their units
    r"(?:%\(\w+\)[a-z]|\d)[ \u00a0]?[sB](?=$|[.,;:)])|%\(\w+\)[a-z]|%%|%[sd]"
    r"|\{ \".*\}|\{\w[^{}]*\}|</?[A-Za-z][^<>]*>|&#?\w+;|`[^`]*`|\\[nt]"  # marks and code
    # commands
    r"|\b(?:schoolbox(?:-hub)?|content-packs)(?= [a-z])(?:[^.”]|\.(?=\w))*|\bcontent-packs\b|(?<!\w)--[a-z-]+"
    # words that programs write
    r"|„(?:title|note|items?|pack|lessons|format|meta|passport|courier|Save as|Most compatible)”"
    r"|\b[a-z]+://[^\s<>]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w<])/[a-z][\w/-]+"  # addresses
    r"|(?<![\w.])\.?[\w-]+(?:\.[\w-]+)*\.[a-z][a-z0-9]{1,9}(?:/[^\s<>]*)?(?!\.?\w)"  # names of files and boxes
    r"|(?<![\w.])\.[a-z0-9][a-z0-9-]+\b|\b[a-z]+_[a-z_]+\b|\b[a-z]+:[a-z]+[\w-]*"
    r"|\b(?=[A-Z\d.-]*\d)[A-Z][A-Z\d]*(?:[-.][A-Z\d]+)*\b"  # codes with figures: K7PM-2R9X, H.264
)
_WORD = re.compile(r"[^\W\d_]+\d?")
_FOREIGN = re.compile(r"[qwxy]", re.IGNORECASE)
_APART = re.compile(
    r"(?<=^in)(?=je[kc]|jic)|(?<=^kon)(?=jug|junk|jekt)|(?<=^van)(?=jez)|(?<=^tan)(?=jug)|(?<=^an)(?=jon)"
    r"|(?<=^nad)(?=ž[inu])|(?<=^od)(?=žal|živ|žub|žvak)|(?<=^pod)(?=žanr|živ|žup)|(?<=^pred)(?=ž)",
    re.IGNORECASE,
)
_PARTING = "\u200c"
_TWINS = re.compile(r"dž|lj|nj", re.IGNORECASE)
_TWIN = {"dž": "џ", "Dž": "Џ", "DŽ": "Џ", "lj": "љ", "Lj": "Љ", "LJ": "Љ", "nj": "њ", "Nj": "Њ", "NJ": "Њ"}
_LETTERS = str.maketrans(
    "abvgdđežzijklmnoprstćufhcčšABVGDĐEŽZIJKLMNOPRSTĆUFHCČŠ",
    "абвгдђежзијклмнопрстћуфхцчшАБВГДЂЕЖЗИЈКЛМНОПРСТЋУФХЦЧШ",
    _PARTING,
)


def in_cyrillic(latin: str) -> str:
    """Write a Serbian text in Cyrillic."""
    parts: list[str] = []
    end = 0
    for found in _PROTECTED.finditer(latin):
        parts += [_WORD.sub(_word, latin[end : found.start()]), found[0]]
        end = found.end()
    return "".join((*parts, _WORD.sub(_word, latin[end:])))


def _word(found: re.Match[str]) -> str:
    word = found[0]
    if word in STAYS or _FOREIGN.search(word):
        return word
    parted = _APART.sub(_PARTING, word)
    return _TWINS.sub(lambda twin: _TWIN.get(twin[0], twin[0]), parted).translate(_LETTERS)
