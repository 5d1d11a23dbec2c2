"""The catalogues of translated texts: which there are, and how they are made ready to be read.

People edit ``translations/<language>/LC_MESSAGES/messages.po``. What is looked up is made of it: in a wheel
when that is built, in a checkout when the platform starts and finds it missing or older.
"""

import os
from contextlib import suppress
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from nic_platform.text import SOURCE

FOLDER = Path(__file__).with_name("translations")


def languages() -> tuple[str, ...]:
    """Return the codes of the languages that the platform speaks, its source's first."""
    found = sorted(folder.name for folder in FOLDER.glob("*") if (folder / "LC_MESSAGES").is_dir())
    return (SOURCE, *(code for code in found if code != SOURCE))


def compiled(source: Path) -> bytes:
    """Return a catalogue as it is looked up."""
    with source.open("rb") as file:
        catalogue = read_po(file)
    made = BytesIO()
    write_mo(made, catalogue)
    return made.getvalue()


def _is_ready(source: Path, made: Path) -> bool:
    if not source.exists():
        return made.exists()
    return made.exists() and made.stat().st_mtime_ns >= source.stat().st_mtime_ns


def make_ready(folder: Path = FOLDER) -> list[Path]:
    """Make what is missing or older than its text, all at once or not at all; return what was made.

    Raises:
        OSError: the folder can't be written to.
    """
    made = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if _is_ready(source, target):
            continue
        with NamedTemporaryFile(dir=source.parent, suffix=".part", delete=False) as part:
            part.write(compiled(source))
        Path(part.name).chmod(0o644)
        os.replace(part.name, target)
        made.append(target)
    return made


@cache
def texts(language: str) -> NullTranslations:
    """Return the texts of a language, read once; the source's own where there is no such catalogue."""
    source = FOLDER / language / "LC_MESSAGES" / "messages.po"
    target = source.with_suffix(".mo")
    if language not in languages() or language == SOURCE:
        return NullTranslations()
    with suppress(OSError):  # a folder that nobody may write to: then it is made for this program alone
        make_ready()
    content = target.read_bytes() if _is_ready(source, target) else compiled(source)
    return Translations(BytesIO(content))


@cache
def _sources(language: str) -> dict[str, tuple[str, ...]]:
    """Return which of our sentences each text of a language stands for; read once, when first asked for."""
    found: dict[str, tuple[str, ...]] = {}
    for key, said in getattr(texts(language), "_catalog", {}).items():
        if isinstance(key, str) and key:
            own = key.rpartition("\x04")[2]
            found[said] = (*found.get(said, ()), own)
    return found


def other_names(words: str) -> tuple[str, ...]:
    """Return what *words*, said in any language, is called in the others: a column's heading in each."""
    own = {words}.union(*(_sources(code).get(words, ()) for code in languages() if code != SOURCE))
    said = {texts(code).ugettext(each) for code in languages() if code != SOURCE for each in own}
    return tuple(sorted((own | said) - {words}))
