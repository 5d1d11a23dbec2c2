"""Pages of the feedback domain."""

from flask import Blueprint

blueprint = Blueprint("feedback", __name__)
