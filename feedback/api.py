"""The feedback domain in the API."""

from nic_platform.api import ApiBlueprint

blueprint = ApiBlueprint("api_feedback", __name__, "", "feedback")
