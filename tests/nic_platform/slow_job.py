"""A worker that also knows a job which takes a while; started by the tests as a program of its own."""

import sys
import time
from pathlib import Path
from typing import Any

from nic_platform import jobs


@jobs.register("test: take a while")
def take_a_while(payload: dict[str, Any], report: jobs.Report) -> dict[str, Any]:
    """Write down that it began; sleep in its first run, so that the test can kill the worker meanwhile."""
    journal = Path(payload["journal"])
    runs = len(journal.read_text().splitlines()) if journal.exists() else 0
    with journal.open("a") as out:
        out.write("began\n")
    for second in range(payload.get("steps", 600) if runs < payload["sleeps"] else 1):
        report(second + 1)
        time.sleep(0.1)
    return {"runs": runs + 1}


if __name__ == "__main__":
    from nic_platform import config
    from nic_platform.cli import main

    settings_from = config.settings_from
    config.settings_from = lambda environ: {**settings_from(environ), "OUTGOING_LOOPBACK": True}

    main(sys.argv[1:], prog_name="nic")
