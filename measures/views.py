"""Pages of the measures domain."""

from flask import Blueprint

blueprint = Blueprint("measures", __name__)
