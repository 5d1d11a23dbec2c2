"""Who reads, and in which language: what the application tells :mod:`nic_platform.text`.

The order: a person's own choice (Account, Language), what was chosen on this device (a link on the page of
signing in), what the browser asks for, English. The API speaks English, so that programs can rely on it.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache

from babel import Locale
from flask import Flask, g, has_request_context, request
from flask import session as cookie
from flask_babel import Babel
from flask_login import current_user
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from nic_platform import catalogues, days, text, wording, words
from nic_platform.remembered import of_request

LANGUAGES = catalogues.languages()
CHOSEN = "language"
_API = "/api/"
Voice = Callable[[str], str]


def init(app: Flask) -> None:
    """Have pages and all that is pure say their sentences in their reader's language."""
    Babel(app, locale_selector=days.region, default_translation_directories=str(catalogues.FOLDER))
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        _single, _plural, newstyle=True, pgettext=_apart
    )
    app.jinja_env.globals.update(_=say, locale_name=text.language, other_languages=other_languages)
    with suppress(OSError):  # a folder that nobody may write to: then each program makes its own
        catalogues.make_ready()
    text.translate_with(_single, _plural, _apart, present)


@pass_eval_context
def say(how: EvalContext, message: str, /, **values: object) -> str:
    """Return a sentence of a template, as the extension for languages would in three calls more.

    It is a form to fill even where nothing is filled in: a per cent sign is written twice.
    """
    found = _voice()(message)
    if how.autoescape:
        found = _in_markup(found)
    return found % values if values or "%" in found else found


@lru_cache(maxsize=4096)
def _in_markup(sentence: str) -> Markup:
    """Return our own sentence as a part of a page; what is filled in is escaped then."""
    return Markup(sentence)  # noqa: S704  # of templates and catalogues alone


def present() -> str:
    """Return the language of who asks, found once a request: a page says hundreds of sentences."""
    if not has_request_context():
        return text.SOURCE
    here = of_request()
    known: str | None = here.get("language")
    if known is None:
        known = _asked_for()
        if "_login_user" in here:  # else it is not known yet who asks
            here["language"] = known
    return known


def _asked_for() -> str:
    if request.path.startswith(_API):
        return text.SOURCE
    person = current_user if "_login_user" in g else None
    own = getattr(person, "locale", "") or cookie.get(CHOSEN, "")
    if not own and "half" in g:  # the password was right; the second step is asked in their language
        own = g.half.user.locale
    if own in LANGUAGES:
        return str(own)
    return request.accept_languages.best_match(list(LANGUAGES)) or text.SOURCE


def choose(code: str) -> bool:
    """Speak this language on this device from now on; say whether there is such a one."""
    if code not in LANGUAGES:
        return False
    cookie[CHOSEN] = code
    g.pop("language", None)
    g.pop("voice", None)
    return True


def own_name(code: str) -> str:
    """Return what a language calls itself: "English", "Español"."""
    return str(Locale.parse(code).get_display_name(code)).capitalize()


def other_languages() -> list[tuple[str, str]]:
    """Return the languages that are not spoken now, by code and own name."""
    return [(code, own_name(code)) for code in LANGUAGES if code != text.language()]


def _voice() -> Voice:
    """Return how a sentence of ours is said to who asks; found once a request, as soon as all is known."""
    if text.is_chosen() or words.are_chosen() or not has_request_context():
        return _found_voice()
    here = of_request()
    known: Voice | None = here.get("voice")
    if known is None:
        known = _found_voice()
        if "language" in here and "own_words" in here:
            here["voice"] = known
    return known


def _found_voice() -> Voice:
    """Return what looks a sentence up, or puts the nouns of the present network into it.

    Those are English words and stand in English sentences only: in another language ours are said. See
    :mod:`nic_platform.wording`.
    """
    spoken = text.language()
    if spoken != text.SOURCE:
        return catalogues.texts(spoken).ugettext
    own = wording.wording_of(words.spoken() or {})
    return (lambda message: text.Said(own.say(message))) if own else _as_it_stands


def _as_it_stands(message: str) -> str:
    return message


def _single(message: str) -> str:
    return _voice()(message)


def _plural(one: str, many: str, count: int) -> str:
    spoken = text.language()
    if spoken == text.SOURCE:
        return _voice()(one if count == 1 else many)
    return catalogues.texts(spoken).ungettext(one, many, count)


def _apart(context: str, message: str) -> str:
    spoken = text.language()
    if spoken == text.SOURCE:
        return _voice()(message)
    return str(catalogues.texts(spoken).upgettext(context, message))
