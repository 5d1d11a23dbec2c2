"""The network's problem, those who live with it, and what it does next on the six principles."""

from nic_platform.demo.builder import Builder, Row
from teams.models import Network
from variation.models import PrincipleStep

_PROBLEM = (
    "Students learning English leave elementary school reading below grade level: their lessons name what "
    "to read, and seldom the language it takes."
)
_USERS = (
    "Students learning English and their families; the teachers who plan alone.\n"
    "“I know the answer, I don’t know how to say it.” A student in grade 4\n"
    "“Nobody shows me what a language objective looks like in math.” A teacher"
)

# principle, words, owner, due (month, day), done (month, day), what came of it
_STEPS: tuple[tuple[str, str, str, tuple[int, int] | None, tuple[int, int] | None, str], ...] = (
    ("problem", "Sit in on two family evenings and write down what families say about reading.",
     "Helen Sorensen", (1, 30), (1, 28),
     "Families asked for words to use at home. The problem now says language, not reading time."),
    ("problem", "Ask one student of each pilot school to read the problem and say what is missing.",
     "Priya Raman", (3, 20), None, ""),
    ("variation", "Visit two schools that stand out and write down what they do in the first ten minutes.",
     "Cottonwood Valley hub", (3, 12), None, ""),
    ("system", "Ask each hub which grants and mandates reach its schools.", "State team", (2, 20), None, ""),
    ("measure", "Drop the second walkthrough form; keep the one that every school counts.",
     "State team", (12, 12), (12, 10), "Counting takes a team four minutes less a week."),
    ("learning", "Let each hub tell one test that failed at the March meeting.", "", (3, 26), None, ""),
)  # fmt: skip


def build(b: Builder) -> None:
    """Write the problem and a handful of steps: open, late and done."""
    network = b.session.get_one(Network, b.network_id)
    network.problem, network.problem_users = _PROBLEM, _USERS
    rows: list[Row] = [
        {"principle": principle, "words": words, "owner": owner, "due_on": due and b.days.day(*due),
         "done_on": done and b.days.day(*done), "outcome": outcome}
        for principle, words, owner, due, done, outcome in _STEPS
    ]  # fmt: skip
    b.add(PrincipleStep, rows, at=b.days.now)
