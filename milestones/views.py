"""Pages of the milestones domain."""

from flask import Blueprint

blueprint = Blueprint("milestones", __name__)
