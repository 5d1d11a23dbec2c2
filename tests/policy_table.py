"""Who may use which address: one letter for each role of ``tests/world.ROLES``, reviewed by hand.

y: may. n: may read the thing but not do this (403). -: for this role it is not there (404). s: asked to sign in.
The thing belongs to the own school, is sent or running (no draft), and is not shared with peers.
"""

# Files and documents that are for everybody.
OPEN = frozenset({"static", "assets.get", "api-docs.openapi_json"})

# Values of address parts that name no object of the own school.
_NOTHING = "00000000-0000-4000-8000-000000000000"
VALUES: dict[str, object] = {
    "import_id": _NOTHING,
    "token": "nothing", "token_id": _NOTHING, "invitation_id": _NOTHING, "sign_in_id": _NOTHING,
}  # fmt: skip

# What to send where an empty form would not get as far as the policy.
BODIES: dict[str, dict[str, object]] = {
    "PATCH api_teams.change_team": {"version": 1},
    "PATCH api_teams.change_link": {"version": 1},
    "PATCH api_teams.change_site": {"version": 1},
    "PATCH api_teams.change_network": {"version": 1},
    "POST api_teams.add_team": {"name": "New", "level": "school", "site_id": _NOTHING},
    "POST api_teams.add_link": {"lower_id": _NOTHING, "upper_id": _NOTHING},
    "POST api_teams.add_site": {"name": "New", "level": "school"},
    "POST api_cycles.add_cycle": {"change": "A timer on the board"},
    "PATCH api_cycles.change_cycle": {"version": 1},
    "POST api_cycles.take_step": {"version": 1, "action": "finish"},
}

