"""The variation domain in the API."""

from nic_platform.api import ApiBlueprint

blueprint = ApiBlueprint("api_variation", __name__, "", "variation")
