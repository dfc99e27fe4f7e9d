"""`python -m benchmarks.search`: searching a million segments, on SQLite and on PostgreSQL, against a LIKE scan.

PostgreSQL is measured where `--postgresql URL` names an empty database. Each database has a process of its own.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from benchmarks.databases import compare

_Draw = Callable[[random.Random], str]

RUNS = 60
LIKE_RUNS = 5
GOALS_MS = {"sqlite": 200, "postgresql": 100}


def main() -> None:
    """Measure both, write the table."""
    compare(__doc__, "benchmarks.search", _measured, _report)


def _measured() -> dict[str, Any]:
    """Fill the database that the settings name, then search it."""
    from benchmarks.spoken_hub import make

    began = time.monotonic()
    hub = make()
    filled = time.monotonic() - began
    rows = {name: _times(run) for name, run in _searches(hub)}
    return {"filled_s": filled, "rows": rows, "like_ms": _like_ms(hub), "bytes": _index_bytes()}


class _Words:
    """Draws what is searched for, from what the shelves of `hub` hold."""

    def __init__(self, hub: Any) -> None:
        self._words, self._sentences = hub.words, hub.sentences[:500]

    def rare(self, chance: random.Random) -> str:
        return str(self._words[chance.randrange(10_000, 40_000)])

    def known(self, chance: random.Random) -> str:
        return str(self._words[chance.randrange(300, 3_000)])

    def common(self, chance: random.Random) -> str:
        return str(self._words[chance.randrange(20)])

    def two(self, chance: random.Random) -> str:
        return f"{self.known(chance)} {self.common(chance)}"

    def without(self, chance: random.Random) -> str:
        return f"{self.known(chance)} OR {self.rare(chance)} -{self.common(chance)}"

    def prefix(self, letters: int) -> _Draw:
        return lambda chance: self.known(chance)[:letters] + "*"

    def phrase(self, length: int) -> _Draw:
        def draw(chance: random.Random) -> str:
            sentence = chance.choice([s for s in self._sentences if len(s) > length])
            start = chance.randrange(len(sentence) - length)
            return '"' + " ".join(sentence[start : start + length]) + '"'

        return draw

    def common_phrase(self, length: int) -> _Draw:
        return lambda chance: '"' + " ".join(self.common(chance) for _ in range(length)) + '"'


def _searches(hub: Any) -> Iterator[tuple[str, Callable[[random.Random], object]]]:
    """What is measured: each call searches for another thing of its kind."""
    from datetime import date

    from django.contrib.auth.models import User
    from django.utils import timezone

    from transcripts import search
    from transcripts.access import Actor
    from transcripts.search import Filters

    everybody, one = Actor(user=User.objects.create_superuser("root")), Actor(user=User.objects.get(username="user7"))
    lately, long_ago = timezone.localdate().replace(day=1), date(2001, 1, 1)
    words = _Words(hub)
    kinds: tuple[tuple[str, Actor, _Draw, dict[str, Any]], ...] = (
        ("rare word", everybody, words.rare, {}),
        ("word", everybody, words.known, {}),
        ("common word", everybody, words.common, {}),
        ("two words", everybody, words.two, {}),
        ("phrase of two", everybody, words.phrase(2), {}),
        ("phrase of three", everybody, words.phrase(3), {}),
        ("phrase of common words", everybody, words.common_phrase(2), {}),
        ("phrase of four common words", everybody, words.common_phrase(4), {}),
        ("prefix of three letters", everybody, words.prefix(3), {}),
        ("prefix of one letter", everybody, words.prefix(1), {}),
        ("word OR word -common", everybody, words.without, {}),
        ("word, tag on 1 %", everybody, words.known, {"tag": "archive"}),
        ("common word, tag on 1 %", everybody, words.common, {"tag": "archive"}),
        ("common word, speaker and language", everybody, words.common, {"speaker": "Anna", "language": "es"}),
        ("common word, this month", everybody, words.common, {"since": lately}),
        ("common word, an empty month", everybody, words.common, {"since": long_ago, "until": date(2001, 2, 1)}),
        ("rare word, sees 1 %", one, words.rare, {}),
        ("word, sees 1 %", one, words.known, {}),
        ("common word, sees 1 %", one, words.common, {}),
        ("phrase of common words, sees 1 %", one, words.common_phrase(2), {}),
    )
    for name, who, draw, filters in kinds:
        yield name, partial(_search, search.search, who, draw, Filters(**filters))


def _search(run: Callable[..., object], who: Any, draw: _Draw, filters: Any, chance: random.Random) -> object:
    return run(draw(chance), who, filters)


def _times(run: Callable[[random.Random], object], runs: int = RUNS) -> list[float]:
    """How long each run took, in milliseconds."""
    chance, found = random.Random(3), []
    for _ in range(runs):
        began = time.perf_counter()
        run(chance)
        found.append(1000 * (time.perf_counter() - began))
    return found


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _like_ms(hub: Any) -> float:
    """The median of looking for a known word in every current segment, without an index."""
    from transcripts.models import Segment

    def scan(chance: random.Random) -> None:
        word = hub.words[chance.randrange(300, 3_000)]
        list(Segment.objects.current().filter(text__icontains=f" {word} ").order_by().values_list("pk", flat=True))

    return statistics.median(_times(scan, LIKE_RUNS))


def _index_bytes() -> tuple[int, int]:
    """Of the segments, and of all that the search keeps beside them."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_total_relation_size('transcripts_segment'), pg_total_relation_size('transcripts_passage')"
            )
        else:
            cursor.execute(
                "SELECT sum(pgsize) FILTER (WHERE name LIKE 'transcripts_segment%'),"
                " sum(pgsize) FILTER (WHERE name LIKE 'passage%' OR name LIKE 'transcripts_passage%') FROM dbstat"
            )
        return cursor.fetchone()  # type: ignore[no-any-return]


def _report(measured: dict[str, dict[str, Any]]) -> None:
    from benchmarks.report import save, table

    header = ["search"] + [f"{vendor} {figure}" for vendor in measured for figure in ("p50 ms", "p95 ms", "LIKE ÷ p50")]
    names = next(iter(measured.values()))["rows"]
    rows = []
    for name in names:
        cells: list[object] = [name]
        for run in measured.values():
            times = run["rows"][name]
            p50 = statistics.median(times)
            cells += [f"{p50:.1f}", f"{_p95(times):.1f}", f"{run['like_ms'] / p50:.0f}"]
        rows.append(cells)
    notes = [
        f"{vendor}: p95 of all searches together {_p95([ms for times in run['rows'].values() for ms in times]):.0f} ms "
        f"(goal {GOALS_MS[vendor]} ms); a LIKE scan {run['like_ms']:.0f} ms; filled in {run['filled_s']:.0f} s; "
        f"segments {run['bytes'][0] / 2**20:.0f} MiB, the index {run['bytes'][1] / 2**20:.0f} MiB."
        for vendor, run in measured.items()
    ]
    save("search", "Searching 1,000,000 segments", "python -m benchmarks.search", table(header, rows), *notes)


if __name__ == "__main__":
    main()
