"""How many windows go into one call: learned from what calls took, bounded by what memory has allowed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

Step = Literal["interactive", "encode", "decode"]
"""A whole call for interactive windows; the two halves of a bulk call."""

BUDGETS: Final[Mapping[Step, float]] = {"interactive": 0.5, "encode": 0.05, "decode": 0.5}
"""Seconds that a call may take: what a clip that arrives meanwhile has to wait at most, and half of it on average.
Encoding gains nothing from large batches, decoding does (`python -m benchmarks.simulation`)."""
UNHURRIED: Final = 1.5
"""Seconds for decoding where nobody interactive has come for a while: on two CPU cores with the demo model, where one
window takes 0.42 s and six take 1.5 s, this is worth 40 % of the time of decoding."""
MOST: Final[Mapping[str, int]] = {"cpu": 8, "cuda": 64}
"""Windows in one call, by device. Computed for an H200, going from 16 to 32 brings a third, from there on next to
nothing. A processor is all but full with eight: of two cores the demo model's windows cost 0.23 s one by one, 0.18 s
in fours, 0.16 s in eights, 0.15 s in sixteens, and every one takes memory that a short file never needs."""
FIRST: Final = 4
"""Windows in the first call of its kind, when nothing is known."""
GROWTH: Final = 2
"""From then on a call is at most so many times larger than any before it: an extrapolation is believed step by step."""
MEMORY: Final = 0.95
"""Weight of a call against the one after it: the last twenty or so count."""
OUTLIER: Final = 3.0
"""A call that takes longer than this times what was expected is counted as this: a stall is not the device's speed."""
HUNG: Final = 30.0
"""A call that takes so many times what was expected has hung. The dearest windows (five samples of the longest answer)
cost about twenty times as much as the cheapest."""
HUNG_AT_LEAST: Final = 120.0
"""But none hangs before so many seconds: a kernel that is compiled at its first use, a machine that swaps."""
HUNG_UNKNOWN: Final = 900.0
"""And before anything is known so many: the first call of a large model on a slow CPU takes minutes."""
KNOWN_KEYS: Final = 64
GOOD_CALLS: Final = 200
"""Calls at the size that memory allows, without running out, before one more window is tried."""


@dataclass(slots=True)
class Cost:
    """Seconds of a call as `fixed + each * windows`: weighted least squares, older calls weigh less."""

    weight: float = 0.0
    n: float = 0.0
    nn: float = 0.0
    t: float = 0.0
    nt: float = 0.0
    largest: int = 0

    def record(self, windows: int, seconds: float) -> None:
        """Learn from a call."""
        if self.weight > 1 and self.t > 0:
            seconds = min(seconds, OUTLIER * self.seconds(windows))
        kept = MEMORY
        self.weight = kept * self.weight + 1
        self.n = kept * self.n + windows
        self.nn = kept * self.nn + windows * windows
        self.t = kept * self.t + seconds
        self.nt = kept * self.nt + windows * seconds
        self.largest = max(self.largest, windows)

    def seconds(self, windows: int) -> float:
        """What a call of that many windows should take."""
        fixed, each = self._line()
        return fixed + each * windows

    def windows(self, budget: float) -> int:
        """How many windows `budget` seconds allow; at least one."""
        if not self.largest:
            return FIRST
        fixed, each = self._line()
        most = max(FIRST, GROWTH * self.largest)
        if fixed + each * most > budget:
            most = max(1, int((budget - fixed) / each)) if each > 0 else 1
        if self._is_of_one_size() and self.t <= budget * self.weight:
            most = max(most, round(self.n / self.weight) + 1)  # a second size tells the fixed part from the rest
        return most

    def _is_of_one_size(self) -> bool:
        return self._variance() < 0.01  # square windows; what is left when other sizes are all but forgotten

    def _variance(self) -> float:
        mean = self.n / self.weight
        return self.nn / self.weight - mean * mean

    def _line(self) -> tuple[float, float]:
        """`fixed` and `each`, neither below zero. Where all calls were of one size, all is taken to be per window."""
        windows, seconds = self.n / self.weight, self.t / self.weight
        if self._is_of_one_size():
            return 0.0, seconds / windows
        each = (self.nt / self.weight - windows * seconds) / self._variance()
        each = min(max(each, 0.0), seconds / windows)
        return seconds - each * windows, each


class Sizes:
    """The number of windows for the next call of each step and key."""

    def __init__(self, budgets: Mapping[Step, float] = BUDGETS, most: int = MOST["cuda"]) -> None:
        self._budgets = budgets
        self._most = most
        self._allowed = dict.fromkeys(budgets, most)
        self._good_calls = dict.fromkeys(budgets, 0)
        self._warming_up: set[Step] = set()
        self._warm: set[Step] = set()
        self._of_step = {step: Cost() for step in budgets}
        self._of_key: OrderedDict[tuple[Step, Hashable], Cost] = OrderedDict()

    def windows(self, step: Step, key: Hashable, *, unhurried: bool = False) -> int:
        """At most so many windows go into the next call; at least one.

        A key says what a call does (detect a language, decode with beam search, sample), so each has its own costs.
        One that is new is taken to cost what its step has cost so far.
        """
        cost = self._of_key.get((step, key), self._of_step[step])
        return min(cost.windows(self._budget(step, unhurried)), self._allowed[step])

    def deadline(self, step: Step, key: Hashable, windows: int) -> float:
        """Seconds after which a call of that many windows is no longer slow but hangs."""
        if step not in self._warm:
            return HUNG_UNKNOWN
        cost = self._of_key.get((step, key), self._of_step[step])
        return max(HUNG_AT_LEAST, HUNG * cost.seconds(windows))

    def _budget(self, step: Step, unhurried: bool) -> float:
        """On a slow device decoding may take as long as encoding one window, which nothing can make shorter."""
        budget, encode = self._budgets[step], self._of_step["encode"]
        if step != "decode":
            return budget
        return max(budget, encode.seconds(1) if encode.largest else 0.0, UNHURRIED if unhurried else 0.0)

    def record(self, step: Step, key: Hashable, windows: int, seconds: float) -> None:
        """A call of that many windows went well and took `seconds`.

        What the first of a step teaches is forgotten with the second: in it kernels are compiled and memory is taken.
        """
        self._warm_up(step)
        cost = self._of_key.setdefault((step, key), Cost())
        self._of_key.move_to_end((step, key))
        if len(self._of_key) > KNOWN_KEYS:  # keys depend on callers' prompts: any number of them
            self._of_key.popitem(last=False)
        cost.record(windows, seconds)
        self._of_step[step].record(windows, seconds)
        if windows >= self._allowed[step] and windows < self._most:
            self._good_calls[step] += 1
            if self._good_calls[step] >= GOOD_CALLS:
                self._allowed[step] += 1
                self._good_calls[step] = 0

    def _warm_up(self, step: Step) -> None:
        if step in self._warm:
            return
        if step not in self._warming_up:
            self._warming_up.add(step)
            return
        self._warm.add(step)
        self._of_step[step] = Cost()
        for known in [known for known in self._of_key if known[0] == step]:
            del self._of_key[known]

    def out_of_memory(self, step: Step, windows: int) -> bool:
        """A call of that many windows ran out of memory: from now on half of it. False if one alone was too much."""
        self._allowed[step] = max(1, min(self._allowed[step], windows) // 2)
        self._good_calls[step] = 0
        return windows > 1
