"""Your data: everything that is held about the person who asks, as one file to save."""

import io
import json
import zipfile
from typing import Any

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from accounts import forms, rules
from accounts.views import base
from accounts.views.base import blueprint
from interchange import own_data_queries
from nic_platform import access, clock, looks
from nic_platform.database import session
from nic_platform.pages import status_of


@blueprint.route("/account/data", methods=["GET", "POST"])
@access.signed_in
def own_data() -> ResponseReturnValue:
    """Say what is held about a person, and give it out; the password is asked again."""
    form, user = forms.ConfirmedForm(), base.me()
    if form.validate_on_submit() and base.is_confirmed(form):
        base.count_try(rules.own_data_tries(user.id))
        name = user.name
        base.note_taken("person", user.id, {"data": [None, "zip"]})
        looks.note()  # counts that the person wrote down are in it
        return packed(own_data_queries.about(session(), base.me().id), name)
    page = render_template(
        "accounts/own_data.html", form=form, has_password=user.password_hash is not None,
    )  # fmt: skip
    return page, status_of(form)


def packed(held: dict[str, Any], name: str) -> Response:
    """Return the answer that gives somebody's data out: a ZIP with a page to read and JSON to work with."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        page = render_template("accounts/own_data_file.html", held=held, name=name, at=clock.now())
        file.writestr("read-me.html", page)
        for table, each in held.items():
            file.writestr(f"{table}.json", json.dumps(each, ensure_ascii=False, indent=1))
    answer = Response(out.getvalue(), mimetype="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.zip"'
    return answer
