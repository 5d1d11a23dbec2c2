"""Print what one check of a password costs, in milliseconds of processor, where servers run."""

import time

import click

from accounts.passwords import hash_password, is_right
from benchmarks.load.town import PASSWORD

TURNS = 20

if __name__ == "__main__":
    kept = hash_password(PASSWORD)
    began = time.process_time()
    for _turn in range(TURNS):
        assert is_right(PASSWORD, kept)  # noqa: S101
    click.echo(1000 * (time.process_time() - began) / TURNS)
