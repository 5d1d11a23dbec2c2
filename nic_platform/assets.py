"""Placeholder until the look engineer writes it."""
from flask import Blueprint

blueprint = Blueprint("assets", __name__)
