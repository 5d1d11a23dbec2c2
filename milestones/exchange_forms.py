"""Forms of bringing a plan in from a file and of carrying one into the next year."""

from collections.abc import Sequence

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice

from milestones.models import Plan
from nic_platform.forms import PlatformForm
from nic_platform.text import _

YEAR, PLAN = "year:", "plan:"


class PlanFileForm(PlatformForm):
    """A plan's file, and where it is to go."""

    file = FileField(_("File"), validators=[FileRequired(_("Choose the file."))])
    into = SelectField(_("Into"))
    leave_history = BooleanField(_("Only the plan, without its history"))

    def offer(self, plans: Sequence[Plan], years: Sequence[str], chosen: str = "") -> "PlanFileForm":
        """Fill the choices: the team's plans, and the school years that have none yet."""
        taken = {plan.school_year for plan in plans}
        self.into.choices = [
            *(
                SelectChoice(f"{PLAN}{plan.public_id}", _("Into the plan %(year)s", year=_named(plan)))
                for plan in plans
            ),
            *(
                SelectChoice(f"{YEAR}{year}", _("A new plan for %(year)s", year=year))
                for year in years
                if year not in taken
            ),
        ]
        if not self.into.raw_data:
            self.into.data = chosen or (self.into.choices[0].value if self.into.choices else "")
        return self


def _named(plan: Plan) -> str:
    return f"{plan.school_year}: {plan.title}" if plan.title else plan.school_year
