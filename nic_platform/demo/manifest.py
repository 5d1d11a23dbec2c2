"""What is in the demo, as a JSON document by which checks from outside drive the product.

``users``, ``params``, ``canaries``, ``writes``, ``exports``, ``imports``, ``reports``, ``redirects``,
``webhooks``: what does not exist yet is an empty list.
"""

from typing import Any

from flask import Flask

from nic_platform.demo import manifest_params, manifest_routes
from nic_platform.demo.build import token_of
from nic_platform.demo.builder import Builder
from nic_platform.demo.people import PEOPLE

VERSION = 1


def facts(b: Builder, app: Flask) -> dict[str, Any]:
    """Return the manifest of a demo that was just built."""
    params = manifest_params.params(b)
    return {
        "version": VERSION,
        "built_at": b.days.now.isoformat(),
        "today": b.days.today.isoformat(),
        "seed": b.seed,
        "users": {
            person.role: {
                "login": person.email,
                "password": person.password,
                "token": token_of(b.seed, person.role),
                "name": person.name,
            }
            for person in PEOPLE
        },
        "params": params,
        "canaries": [
            {"text": c.text, "kind": c.kind, "id": str(c.record), "url": c.path, "roles": list(c.roles)}
            for c in b.canaries
        ],
        "writes": manifest_routes.writes(b, app, params),
        "exports": manifest_routes.exports(app, params),
        "imports": manifest_routes.imports(app, params),
        "reports": manifest_routes.reports(b, app, params),
        "redirects": manifest_routes.redirects(app),
        "webhooks": [],
    }
