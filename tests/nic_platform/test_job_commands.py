"""``nic jobs``: what runs is listed, stopped and tried again from the command line."""

import json
from datetime import timedelta

from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from nic_platform.database import db, session, transaction
from nic_platform.job_commands import jobs_commands
from nic_platform.tables import Job
from tests.drill import lighter_database
from tests.factories import NOON


@lighter_database
def test_work_is_listed_stopped_and_tried_again(own_app: Flask) -> None:
    def nic(*words: str) -> tuple[int, str]:
        answer = CliRunner().invoke(jobs_commands, words, obj=None)
        return answer.exit_code, answer.output

    def state(name: str) -> str | None:
        found = session().scalar(select(Job.state).where(Job.name == name))
        db.session.remove()
        return found

    with own_app.app_context():
        assert nic("list") == (0, "Nothing is there.\n")
        with transaction() as current:
            for minutes, (name, kept) in enumerate(
                (("waits", "queued"), ("broke", "failed"), ("runs", "running"), ("ended", "done"))
            ):
                at, error = NOON + timedelta(minutes=minutes), "OSError: gone" if kept == "failed" else None
                current.add(Job(name=name, state=kept, error=error, progress=40, payload={}, created_at=at))
        with transaction() as current:
            ids = {name: str(number) for name, number in current.execute(select(Job.name, Job.public_id))}
        assert nic("list")[1].splitlines() == [
            f"{ids['runs']}  running 40 %  2026-02-25 19:02 UTC  runs",
            f"{ids['waits']}  queued  2026-02-25 19:00 UTC  waits",
            f"{ids['ended']}  done  2026-02-25 19:03 UTC  ended",
            f"{ids['broke']}  failed  2026-02-25 19:01 UTC  broke",
            "    OSError: gone",
        ]
        assert [row["name"] for row in json.loads(nic("list", "--state", "failed", "--json")[1])] == ["broke"]
        assert len(nic("list", "--limit", "1")[1].splitlines()) == 1

        assert nic("cancel", ids["waits"]) == (0, "It is asked to stop.\n")
        assert nic("cancel", ids["ended"]) == (1, "Error: This has ended already.\n")
        assert nic("retry", ids["broke"]) == (0, "It begins again as soon as a worker is free.\n")
        assert nic("retry", ids["runs"]) == (1, "Error: This can’t be tried again from here.\n")
        assert nic("retry", "4a7c0000-0000-4000-8000-000000000000") == (1, "Error: There is no such work.\n")
        assert nic("retry", "seven")[0] == 2
        assert [state(name) for name in ("waits", "broke", "runs")] == ["cancelled", "queued", "running"]
