"""What somebody typed into a form that could not be taken any more: shown again, so that nothing is lost."""

from urllib.parse import urlsplit

from flask import Request

_SECRET = ("password", "token", "secret", "code")
_SHORTEST = 12  # characters; shorter values are choices and numbers, quickly made again


def kept_words(request: Request) -> list[str]:
    """Return the texts of a refused form in the order of its fields, without passwords and inner values.

    Empty unless the form was sent from a page of ours: another site can't make us show its words.
    """
    if request.method != "POST" or not _is_ours(request):
        return []
    return [
        value.strip()
        for name, values in request.form.lists()
        if not any(word in name.lower() for word in _SECRET)
        for value in values
        if len(value.strip()) >= _SHORTEST and " " in value.strip()
    ]


def _is_ours(request: Request) -> bool:
    sent_from = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(sent_from).netloc == request.host
