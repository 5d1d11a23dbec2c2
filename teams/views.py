"""Pages of the teams domain."""

from flask import Blueprint

blueprint = Blueprint("teams", __name__)
