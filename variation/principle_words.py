"""The six principles in sentences: what a network's records say of each, with its numbers. Pure."""

from nic_platform.text import _, ngettext
from variation.principle_doing import inquiry, learning, measure
from variation.principle_rules import rules_of
from variation.principle_seeing import listed, problem, system, variation
from variation.principles import Facts, Principle, Told, told


def tell(facts: Facts) -> list[Told]:
    """Return the six principles in their order, each with its lines and the step that is suggested."""
    lines = {
        Principle.PROBLEM: problem(facts.problem),
        Principle.VARIATION: variation(facts.variation, facts),
        Principle.SYSTEM: system(facts.system),
        Principle.MEASURE: measure(facts.measure),
        Principle.INQUIRY: inquiry(facts.inquiry),
        Principle.LEARNING: learning(facts.learning),
    }
    return [told(each, lines[each], rules_of(each)) for each in Principle]


def lede(principles: list[Told]) -> str:
    """Return what the page says first: how many of the six ask for a step, and no judgement."""
    asking = [each for each in principles if each.asking]
    if not asking:
        return _("Nothing in the network’s own records asks for a step just now.")
    names = listed([each.principle.name_words for each in asking])
    if len(asking) == len(principles):
        return _("The network’s own records suggest a step under each of the six.")
    return ngettext(
        "The network’s own records suggest a step under %(count)s of the six: %(names)s.",
        "The network’s own records suggest a step under %(count)s of the six: %(names)s.",
        len(asking),
        names=names,
    )
