"""What a letter looks like: plain text, the same as HTML, and the headers that mail programs read."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app
from markupsafe import Markup, escape

from nic_platform import digests, unsubscribing
from nic_platform.notice_kinds import DIGEST_KIND
from nic_platform.quiet import Quiet
from nic_platform.text import SOURCE, _, in_language

_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")


@dataclass(frozen=True)
class Letter:
    """One notice, ready to be written as mail."""

    notice_id: int
    public_id: UUID
    address: str
    name: str
    subject: str
    body: str
    path: str
    keeps_body: bool
    attempts: int
    kind: str
    quiet: Quiet | None = None
    user_id: int | None = None
    network_id: int | None = None
    created_at: datetime | None = None
    person: UUID | None = None
    locale: str = ""
    is_last: bool = False

    @property
    def can_choose(self) -> bool:
        """Say whether it is of a kind that its reader can turn down; a digest says so itself."""
        return self.keeps_body and self.kind != DIGEST_KIND

    @property
    def can_be_turned_off(self) -> bool:
        """Say whether mail of its kind can be turned off from the letter; the last one on a promise can't."""
        return self.person is not None and not self.is_last


def write(letter: Letter, *, sender: str, base_url: str, at: datetime) -> EmailMessage:
    """Write the mail in its reader's language. Line breaks in what people typed can't reach a header."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = letter.address
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{letter.public_id}@{urlsplit(base_url).hostname or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"
    off = ""
    if letter.can_be_turned_off and letter.person is not None:
        off = base_url + unsubscribing.path_for(letter.person, letter.kind)
        message["List-Unsubscribe"] = f"<{off}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    with in_language(letter.locale):
        message.set_content(_plain(letter, base_url))
        message.add_alternative(_html(letter, base_url, off), subtype="html")
    return message


def _words(letter: Letter) -> str:
    return letter.body.strip() or letter.subject


def _plain(letter: Letter, base_url: str) -> str:
    lines = [_words(letter)]
    if letter.path:
        lines.append(f"{base_url}{letter.path}")
    if letter.is_last:
        lines.append(_last_words())
    if letter.can_choose:
        lines.append(_("Choose what is mailed to you: %(address)s", address=f"{base_url}/account/notices"))
    return "\n\n".join(lines) + "\n"


def _last_words() -> str:
    return _("This is the last notice on a promise that was not kept. It comes whatever is turned off.")


def _html(letter: Letter, base_url: str, off: str) -> str:
    template = current_app.jinja_env.get_template("mail/letter.html")
    return template.render(
        lang=letter.locale or SOURCE,
        subject=letter.subject,
        paragraphs=[_marked(part) for part in _paragraphs(letter)],
        sections=_sections(letter),
        link=f"{base_url}{letter.path}" if letter.path else "",
        last=_last_words() if letter.is_last else "",
        choose=f"{base_url}/account/notices" if letter.keeps_body else "",
        off=off,
        host=urlsplit(base_url).hostname or "",
    )


def _paragraphs(letter: Letter) -> list[str]:
    if letter.kind == DIGEST_KIND:
        return []
    return [part for part in re.split(r"\n\s*\n", _words(letter)) if part.strip()]


def _sections(letter: Letter) -> list[dict[str, Any]]:
    """Return a digest's groups, as its text has them; none for any other letter."""
    if letter.kind != DIGEST_KIND:
        return []
    return [
        {"heading": each.heading, "entries": each.entries, "words": [_marked(part) for part in each.words]}
        for each in digests.sections(_words(letter))
    ]


def _marked(text: str) -> Markup:
    """Return a paragraph with its lines kept and its addresses as links; nothing else in it is HTML."""
    made, last = Markup(""), 0
    for found in _LINK.finditer(text):
        shown = escape(found.group())
        made += escape(text[last : found.start()])
        made += Markup('<a href="{0}" style="color:inherit">{0}</a>').format(shown)
        last = found.end()
    made += escape(text[last:])
    return made.replace("\n", Markup("<br>\n"))
