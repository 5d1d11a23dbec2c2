"""Pages of the cycles domain."""

from flask import Blueprint

blueprint = Blueprint("cycles", __name__)
