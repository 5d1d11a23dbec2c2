"""Pages of the desk domain."""

from flask import Blueprint

blueprint = Blueprint("desk", __name__)
