"""The cycles domain in the API."""

from nic_platform.api import ApiBlueprint

blueprint = ApiBlueprint("api_cycles", __name__, "", "cycles")