TABLE: dict[str, str] = {
    # accounts: who has signed in looks after the own account; leads, network leads and admins invite.
    "GET accounts.account": "s yyyyyyyyyyyy",
    "POST accounts.account": "s yyyyyyyyyyyy",
    "GET accounts.address": "s yyyyyyyyyyyy",
    "POST accounts.address": "s yyyyyyyyyyyy",
    "GET accounts.take_address": "y yyyyyyyyyyyy",
    "GET accounts.open_address": "s ------------",  # without a link from mail
    "POST accounts.open_address": "s ------------",
    "GET accounts.password": "s yyyyyyyyyyyy",
    "POST accounts.password": "s yyyyyyyyyyyy",
    "GET accounts.sign_ins": "s yyyyyyyyyyyy",
    "POST accounts.end_sign_in": "s ------------",  # somebody else's
    "POST accounts.end_other_sign_ins": "s yyyyyyyyyyyy",
    "GET accounts.tokens": "s yyyyyyyyyyyy",
    "POST accounts.tokens": "s yyyyyyyyyyyy",
    "POST accounts.revoke_token": "s ------------",  # somebody else's
    "POST accounts.leave": "s --yyyyy-----",  # the own school
    "GET accounts.sign_in": "y yyyyyyyyyyyy",
    "POST accounts.sign_in": "y yyyyyyyyyyyy",
    "POST accounts.sign_out": "s ssssssssssss",  # ends at the sign-in page
    "GET accounts.mail_link": "y yyyyyyyyyyyy",
    "POST accounts.mail_link": "y yyyyyyyyyyyy",
    "GET accounts.take_link": "y yyyyyyyyyyyy",
    "GET accounts.open_link": "- ------------",  # without a link from mail
    "POST accounts.open_link": "- ------------",
    "GET accounts.reset": "y yyyyyyyyyyyy",
    "POST accounts.reset": "y yyyyyyyyyyyy",
    "GET accounts.take_reset": "y yyyyyyyyyyyy",
    "GET accounts.open_reset": "- ------------",  # without a link from mail
    "POST accounts.open_reset": "- ------------",
    "GET accounts.invitations": "s yynnynnyynny",
    "GET accounts.invite_to_team": "s -nnnynnnynny",
    "POST accounts.invite_to_team": "s -nnnynnnynny",
    "GET accounts.invite_to_network": "s -nnnnnnnynny",
    "POST accounts.invite_to_network": "s -nnnnnnnynny",
    "POST accounts.withdraw": "s ------------",  # of an invitation that is not there
    "GET accounts.take_invitation": "y yyyyyyyyyyyy",
    "GET accounts.open_invitation": "- ------------",  # without a link from mail
    "POST accounts.open_invitation": "- ------------",
    "GET accounts.admin_home": "s -----------y",
    "GET accounts.people": "s -----------y",
    "POST accounts.disable_person": "s -----------y",
    "POST accounts.enable_person": "s -----------y",
    "POST accounts.make_admin": "s -----------y",
    "POST accounts.unmake_admin": "s -----------y",
    "GET api_accounts.list_tokens": "s yyyyyyyyyyyy",
    "POST api_accounts.make_token": "s yyyyyyyyyyyy",
    "DELETE api_accounts.revoke_token": "s ------------",  # somebody else's
    # teams: all of the network reads teams, links and places; leads keep their own, network leads the rest.
    "GET teams.network": "s yyyyyyyyyyy-",
    "GET teams.district": "s -yyyyyyyyyy-",
    "GET teams.settings": "s nnnnnnnnynn-",
    "POST teams.settings": "s nnnnnnnnynn-",
    "GET teams.new_year": "s nnnnnnnnynn-",
    "POST teams.new_year": "s nnnnnnnnynn-",
    "GET teams.year": "s -nnnnnnnynn-",
    "POST teams.year": "s -nnnnnnnynn-",
    "POST teams.add_span": "s -nnnnnnnynn-",
    "POST teams.remove_span": "s -nnnnnnnynn-",
    "GET teams.team": "s -yyyyyyyyyy-",
    "GET teams.new_team": "s nnnnnnnnynnn",
    "POST teams.new_team": "s nnnnnnnnynnn",
    "GET teams.edit_team": "s -nnnynnnynn-",
    "POST teams.edit_team": "s -nnnynnnynn-",
    "POST teams.archive_team": "s -nnnnnnnynn-",
    "POST teams.bring_back_team": "s -nnnnnnnynn-",
    "GET teams.team_people": "s -yyyyyyyyyy-",
    "GET teams.team_person": "s -nnyynnnynn-",  # the member's own place
    "POST teams.team_person": "s -nnyynnnynn-",
    "POST teams.remove_person": "s -nnnynnnynn-",
    "POST teams.return_person": "s -nnnynnnynn-",
    "POST teams.leave_team": "s -nyyyyynnnn-",
    "GET teams.new_link": "s -nnnynnnynn-",
    "POST teams.new_link": "s -nnnynnnynn-",
    "GET teams.link": "s -yyyyyyyyyy-",
    "GET teams.edit_link": "s -nnnynnnynn-",  # leads of both ends
    "POST teams.edit_link": "s -nnnynnnynn-",
    "POST teams.remove_link": "s -nnnynnnynn-",
    "POST teams.return_link": "s -nnnynnnynn-",
    "GET teams.peers": "s -nnnynnnynn-",
    "POST teams.peers": "s -nnnynnnynn-",
    "POST teams.remove_peer": "s -nnnynnnynn-",
    "GET teams.sites": "s yyyyyyyyyyyy",
    "GET teams.site": "s -yyyyyyyyyy-",
    "GET teams.new_site": "s nnnnnnnnynnn",
    "POST teams.new_site": "s nnnnnnnnynnn",
    "GET teams.edit_site": "s -nnnnnnnynn-",
    "POST teams.edit_site": "s -nnnnnnnynn-",
    "GET teams.import_sites": "s nnnnnnnnynnn",
    "POST teams.import_sites": "s nnnnnnnnynnn",
    "GET teams.site_import": "s nnnnnnnn-nnn",  # of an import that is not there
    "POST teams.site_import": "s nnnnnnnn-nnn",
    "POST teams.write_import": "s nnnnnnnn-nnn",
    "POST teams.undo_import": "s nnnnnnnn-nnn",
    "GET api_teams.list_teams": "s yyyyyyyyyyyy",
    "GET api_teams.get_team": "s -yyyyyyyyyy-",
    "POST api_teams.add_team": "s nnnnnnnn-nnn",  # at a place that is not there
    "PATCH api_teams.change_team": "s -nnnynnnynn-",
    "GET api_teams.list_links": "s yyyyyyyyyyyy",
    "GET api_teams.get_link": "s -yyyyyyyyyy-",
    "POST api_teams.add_link": "s ------------",  # between teams that are not there
    "PATCH api_teams.change_link": "s -nnnynnnynn-",
    "DELETE api_teams.remove_link": "s -nnnynnnynn-",
    "GET api_teams.list_sites": "s yyyyyyyyyyyy",
    "GET api_teams.get_site": "s -yyyyyyyyyy-",
    "POST api_teams.add_site": "s nnnnnnnnynnn",
    "PATCH api_teams.change_site": "s -nnnnnnnynn-",
    "GET api_teams.get_network": "s yyyyyyyyyyy-",
    "PATCH api_teams.change_network": "s nnnnnnnnynn-",
    "GET api_teams.graph": "s yyyyyyyyyyyy",
    # cycles: read like the team's work, changed by its lead, members and linking members; coaches comment.
    "GET cycles.index": "s yyyyyyyyyyyy",
    "GET cycles.log": "s yyyyyyyyyyyy",
    "GET cycles.quick": "s yynyyynynynn",  # for the team chosen in the masthead
    "POST cycles.quick": "s yynyyynynynn",
    "GET cycles.new": "s yynyyynynynn",
    "POST cycles.new": "s yynyyynynynn",
    "GET cycles.show": "s --yyyyyyyy--",
    "GET cycles.stage": "s --nyyynnnn--",
    "POST cycles.stage": "s --nyyynnnn--",
    "POST cycles.go_back": "s --nyyynnnn--",
    "POST cycles.not_run": "s --nyyynnnn--",
    "POST cycles.abandon": "s --nyyynnnn--",
    "POST cycles.share": "s --nyyynnnn--",
    "POST cycles.comment": "s --nyyyynnn--",
    "POST cycles.open_next": "s --nyyynnnn--",
    "POST cycles.delete": "s --nyyynnnn--",
    "POST cycles.restore": "s ------------",  # it is not deleted
    "GET cycles.ramp": "s --yyyyyyyy--",
    "POST cycles.ramp": "s --nyyynnnn--",
    "GET cycles.idea": "s --yyyyyyyy--",
    "GET cycles.edit_idea": "s --nyyynnyn--",
    "POST cycles.edit_idea": "s --nyyynnyn--",
    "POST cycles.adopt": "s --nyyynyny--",  # into the team chosen in the masthead
    "GET cycles.new_idea": "s yynyyynyyynn",
    "POST cycles.new_idea": "s yynyyynyyynn",
    "GET cycles.drivers": "s yyyyyyyyyyy-",
    "GET cycles.new_driver": "s nnnnnnnnynn-",
    "POST cycles.new_driver": "s nnnnnnnnynn-",
    "GET cycles.driver": "s -nnnnnnnynn-",
    "POST cycles.driver": "s -nnnnnnnynn-",
    "POST cycles.delete_driver": "s -nnnnnnnynn-",
    "GET api_cycles.list_cycles": "s yyyyyyyyyyyy",
    "GET api_cycles.get_cycle": "s --yyyyyyyy--",
    "POST api_cycles.add_cycle": "s yynyyynynynn",
    "PATCH api_cycles.change_cycle": "s --nyyynnnn--",
    "POST api_cycles.take_step": "s --nyyynnnn--",
    "GET api_cycles.list_ideas": "s yyyyyyyyyyyy",
}
