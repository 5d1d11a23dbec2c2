"""What a network's records say of its measures, its inquiry and its learning, in sentences. Pure."""

from nic_platform.text import _, ngettext
from variation.principles import InquiryFacts, LearningFacts, Line, MeasureFacts

# ---------------------------------------------------------------- measures


def measure(facts: MeasureFacts) -> list[Line]:
    """Return the lines of the common measures by kind, and whether they are kept."""
    if not facts.count:
        return [Line("no_common", _("No common measure has been chosen yet."), "measures", asks=True)]
    numbers: dict[str, int | float | None] = {
        "outcome": facts.outcome, "process": facts.process, "balancing": facts.balancing,
        "other": facts.other,
    }  # fmt: skip
    words = ngettext(
        "%(count)s common measure: %(kinds)s.", "%(count)s common measures: %(kinds)s.", facts.count,
        kinds=_kinds(facts),
    )  # fmt: skip
    lines = [Line("kinds", words, "measures", numbers=numbers)]
    lacking = (
        ("no_outcome", facts.outcome, _("None is of an outcome, so nothing tells whether it helps.")),
        ("no_process", facts.process, _("None is of a process, so nothing tells whether it is done.")),
        ("no_balancing", facts.balancing, _("None watches what might get worse meanwhile.")),
    )
    lines += [Line(key, said, "measures", asks=True) for key, count, said in lacking if not count]
    return [*lines, _rhythm(facts)]


def _kinds(facts: MeasureFacts) -> str:
    kinds = (
        (facts.outcome, _("of an outcome")), (facts.process, _("of a process")),
        (facts.balancing, _("balancing")), (facts.other, _("of other kinds")),
    )  # fmt: skip
    return ", ".join(f"{count} {words}" for count, words in kinds if count)


def _rhythm(facts: MeasureFacts) -> Line:
    numbers: dict[str, int | float | None] = {"series": facts.series, "late": facts.late}
    if not facts.series:
        return Line("no_series", _("No school has counted one yet."), "compare", numbers=numbers)
    if not facts.late:
        words = ngettext(
            "The one series of a school keeps its rhythm.",
            "All %(count)s series of schools keep their rhythm.",
            facts.series,
        )
        return Line("kept", words, "measures", numbers=numbers)
    words = ngettext(
        "Of %(series)s series of schools, %(count)s has had no figure for two rhythms.",
        "Of %(series)s series of schools, %(count)s have had no figure for two rhythms.",
        facts.late,
        series=f"{facts.series:,}",
    )
    return Line("late", words, "measures", asks=True, numbers=numbers)


# ---------------------------------------------------------------- inquiry


def inquiry(facts: InquiryFacts) -> list[Line]:
    """Return the lines of the health of inquiry, each beside its published rate."""
    if not facts.is_read:
        words = _("The sums of all teams are read by those who run the network, and by its analysts.")
        return [Line("unread", words, "cycles")]
    if facts.began == 0:
        return [Line("no_cycles", _("No cycle has begun yet."), "cycles", asks=True)]
    if not facts.shares:
        words = _("Too few teams have cycles that began for their sums to be shown.")
        return [Line("hidden", words, "cycles")]
    lines = []
    for share in facts.shares:
        below = share.stand == "below"
        words = f"{share.words} {share.published}"
        numbers = {"count": share.count, "of": share.of}
        key = f"below_{share.key}" if below else share.key
        lines.append(Line(key, words, "inquiry", asks=below, numbers=numbers))
    return lines


# ---------------------------------------------------------------- networked learning


def learning(facts: LearningFacts) -> list[Line]:
    """Return the lines of ideas, of questions from team to team, and of answers that came down."""
    return [*_ideas(facts), *_askings(facts), _answers(facts)]


def _ideas(facts: LearningFacts) -> list[Line]:
    if not facts.ideas:
        return [Line("no_shared", _("No idea is shared with the network yet."), "library", asks=True)]
    numbers: dict[str, int | float | None] = {
        "ideas": facts.ideas, "taken": facts.ideas_taken, "adoptions": facts.adoptions,
    }  # fmt: skip
    shared = ngettext(
        "%(count)s idea is shared with the network.",
        "%(count)s ideas are shared with the network.",
        facts.ideas,
    )
    if not facts.adoptions:
        words = _("%(shared)s No team has taken one over from another yet.", shared=shared)
        return [Line("not_taken", words, "library", asks=True, numbers=numbers)]
    taken = ngettext(
        "Teams took changes over from one another once.",
        "Teams took changes over from one another %(count)s times.",
        facts.adoptions,
    )
    return [Line("ideas", f"{shared} {taken}", "spread", numbers=numbers)]


def _askings(facts: LearningFacts) -> list[Line]:
    numbers: dict[str, int | float | None] = {
        "asked": facts.asked, "answered": facts.told, "open": facts.open_askings,
    }  # fmt: skip
    if not facts.asked:
        words = _("No team has asked another one how it does something.")
        return [Line("no_asking", words, "alike", asks=True, numbers=numbers)]
    words = ngettext(
        "%(count)s question went from team to team; %(told)s were answered and %(open)s wait.",
        "%(count)s questions went from team to team; %(told)s were answered and %(open)s wait.",
        facts.asked,
        told=facts.told,
        open=facts.open_askings,
    )
    lacks = facts.open_askings > 0
    return [Line("open_askings" if lacks else "askings", words, "askings", asks=lacks, numbers=numbers)]


def _answers(facts: LearningFacts) -> Line:
    numbers: dict[str, int | float | None] = {
        "sent": facts.sent, "answered": facts.answered, "lifted": facts.lifted,
    }  # fmt: skip
    if not facts.sent:
        return Line("nothing_sent", _("Nothing has been sent up the links yet."), "feedback", numbers=numbers)
    words = ngettext(
        "Of %(count)s item sent up the links, %(answered)s came back answered; %(lifted)s were said to be "
        "lifted by those who raised them.",
        "Of %(count)s items sent up the links, %(answered)s came back answered; %(lifted)s were said to be "
        "lifted by those who raised them.",
        facts.sent,
        answered=f"{facts.answered:,}",
        lifted=f"{facts.lifted:,}",
    )
    lacks = facts.answered * 2 < facts.sent
    return Line("unanswered" if lacks else "answers", words, "loops", asks=lacks, numbers=numbers)
