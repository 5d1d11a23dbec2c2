"""Which pages show tables or lists of records that can't be taken away as a file, each with its reason."""

import re

from werkzeug.test import TestResponse

# Pages whose table or list is something to fill in, to press, or to hang on a wall; what was filled in is
# taken away where it is shown.
NOT_TAKEN = {
    "accounts.archive": "files already",
    "accounts.end_account": "sentences that say what goes",
    "accounts.end_network": "sentences that say what goes",
    "accounts.end_person": "sentences that say what goes",
    "accounts.notice_settings": "a form: what one wishes to be told",
    "accounts.security": "steps to set up",
    "accounts.tokens": "a form: what a new token may do; those there are make a list with a file",
    "cycles.log": "a form: which step to log",
    "desk.cycle_worksheet": "paper to write on",
    "desk.files": "files already",
    "desk.tally": "paper to write on",
    "desk.week": "steps to set up, for who has no team",
    "desk.welcome": "steps to set up",
    "measures.enter_day": "a form: the counts of a day",
    "measures.grid": "a form; where it has counts, it has files of its own that come back in",
    "measures.sheet": "paper to write on",
    "milestones.backwards": "a form: which strand to plan",
    "milestones.planner": "a form: which steps to take",
    "milestones.touchpoints": "a month of a calendar, which has a feed; the list beside it has a file",
    "teams.first_steps": "steps to set up",
    "teams.own_words": "a form: what things are called",
}
_RECORDS = re.compile(r'<table|<(?:ul|ol)[^>]* class="(?:rows|records|themes)\b[^>]*>\s*<li')


def shown_without_a_file(answer: TestResponse) -> int:
    """Return how many tables and lists a page shows, if it leads to no file of them; else 0."""
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return 0
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    has_file = "take-page" in main or re.search(r'href="[^"]*(?:\.xlsx|=xlsx|\.csv)', main)
    return 0 if has_file else len(_RECORDS.findall(main))
