"""Pages of the variation domain."""

from flask import Blueprint

blueprint = Blueprint("variation", __name__)
