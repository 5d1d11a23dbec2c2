"""The desk domain in the API."""

from nic_platform.api import ApiBlueprint

blueprint = ApiBlueprint("api_desk", __name__, "", "desk")
