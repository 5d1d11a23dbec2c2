"""The milestones domain in the API."""

from nic_platform.api import ApiBlueprint

blueprint = ApiBlueprint("api_milestones", __name__, "", "milestones")
