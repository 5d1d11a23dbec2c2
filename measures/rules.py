"""What a measure can be, free of web and database."""

from enum import StrEnum


class MeasureKind(StrEnum):
    """What a measure is for."""

    OUTCOME = "outcome"
    PROCESS = "process"  # fidelity: is it done as meant
    CAPACITY = "capacity"
    BALANCING = "balancing"
    CONTEXT = "context"
    VOICE = "stakeholder_voice"


class MeasureType(StrEnum):
    """What the numbers of a measure are."""

    PROPORTION = "proportion"
    COUNT = "count"
    RATE = "rate"
    CONTINUOUS = "continuous"
    TIME_BETWEEN = "time_between_events"


class Direction(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"


class Rhythm(StrEnum):
    """How often something is measured or a team meets."""

    DAILY = "daily"
    WEEKLY = "weekly"
    TWO_WEEKS = "every_two_weeks"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"

    @property
    def days(self) -> int:
        """Return the days from one time to the next."""
        return {"daily": 1, "weekly": 7, "every_two_weeks": 14, "monthly": 31, "quarterly": 92}[self.value]
