"""What a network lead may send about the network's own words."""

from collections.abc import Mapping
from typing import Any

from wtforms import StringField

from nic_platform import wording, words
from nic_platform.fields import clean
from nic_platform.forms import PlatformForm
from nic_platform.text import _

ENDS = ("one", "many")


class WordsForm(PlatformForm):
    """A network's own nouns; two fields for each noun are added by :func:`words_form`."""

    def pairs(self) -> dict[str, list[str]]:
        """Return what was typed: key → singular and plural; a noun left empty, or as ours, is left out."""
        return said_otherwise(
            {noun: [self[f"{noun}_{end}"].data or "" for end in ENDS] for noun in words.NOUNS}
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each pair: both words are given, can stand in a sentence, and name one thing only."""
        is_valid = super().validate(extra_validators)
        for name, problem in problems(self.pairs()).items():
            self[name].errors = [*self[name].errors, problem]
            is_valid = False
        return is_valid


def said_otherwise(pairs: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the pairs that are not ours anyway; a noun left empty, or as ours, is left out."""
    return {noun: pair for noun, pair in pairs.items() if any(pair) and pair != list(words.NOUNS[noun])}


def problems(pairs: Mapping[str, list[str]]) -> dict[str, str]:
    """Return what keeps own words from being used, by field: one of a pair missing, odd, or used twice."""
    found: dict[str, str] = {}
    taken = {word.lower(): noun for noun, pair in words.NOUNS.items() if noun not in pairs for word in pair}
    for noun, pair in pairs.items():
        for end, word in zip(ENDS, pair, strict=True):
            name = f"{noun}_{end}"
            if not word:
                found[name] = _("Give both words, for one and for many, or leave both empty.")
            elif len(word) > wording.LONGEST:
                found[name] = _("Shorten this to %(count)s signs.", count=wording.LONGEST)
            elif not wording.is_fine(word):
                found[name] = _(
                    "Use letters, figures, spaces and hyphens, and begin with a letter or figure."
                )
            elif taken.get(word.lower(), noun) != noun:
                found[name] = _("“%(word)s” names something else already. Choose another word.", word=word)
            taken.setdefault(word.lower(), noun)
    return found


def words_form(own: Mapping[str, Any] | None, **data: Any) -> WordsForm:
    """Return the form with two fields for each noun that a network may rename, filled with its own words."""
    extra: dict[str, Any] = {}
    for noun, ours in words.NOUNS.items():
        for end, word in zip(ENDS, ours, strict=True):
            extra[f"{noun}_{end}"] = StringField(word, filters=[clean])
    made: WordsForm = type("OwnWordsForm", (WordsForm,), extra)(data={**data, **word_values(own or {})})
    for noun, ours in words.NOUNS.items():
        for end, word in zip(ENDS, ours, strict=True):
            made[f"{noun}_{end}"].label.text = word  # ours, also where the network says it otherwise
    return made


def word_values(own: Mapping[str, Any]) -> dict[str, str]:
    """Return a network's own nouns as the form names them."""
    pairs = {noun: own.get(noun) or ("", "") for noun in words.NOUNS}
    return {f"{noun}_{end}": pair[at] for noun, pair in pairs.items() for at, end in enumerate(ENDS)}


def preview(own: Mapping[str, Any]) -> list[str]:
    """Return sentences of ours that hold every noun, as people would read them with these words."""
    with words.speaking(own):
        return [
            _("Write a milestone: it stands on a strand of a major improvement strategy in your plan."),
            _("A performance priority has a root cause; an interim target and an action step belong to it."),
            _("A cycle tests a change idea; a ramp is made of cycles. The next touchpoint looks at them."),
            _("Your implementation team sends a barrier, a solution or a success to its district hub."),
            _("The network offers a strategy template; an agency goal is set for a fiscal year."),
            _("It may also send a %(question)s.", question=words.label("question")),
        ]
