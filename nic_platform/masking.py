"""Keeps the secret addresses of calendars out of every log: who reads a log must not be able to use one."""

import logging
import re

LOGGERS = (
    "werkzeug",
    "gunicorn.access",
    "gunicorn.error",
    "waitress",
    "waitress.queue",
    "switchback.security",
)
_SECRET = re.compile(r"(/calendar/)[^/\s\"'?]+?(\.ics|%2Eics)", re.IGNORECASE)


def masked(words: str) -> str:
    """Return a text in which the secret of a calendar's address is three dots."""
    return _SECRET.sub(r"\1…\2", words)


class Mask(logging.Filter):
    """Takes the secrets out of a line before it is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line through, masked."""
        words = record.getMessage()
        if "/calendar/" in words.lower():
            record.msg, record.args = masked(words), ()
        return True


def init(*names: str) -> None:
    """Mask what these loggers and the servers' own write; calling it again changes nothing."""
    for name in (*LOGGERS, *names):
        logger = logging.getLogger(name)
        if not any(isinstance(each, Mask) for each in logger.filters):
            logger.addFilter(Mask())
