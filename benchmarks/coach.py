"""Learn the coach's weights, and measure the coach on sentences that it was not learned from.

    .venv/bin/python benchmarks/coach.py STATEMENTS.jsonl SEEDS.jsonl            # figures only
    .venv/bin/python benchmarks/coach.py STATEMENTS.jsonl SEEDS.jsonl --write    # and write weights.json

STATEMENTS.jsonl has real statements with ``label`` and ``source_id``; SEEDS.jsonl has those of the sources,
with ``kind``; the made-up sentences to practise on and those held out are in the checkout.
"""

import argparse
import json
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import click
import numpy as np
from scipy.optimize import minimize

from milestones.coach import coach, dates, weights
from milestones.coach.calendar import Calendar
from milestones.coach.clause import read
from milestones.coach.plain import plain, tidy, without_label
from milestones.coach.signs import notice, stems
from milestones.coach.weights import GROUPS

ROOT = Path(__file__).parents[1]
PRACTICE = ROOT / "benchmarks/coach_practice.tsv"
HELD_OUT = ROOT / "tests/milestones/coach/held_out.tsv"
FRESH = ROOT / "tests/milestones/coach/fresh.tsv"
WEIGHTS = ROOT / "milestones/coach/weights.json"
CALENDAR = Calendar.usual(date(2026, 11, 22))
FOLDS = 14
GROUP = {
    "implementation_milestone": "adult", "action_step": "adult", "milestone": "adult",
    "agency_milestone": "adult",
    "outcome_measure": "outcome", "interim_target": "outcome", "vague": "vague", "not_measurable": "vague",
}  # fmt: skip
SIGN_PENALTY, WORD_PENALTY, SEEN = 8.0, 4.0, 3  # ridge on signs and on words; a word must occur in so many
LEAST = 0.02  # a weight below it is left out
SEED_WEIGHT = 0.4  # many of the sources' statements are one sentence in other numbers


@dataclass(frozen=True)
class Sample:
    """A labelled sentence: its text, signs, group, and the source it is from."""

    text: str
    signs: frozenset[str]
    group: str
    source: str


def signs_of(text: str) -> frozenset[str]:
    """Return all signs of a sentence, the stems of its words among them."""
    low = plain(without_label(tidy(text)))
    when = dates.find(low, CALENDAR)
    clause = read(low, when)
    return notice(low, when, clause).named | frozenset(stems(clause))


