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
from datetime import date
from pathlib import Path

import click
import numpy as np
from scipy.optimize import minimize

from milestones.coach import dates
from milestones.coach.calendar import Calendar
from milestones.coach.clause import read
from milestones.coach.plain import plain, tidy, without_label
from milestones.coach.signs import notice, stems
from milestones.coach.weights import GROUPS

ROOT = Path(__file__).parents[1]
PRACTICE = ROOT / "benchmarks/coach_practice.tsv"
HELD_OUT = ROOT / "tests/milestones/coach/held_out.tsv"
WEIGHTS = ROOT / "milestones/coach/weights.json"
CALENDAR = Calendar.usual(date(2026, 11, 22))
FOLDS = 14
GROUP = {
    "implementation_milestone": "adult", "action_step": "adult", "milestone": "adult",
    "agency_milestone": "adult",
    "outcome_measure": "outcome", "interim_target": "outcome", "vague": "vague", "not_measurable": "vague",
}  # fmt: skip
SIGN_PENALTY, WORD_PENALTY, SEEN = 8.0, 4.0, 3  # ridge on signs and on words; a word must occur in so many
SEED_WEIGHT = 0.4  # many of the sources' statements are one sentence in other numbers

Sample = tuple[frozenset[str], str, str]  # signs, group, source


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
        (signs_of(row["text"]), GROUP[row["label"]], row.get("source_id", "seed"))
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
    return [(signs_of(text), GROUP[kind], "made up") for kind, text in lines]


class Model:
    """A multinomial logistic regression over signs, with a ridge penalty."""

    def __init__(self, samples: Sequence[Sample], weights: Sequence[float]) -> None:
        seen = Counter(sign for signs, _group, _source in samples for sign in signs)
        self.names = [name for name in sorted(seen) if seen[name] >= _needed(name)]
        place = {name: index for index, name in enumerate(self.names)}
        x = np.zeros((len(samples), len(self.names) + 1))
        x[:, -1] = 1
        for row, (signs, _group, _source) in enumerate(samples):
            x[row, [place[sign] for sign in signs if sign in place]] = 1
        y = np.array([GROUPS.index(group) for _signs, group, _source in samples])
        penalty = np.array(
            [WORD_PENALTY if _is_word(name) else SIGN_PENALTY for name in self.names] + [0.001]
        )
        self.table = _fitted(x, y, np.array(weights), penalty)

    def group(self, signs: frozenset[str]) -> str:
        """Return the likeliest group."""
        scores = self.table[:, -1] + sum(
            (self.table[:, index] for index, name in enumerate(self.names) if name in signs),
            start=np.zeros(3),
        )
        return GROUPS[int(scores.argmax())]

    def write(self, path: Path) -> None:
        """Write the weights as readable JSON, one sign a line."""
        head = "Learned by benchmarks/coach.py; how much each sign speaks for each group."
        rows = ",\n".join(
            f"  {json.dumps(name)}: {[round(float(weight), 3) for weight in self.table[:, index]]}"
            for index, name in enumerate(self.names)
            if abs(self.table[:, index]).max() >= 0.02
        )
        bias = [round(float(value), 3) for value in self.table[:, -1]]
        path.write_text(
            f'{{\n"about": {json.dumps(head)},\n"groups": {json.dumps(GROUPS)},\n"bias": {bias},\n'
            f'"weights": {{\n{rows}\n}}\n}}\n',
            encoding="utf-8",
        )


def _is_word(name: str) -> bool:
    return name.startswith(("word: ", "words: ", "verb: "))


def _needed(name: str) -> int:
    return SEEN + 1 if name.startswith("words: ") else SEEN if _is_word(name) else 2


def _fitted(x: np.ndarray, y: np.ndarray, weights: np.ndarray, penalty: np.ndarray) -> np.ndarray:
    rows = np.arange(len(y))

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        table = flat.reshape(len(GROUPS), -1)
        scores = x @ table.T
        powers = np.exp(scores - scores.max(1, keepdims=True))
        shares = powers / powers.sum(1, keepdims=True)
        value = -(weights * np.log(shares[rows, y] + 1e-12)).sum() + 0.5 * (penalty * table**2).sum()
        slope = shares.copy()
        slope[rows, y] -= 1
        slope *= weights[:, None]
        return float(value), (slope.T @ x + penalty * table).ravel()

    start = np.zeros(len(GROUPS) * x.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 400})
    table: np.ndarray = found.x.reshape(len(GROUPS), -1)
    return table


def report(name: str, samples: Sequence[Sample], said: Sequence[str]) -> None:
    """Print how many were told right: outcome from adult action, and three ways."""
    pairs = [(group, answer) for (_signs, group, _source), answer in zip(samples, said, strict=True)]
    two = [(group == "outcome") == (answer == "outcome") for group, answer in pairs if group != "vague"]
    three = sum(group == answer for group, answer in pairs)
    click.echo(
        f"{name}: outcome or not {sum(two) / len(two):.3f}, three ways {three / len(pairs):.3f}, "
        f"n {len(pairs)}"
    )


def left_out(real: Sequence[Sample], others: Sequence[Sample], weights: Sequence[float]) -> list[str]:
    """Return what a model says of each real statement that has learned from no statement of its source."""
    said = [""] * len(real)
    folds = [zlib.crc32(source.encode()) % FOLDS for _signs, _group, source in real]
    for fold in range(FOLDS):
        kept = [sample for sample, of in zip(real, folds, strict=True) if of != fold]
        model = Model([*kept, *others], [1.0] * len(kept) + list(weights))
        for index, (signs, _group, _source) in enumerate(real):
            if folds[index] == fold:
                said[index] = model.group(signs)
    return said


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
    practice, held = made_up(PRACTICE), made_up(HELD_OUT)
    others, weights = [*seeds, *practice], [SEED_WEIGHT] * len(seeds) + [1.0] * len(practice)
    report("real statements, their sources left out of learning", real, left_out(real, others, weights))
    model = Model([*real, *others], [1.0] * len(real) + weights)
    report("made-up sentences, held out", held, [model.group(signs) for signs, _group, _source in held])
    report("real statements, learned from", real, [model.group(signs) for signs, _group, _source in real])
    if asked.write:
        model.write(WEIGHTS)


if __name__ == "__main__":
    main()
