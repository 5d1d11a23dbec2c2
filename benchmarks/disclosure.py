"""Attack what is published of made-up states, and say what was tried and what came of it.

    python benchmarks/disclosure.py [--states 60]

Each state is attacked from outside and by somebody who knows one of its first two schools from inside; once
as the platform publishes it, and once with its small cells hidden and every other total shown.
"""

import time

import click
import numpy as np

from tests import disclosure


@click.command()
@click.option("--states", default=60, show_default=True, help="How many states to make up.")
def main(states: int) -> None:
    """Print the attack's figures."""
    began = time.process_time()
    counts = dict.fromkeys(
        ("schools", "published figures", "cells", "cells hidden", "attacks on a hidden count", "narrowed",
         "tried without complements", "narrowed without complements"), 0,
    )  # fmt: skip
    for seed in range(states):
        rng = np.random.default_rng(seed)
        state = disclosure.make_state(rng, int(rng.choice([3, 5, 10])))
        known = disclosure.everything_published(state, rng)
        counts["schools"] += len(state.schools)
        counts["published figures"] += known.figures
        counts["cells"] += len(known.ranges)
        counts["cells hidden"] += sum(least < most for least, most in known.ranges.values())
        for insider in (None, *state.schools[:2]):
            found = disclosure.attack(state, known, insider)
            counts["attacks on a hidden count"] += found.tried
            counts["narrowed"] += len(found.narrowed)
        found = disclosure.attack(state, disclosure.naively_published(state))
        counts["tried without complements"] += found.tried
        counts["narrowed without complements"] += len(found.narrowed)
    click.echo(f"{states:>10,} states")
    for name, number in counts.items():
        click.echo(f"{number:>10,} {name}")
    click.echo(f"{time.process_time() - began:>10,.0f} s of processor time")


if __name__ == "__main__":
    main()