def statements(path: Path) -> list[Sample]:
    """Read labelled statements, one JSON object a line; those with a label of no group are left out."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    rows = [row | {"label": row.get("label") or row["kind"]} for row in rows]
    return [
        Sample(row["text"], signs_of(row["text"]), GROUP[row["label"]], row.get("source_id", "seed"))
        for row in rows
        if row["label"] in GROUP
    ]


def made_up(path: Path) -> list[Sample]:
    """Read made-up sentences: kind, tab, sentence."""
    lines = [
        line.split("\t")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line[:1] not in ("", "#")
    ]
    return [Sample(text, signs_of(text), GROUP[kind], "made up") for kind, text in lines]


class Model:
    """A multinomial logistic regression over signs, with a ridge penalty."""

    def __init__(self, samples: Sequence[Sample], importance: Sequence[float]) -> None:
        seen = Counter(sign for sample in samples for sign in sample.signs)
        self.names = [name for name in sorted(seen) if seen[name] >= _needed(name)]
        place = {name: index for index, name in enumerate(self.names)}
        x = np.zeros((len(samples), len(self.names) + 1))
        x[:, -1] = 1
        for row, sample in enumerate(samples):
            x[row, [place[sign] for sign in sample.signs if sign in place]] = 1
        y = np.array([GROUPS.index(sample.group) for sample in samples])
        penalty = np.array(
            [WORD_PENALTY if _is_word(name) else SIGN_PENALTY for name in self.names] + [0.001]
        )
        self.table = _fitted(x, y, np.array(importance), penalty)

    def groups(self, samples: Sequence[Sample]) -> list[str]:
        """Return what the coach says of sentences, rules and all, with these weights."""
        with mock.patch.object(weights, "_table", self.as_dict):
            return [GROUP[coach(sample.text, CALENDAR).kind] for sample in samples]

    def as_dict(self) -> dict[str, Any]:
        """Return bias and weights as `weights.json` holds them."""
        return {
            "bias": [round(float(value), 3) for value in self.table[:, -1]],
            "weights": {
                name: [round(float(weight), 3) for weight in self.table[:, index]]
                for index, name in enumerate(self.names)
                if abs(self.table[:, index]).max() >= LEAST
            },
        }

    def write(self, path: Path) -> None:
        """Write the weights as readable JSON, one sign a line."""
        head = "Learned by benchmarks/coach.py; how much each sign speaks for each group."
        kept = self.as_dict()
        rows = ",\n".join(f"  {json.dumps(name)}: {row}" for name, row in kept["weights"].items())
        path.write_text(
            f'{{\n"about": {json.dumps(head)},\n"groups": {json.dumps(GROUPS)},\n"bias": {kept["bias"]},\n'
            f'"weights": {{\n{rows}\n}}\n}}\n',
            encoding="utf-8",
        )


def _is_word(name: str) -> bool:
    return name.startswith(("word: ", "words: ", "verb: "))


def _needed(name: str) -> int:
    return SEEN + 1 if name.startswith("words: ") else SEEN if _is_word(name) else 2


def _fitted(x: np.ndarray, y: np.ndarray, importance: np.ndarray, penalty: np.ndarray) -> np.ndarray:
    rows = np.arange(len(y))

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        table = flat.reshape(len(GROUPS), -1)
        scores = x @ table.T
        powers = np.exp(scores - scores.max(1, keepdims=True))
        shares = powers / powers.sum(1, keepdims=True)
        value = -(importance * np.log(shares[rows, y] + 1e-12)).sum() + 0.5 * (penalty * table**2).sum()
        slope = shares.copy()
        slope[rows, y] -= 1
        slope *= importance[:, None]
        return float(value), (slope.T @ x + penalty * table).ravel()

    start = np.zeros(len(GROUPS) * x.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 400})
    table: np.ndarray = found.x.reshape(len(GROUPS), -1)
    return table


def report(name: str, samples: Sequence[Sample], said: Sequence[str]) -> None:
    """Print how many were told right: outcome from adult action, and three ways."""
    pairs = [(sample.group, answer) for sample, answer in zip(samples, said, strict=True)]
    two = [(group == "outcome") == (answer == "outcome") for group, answer in pairs if group != "vague"]
    three = sum(group == answer for group, answer in pairs)
    click.echo(
        f"{name}: outcome or not {sum(two) / len(two):.3f}, three ways {three / len(pairs):.3f}, "
        f"n {len(pairs)}"
    )


def left_out(real: Sequence[Sample], others: Sequence[Sample], importance: Sequence[float]) -> list[str]:
    """Return what is said of each real statement with weights learned from no statement of its source."""
    said: dict[str, str] = {}
    for fold in range(FOLDS):
        mine = [sample for sample in real if zlib.crc32(sample.source.encode()) % FOLDS == fold]
        kept = [sample for sample in real if sample not in mine]
        model = Model([*kept, *others], [1.0] * len(kept) + list(importance))
        said |= dict(zip((sample.text for sample in mine), model.groups(mine), strict=True))
    return [said[sample.text] for sample in real]


def main() -> None:
    """Learn, measure, and write if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("statements", type=Path)
    parser.add_argument("seeds", type=Path)
    parser.add_argument("--write", action="store_true", help="write milestones/coach/weights.json")
    asked = parser.parse_args()
    real, seeds = statements(asked.statements), statements(asked.seeds)
    practice, held, fresh = made_up(PRACTICE), made_up(HELD_OUT), made_up(FRESH)
    others, importance = [*seeds, *practice], [SEED_WEIGHT] * len(seeds) + [1.0] * len(practice)
    report("real statements, their sources left out of learning", real, left_out(real, others, importance))
    model = Model([*real, *others], [1.0] * len(real) + importance)
    report("real statements, learned from", real, model.groups(real))
    report("made-up sentences, held out", held, model.groups(held))
    report("made-up sentences, written last", fresh, model.groups(fresh))
    if asked.write:
        model.write(WEIGHTS)


if __name__ == "__main__":
    main()
