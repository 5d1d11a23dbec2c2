"""Several works at the same moment, each in a thread and a transaction of its own."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from nic_platform.database import session, transaction
from nic_platform.errors import ConflictError, InputError, RuleError

Work = Callable[[Session], Any]


def at_once(app: Flask, works: list[Work]) -> list[str]:
    """Run each work in a thread and transaction of its own, all let go together; return how each ended."""
    gate, ended = Barrier(len(works)), [""] * len(works)

    def run(at: int) -> None:
        with app.app_context():
            try:
                gate.wait()
                with transaction() as current:
                    works[at](current)
                ended[at] = "done"
            except (ConflictError, RuleError, InputError) as error:
                ended[at] = type(error).__name__
            finally:
                session().close()

    threads = [Thread(target=run, args=(at,)) for at in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended
