"""The teams domain in the API."""

from nic_platform.api import ApiBlueprint

blueprint = ApiBlueprint("api_teams", __name__, "", "teams")
