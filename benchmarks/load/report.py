"""Print what a load came to, in tables for docs/load.md."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log

import click

from benchmarks.load.goals import Goal
from benchmarks.load.ledger import Found, Kind, Ledger, middle, percentile
from benchmarks.load.play import Played
from benchmarks.load.stage import Stage, load_now


def say_stage(stage: Stage, seconds: float) -> None:
    """Tell what was built."""
    click.echo(
        f"{stage.town.schools:,} schools in {stage.town.districts:,} districts, built and served in "
        f"{seconds:.0f} s; "
        f"load of the machine {load_now():.1f}\n"
    )


def say_load(played: Played, kept: Sequence[Found]) -> None:
    """Print requests a second, times, errors, sizes, and what became of the writes."""
    ledger, asked = played.ledger, played.ledger.count()
    busy = played.server + played.database
    click.echo(
        f"{played.sessions:,} sessions for {played.seconds:.0f} s: {asked:,} requests, "
        f"{asked / played.seconds:.1f} a second; {sum(ledger.faults.values())} errors; "
        f"{1000 * played.server / max(1, asked):.1f} + {1000 * played.database / max(1, asked):.1f} ms of "
        f"processor each (server + database), {busy / played.seconds:.2f} cores, generator "
        f"{played.generator / played.seconds:.2f}; load of the machine {played.before:.1f} to "
        f"{played.after:.1f}\n"
    )
    click.echo("| Kind | Share | Requests | p50, ms | p95, ms | p99, ms |\n|---|--:|--:|--:|--:|--:|")
    for kind in Kind:
        _line(kind.value, ledger.of(kind), asked)
    everything = sorted(second for each in ledger.seconds.values() for second in each)
    _line("**all**", everything, asked)
    _say_each(ledger)
    _say_writes(ledger, kept)


def _line(name: str, times: Sequence[float], asked: int) -> None:
    shares = " | ".join(f"{1000 * percentile(times, share):.0f}" for share in (0.5, 0.95, 0.99))
    click.echo(f"| {name} | {100 * len(times) / max(1, asked):.0f} % | {len(times):,} | {shares} |")


def _say_each(ledger: Ledger) -> None:
    click.echo(
        "\n| What | Requests | p50, ms | p95, ms | Statements | KB, least to most |\n"
        "|---|--:|--:|--:|--:|--:|"
    )
    for (_kind, name), times in sorted(ledger.seconds.items()):
        ordered, sizes = sorted(times), ledger.sizes.get(name, [0])
        click.echo(
            f"| {name} | {len(times):,} | {1000 * percentile(ordered, 0.5):.0f} | "
            f"{1000 * percentile(ordered, 0.95):.0f} | {ledger.statements.get(name, '')} | "
            f"{min(sizes) / 1024:.0f} to {max(sizes) / 1024:.0f} |"
        )


def _say_writes(ledger: Ledger, kept: Sequence[Found]) -> None:
    click.echo(
        "\n| Written | Acknowledged | Lost | Twice | Told that somebody else had saved |\n"
        "|---|--:|--:|--:|--:|"
    )
    for each in kept:
        told = ledger.refused[each.name]
        click.echo(f"| {each.name} | {each.acknowledged:,} | {each.lost} | {each.twice} | {told} |")
    total = Counter({"a": sum(e.acknowledged for e in kept), "l": sum(e.lost for e in kept)})
    click.echo(f"\n{total['a']:,} acknowledged writes, {total['l']} lost, {sum(e.twice for e in kept)} twice")
    for fault, many in ledger.faults.most_common(20):
        click.echo(f"ERROR {many} x {fault}")


def say_goals(goals: Sequence[Goal]) -> None:
    """Print each goal beside its figure."""
    click.echo("\n| Goal | Figure of this run | Bound | |\n|---|--:|--:|---|")
    for goal in goals:
        click.echo(f"| {goal.name} | {goal.words} | {goal.bound} | {outcome_of(goal)} |")


def outcome_of(goal: Goal) -> str:
    """Return whether a goal held, in a word; none for what is told beside the goals."""
    return "" if not goal.bound else "held" if goal.holds else "**missed**"


def say_growth(found: Mapping[int, Sequence[Goal]]) -> None:
    """Print what each page costs at several sizes, and the exponent by which it grows."""
    sizes = sorted(found)
    head = " | ".join(f"{size:,} schools" for size in sizes)
    click.echo(
        f"| Page, ms of processor (server + database) | {head} | k |\n|---|{'--:|' * (len(sizes) + 1)}"
    )
    names = [goal.name for goal in found[sizes[0]] if goal.cost]
    for name in names:
        costs = [next((goal.cost for goal in found[size] if goal.name == name), 0.0) for size in sizes]
        grown = exponent(sizes, costs)
        click.echo(f"| {name} | {' | '.join(f'{cost:.1f}' for cost in costs)} | {grown:.2f} |")


def exponent(sizes: Sequence[int], costs: Sequence[float]) -> float:
    """Return the power of the size by which costs grow: the slope between their logarithms."""
    points = [(log(size), log(cost)) for size, cost in zip(sizes, costs, strict=True) if cost > 0]
    if len(points) < 2:
        return 0.0
    left, up = middle([x for x, _y in points]), middle([y for _x, y in points])
    below = sum((x - left) ** 2 for x, _y in points)
    return sum((x - left) * (y - up) for x, y in points) / below if below else 0.0
