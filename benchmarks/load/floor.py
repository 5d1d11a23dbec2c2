"""The least a page can cost: bare Flask over PostgreSQL, served as the platform is; ratios rest on it."""

import os
import threading

import psycopg
from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue

_PAGE = """<!doctype html><html lang="en"><head><title>{{ title }}</title></head><body><h1>{{ title }}</h1>
{% for id, name, words, at in rows %}<article><h2><a href="/item/{{ id }}">{{ name }}</a></h2>
<p>{{ words }}</p><time>{{ at }}</time></article>
{% endfor %}</body></html>"""


def application() -> Flask:
    """Return an application with a page of one indexed query, a list of a hundred, and what creates."""
    app, kept = Flask("floor"), threading.local()
    page = app.jinja_env.from_string(_PAGE)
    url = os.environ["DATABASE_URL"].replace("+psycopg", "")

    def ask(question: str, *values: object) -> "psycopg.Cursor[tuple[object, ...]]":
        if not hasattr(kept, "line"):
            kept.line = psycopg.connect(url, autocommit=True)
        line: psycopg.Connection[tuple[object, ...]] = kept.line
        return line.execute(question, values, prepare=True)

    @app.get("/")
    def hello() -> str:
        """Ask nothing."""
        return "Hello"

    @app.get("/item/<int:item_id>")
    def item(item_id: int) -> str:
        """Show one thing."""
        rows = ask("SELECT id, name, words, at FROM floor_item WHERE id = %s", item_id).fetchall()
        return page.render(title=rows[0][1], rows=rows)

    @app.get("/list/<int:team_id>")
    def listed(team_id: int) -> str:
        """Show a hundred things."""
        rows = ask(
            "SELECT id, name, words, at FROM floor_item WHERE team_id = %s ORDER BY id LIMIT 100", team_id
        ).fetchall()
        return page.render(title=f"Team {team_id}", rows=rows)

    @app.post("/create")
    def create() -> ResponseReturnValue:
        """Write one thing."""
        made = ask(
            "INSERT INTO floor_item (name, team_id, words, at) VALUES (%s, %s, %s, now()) RETURNING id",
            request.form["name"], 1000 + len(request.form["name"]), request.form["words"],
        ).fetchone()  # fmt: skip
        assert made is not None  # noqa: S101  it was returned
        return redirect(f"/item/{made[0]}", 303)

    return app
