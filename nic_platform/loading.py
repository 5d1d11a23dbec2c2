"""Loads the platform into a new process without looking for garbage in between.

A third of the time in which some thousand modules are read goes into such looking, and there is none.
"""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

APPLICATION = "nic_platform.app"


@contextmanager
def at_once() -> Iterator[None]:
    """Import and build the application inside the block, if this process has not done so before.

    What is loaded stays as long as the process: it is never looked through again, so each request is a little
    quicker too.
    """
    if APPLICATION in sys.modules or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
