"""The accounts domain in the API."""

from nic_platform.api import ApiBlueprint

blueprint = ApiBlueprint("api_accounts", __name__, "", "accounts")
