"""``nic mail``: what came back from mail servers."""

import mailbox
from collections.abc import Iterator
from contextlib import closing
from email.generator import BytesGenerator
from io import BytesIO
from tempfile import NamedTemporaryFile
from typing import BinaryIO

import click
from flask.cli import with_appcontext

from nic_platform import bounce_services, bounces, clock
from nic_platform.database import transaction


@click.group("mail")
def mail_commands() -> None:
    """Look after mail."""


@mail_commands.command("bounces")
@click.argument("file", type=click.File("rb"))
@with_appcontext
def read_bounces(file: BinaryIO) -> None:
    """Read reports of mail that came back: one message or an mbox, from FILE, or - for a pipe.

    Mail to an address that does not exist stops until it changes or its person asks for another try. Let the
    mail server hand what comes to the sender's address to this command.
    """
    counts = {"stopped": 0, "passing": 0, "unknown": 0}
    reports = 0
    for raw in _messages(file.read()):
        found = bounces.read(raw)
        reports += bool(found)
        with transaction() as current:
            for name, count in bounce_services.take_note(current, found, clock.now()).items():
                counts[name] += count
    click.echo(
        f"{reports} reports: {counts['stopped']} addresses stopped, {counts['passing']} troubles that may "
        f"pass, {counts['unknown']} of letters or addresses that are not known."
    )


def _messages(data: bytes) -> Iterator[bytes]:
    """Yield the messages of a file: those of an mbox, else the one it is."""
    if not data.startswith(b"From "):
        yield data
        return
    with NamedTemporaryFile(suffix=".mbox") as held:
        held.write(data)
        held.flush()
        with closing(mailbox.mbox(held.name, create=False)) as box:
            for message in box:
                out = BytesIO()
                BytesGenerator(out, mangle_from_=False).flatten(message)
                yield out.getvalue()
