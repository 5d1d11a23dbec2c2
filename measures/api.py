"""The measures domain in the API."""

from nic_platform.api import ApiBlueprint

blueprint = ApiBlueprint("api_measures", __name__, "", "measures")
