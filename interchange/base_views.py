"""What the pages of interchange share: their blueprint, and whether this machine itself may be asked."""

from flask import Blueprint, current_app

blueprint = Blueprint("interchange", __name__)


def may_use_loopback() -> bool:
    """Say whether addresses on this machine are taken: in demos and tests that set it so."""
    return bool(current_app.config.get("OUTGOING_LOOPBACK"))
