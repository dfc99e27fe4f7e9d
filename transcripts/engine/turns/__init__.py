"""Whose turn it is: the scheduling policy, apart from threads, clocks and the model, so that it can be simulated."""

from .class_queue import PATIENCE
from .job_queue import ALLOWANCE, Class, JobQueue, Turn, Work
from .policy import FOLLOW_UP_SECONDS, INTERACTIVE_RUN, PAUSE_SECONDS, Call, Turns
from .sizes import BUDGETS, MOST, Sizes, Step

__all__ = [
    "ALLOWANCE",
    "BUDGETS",
    "FOLLOW_UP_SECONDS",
    "INTERACTIVE_RUN",
    "MOST",
    "PATIENCE",
    "PAUSE_SECONDS",
    "Call",
    "Class",
    "JobQueue",
    "Sizes",
    "Step",
    "Turn",
    "Turns",
    "Work",
]
