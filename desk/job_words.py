"""What each kind of background work is called by people. Pure."""

from nic_platform.text import _


def job_words() -> dict[str, str]:
    """Return the names of background work in a reader's words."""
    return {
        "send mail": _("Sending mail"),
        "import sites": _("Import of places"),
        "undo import of sites": _("Taking back an import of places"),
        "bring in state figures": _("Import of published figures"),
        "take state figures back": _("Taking back published figures"),
        "write roster": _("Import of a roster"),
        "read rosters": _("Nightly reading of rosters"),
        "teams.leads": _("Looking for teams that nobody leads"),
        "milestones.overdue_checks": _("Reminding of overdue checks"),
        "measures.missed_counts": _("Reminding of missed counts"),
        "variation.keep_evidence": _("Working out what tests of ideas come to"),
        "fold sums": _("Folding sums"),
        "feedback.promises": _("Looking after promises"),
        "desk.digests": _("Writing digests"),
        "desk.retention": _("Taking out what was kept long enough"),
        "desk.endings": _("Deleting networks and accounts whose day has come"),
        "milestones.import_plan": _("Import of a plan"),
        "desk.make_file": _("Making a file"),
        "desk.forget_files": _("Deleting old files"),
        "purge sign-ins": _("Forgetting ended sign-ins"),
        "interchange.archive_network": _("Writing a network's archive"),
        "interchange.forget_archives": _("Deleting old archives"),
        "interchange.send_webhooks": _("Telling other systems"),
        "interchange.tell_of_milestones": _("Looking for milestones met or missed"),
    }


def job_name(name: str) -> str:
    """Return what a piece of work is called; one without words of its own as it calls itself."""
    return job_words().get(name) or name.replace("_", " ").replace(".", ": ")


def state_names() -> dict[str, str]:
    """Return the states of background work in a reader's words."""
    return {
        "running": _("Running"),
        "queued": _("Waiting"),
        "failed": _("Failed"),
        "cancelled": _("Stopped"),
        "done": _("Done"),
    }
