"""A sentence made plain for reading: one case, plain marks and dashes, as long as before. Pure."""

import re

_LIKE = str.maketrans(
    {
        "’": "'", "‘": "'", "\u00b4": "'", "`": "'", "“": '"', "”": '"',
        "„": '"', "–": "-", "—": "-", "−": "-",
        "\u2010": "-", "\u2011": "-", "…": ".", "•": "-", "·": "-", "×": "x",
    }
)  # fmt: skip
_UNSEEN = re.compile(r"[\x00\u200b-\u200f\u2060\ufe0f\ufeff]")  # a BOM, marks without width
_PICTURE = re.compile(r"[\u2600-\u27bf\ufffd\U0001f000-\U0001faff]")
_BULLET = re.compile(
    r"^(?:[-*•·▪◦●□☐✓✔➢➤►✅\U0001f300-\U0001faff]+\s*|\(?\d{1,2}[.)]\s+|\(?[a-z][.)]\s+)+", re.IGNORECASE
)
_LABEL = re.compile(
    r"^(?:(?:smart(?:ie)? )?goals?|objectives?|milestones?|benchmarks?|targets?|action(?: steps?)?"
    r"|activity|strategy)"
    r"(?: (?:#|no\.? ?)?\d{0,2}[a-z]?(?:\.\d+)?)?\s*[:.–—-]\s+",
    re.IGNORECASE,
)

NUMBERS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_ONES = [(word, value) for word, value in NUMBERS.items() if 0 < value < 10]
NUMBERS |= {
    f"{ten}-{one}": value + more
    for ten, value in [*NUMBERS.items()] if value >= 20 for one, more in _ONES
}  # fmt: skip
"""Numbers in words, as plans write them."""

ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "one": 1,
    "two": 2, "three": 3, "four": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4,
}  # fmt: skip
"""Which one of a few, in words: quarters, semesters, terms."""

NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
"""Matches a whole number, in figures or words."""


def tidy(text: str) -> str:
    """Return *text* with single spaces, without a bullet or number in front or quotation marks around."""
    text = " ".join(_UNSEEN.sub(" ", text).split())
    text = _BULLET.sub("", text) or text
    quoted = re.fullmatch(r"[\"“”„'‘’]+(.*?)[\"“”'‘’]+\.?", text)
    return quoted[1] if quoted and quoted[1] else text


def without_label(text: str) -> str:
    """Return a tidy *text* without a label in front, such as "SMART goal 2:"."""
    return _LABEL.sub("", text) or text


def plain(text: str) -> str:
    """Return *text* in lower case with plain quotation marks and dashes; every character keeps its place."""
    lowered = "".join(low if len(low := sign.lower()) == 1 else sign for sign in text)
    return _PICTURE.sub(" ", lowered.translate(_LIKE))


def number(words: str) -> int | None:
    """Return the whole number that *words* write in figures or letters, or ``None``."""
    bare = words.strip().lower().replace(",", "")
    if bare.isascii() and bare.isdigit() and len(bare) < 13:
        return int(bare)
    return NUMBERS.get(bare)
