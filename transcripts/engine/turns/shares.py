"""Equal shares for those who wait: owners among each other, and the jobs of one owner among each other."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Final, Generic, TypeVar

LEAD_SECONDS: Final = 3600.0
"""How far (seconds of audio) one may get ahead of the least-served who waits. Who fills places that nobody else could
use is ahead, but must not be locked out for it later. About twice the largest batch of 30-s windows."""

K = TypeVar("K", bound=Hashable)


@dataclass(slots=True)
class _Account:
    served: float = 0.0
    ticket: int = 0


class Shares(Generic[K]):
    """Accounts in seconds of audio. Only those who wait are compared, so that nobody saves up credit while idle.

    A newcomer starts at the least-served of those who wait, not at zero: it is next, but owed nothing. Who comes back
    keeps its account if it is higher. When nobody waits all accounts are closed: nobody was kept from anything.
    """

    def __init__(self) -> None:
        self._accounts: dict[K, _Account] = {}
        self._waiting: dict[K, _Account] = {}
        self._tickets = count(1)

    def __iter__(self) -> Iterator[K]:
        """Those who wait."""
        return iter(self._waiting)

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def enter(self, who: K) -> None:
        """From now on `who` waits; no change if it does already."""
        if who in self._waiting:
            return
        account = self._accounts.setdefault(who, _Account())
        account.served = max(account.served, self._lowest())
        account.ticket = next(self._tickets)
        self._waiting[who] = account

    def leave(self, who: K) -> None:
        """`who` waits no longer; what it was served counts if it comes back while others wait."""
        self._waiting.pop(who, None)
        lowest = self._lowest()
        kept = self._accounts.items() if self._waiting else ()
        self._accounts = {name: account for name, account in kept if name in self._waiting or account.served > lowest}

    def charge(self, who: K, seconds: float) -> None:
        """`who`, who waits, was served `seconds` of audio."""
        account = self._waiting[who]
        account.served = min(account.served + seconds, self._lowest() + LEAD_SECONDS)

    def rank(self, who: K) -> tuple[float, int]:
        """The least-served of those who wait goes first; of equals the one with the older ticket."""
        account = self._waiting[who]
        return account.served, account.ticket

    def next_in_line(self) -> K:
        """Who holds the oldest ticket, whatever it was served; it gets a new one, behind all others."""
        who = min(self._waiting, key=lambda name: self._waiting[name].ticket)
        self._waiting[who].ticket = next(self._tickets)
        return who

    def _lowest(self) -> float:
        return min((account.served for account in self._waiting.values()), default=0.0)
