"""`python -m benchmarks.library`: pages of a library of 100,000 recordings, against joins, OFFSET and COUNT.

Every filter and every order, at the list's beginning and 1,000 pages down, as whole answers of the page. PostgreSQL is
measured where `--postgresql URL` names an empty database, or one that an earlier run has filled. Each database has a
process of its own.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.databases import compare

RUNS = 5
PAGES_DOWN = 1000
GOAL_MS = 100


def main() -> None:
    """Measure both, write the table."""
    compare(__doc__, "benchmarks.library", _measured, _report)


def _measured() -> dict[str, Any]:
    """Fill the database that the settings name, then leaf through it."""
    from benchmarks.shelves import make
    from transcripts.models import Recording

    if not Recording.objects.exists():
        make()
    return {"rows": [_row(*wanted) for wanted in _lists()]}


def _lists() -> Iterator[tuple[str, str, str]]:
    """What is measured: its name, whose list it is, and the address."""
    for sort in ("", "oldest", "title", "longest", "shortest"):
        yield f"all, {sort or 'newest'}", "root", f"sort={sort}"
    for name, query in {
        "status failed (1 %)": "status=failed",
        "status done": "status=done",
        "language of 60 %": "language=en",
        "language of 0.1 %": "language=no",
        "review approved (20 %)": "review=approved",
        "one person (0.5 %)": "sender=user-3",
        "one key (2.5 %)": "sender=key-1",
        "tag on 1 %": "tag=archive",
        "tag on 30 %": "tag=council",
        "one month": "from=2025-03-01&to=2025-03-31",
        "language, review and tag": "language=en&review=approved&tag=council",
        "language and month, by title": "language=en&from=2025-03-01&to=2025-03-31&sort=title",
        "tag on 30 %, longest": "tag=council&sort=longest",
        "nothing at all": "language=is",
    }.items():
        yield name, "root", query
    yield "of who sees 0.5 %", "user3", ""
    yield "of who sees 0.5 %, by title", "user3", "sort=title"


def _row(name: str, who: str, query: str) -> dict[str, Any]:
    """One list, measured: whole pages and the rows alone, in milliseconds."""
    from django.contrib.auth.models import User
    from django.http import QueryDict
    from django.test import Client

    from benchmarks import shelves
    from transcripts.access import Actor
    from transcripts.web.asked import Asked

    user = User.objects.get(username=who)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user)
    actor, asked = Actor.person(user), Asked.of(QueryDict(query))
    count = shelves.plain(actor, asked).count()
    depth = min(PAGES_DOWN * 50, max(count - 50, 0))
    place = shelves.place(actor, asked, depth)
    first, deep = f"/?{query}", f"/?{query}&after={place}" if place else f"/?{query}"
    return {
        "name": name,
        "count": count,
        "first_ms": _median(lambda: browser.get(first)),
        "deep_ms": _median(lambda: browser.get(deep)),
        "queries": _queries(lambda: browser.get(first)),
        "plain_ms": _median(lambda: shelves.plain_page(actor, asked, depth)),
        "list_ms": _median(lambda: shelves.keyset_page(actor, asked, place)),
    }


def _median(run: Callable[[], object]) -> float:
    found = []
    for _ in range(RUNS):
        began = time.perf_counter()
        run()
        found.append(1000 * (time.perf_counter() - began))
    return statistics.median(found)


def _queries(run: Callable[[], object]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        run()
    return len(seen)


def _report(measured: dict[str, dict[str, Any]]) -> None:
    from benchmarks.report import save, table

    header = ["list", "recordings"]
    for vendor in measured:
        header += [f"{vendor} page ms", "deep page ms", "queries", "deep list ms", "OFFSET + COUNT ÷ list"]
    rows = []
    for number, first in enumerate(next(iter(measured.values()))["rows"]):
        cells: list[object] = [first["name"], f"{first['count']:,}"]
        for run in measured.values():
            row = run["rows"][number]
            cells += [f"{row['first_ms']:.0f}", f"{row['deep_ms']:.0f}", row["queries"], f"{row['list_ms']:.1f}"]
            cells.append(f"{row['plain_ms'] / row['list_ms']:.1f}")
        rows.append(cells)
    notes = [
        f"{vendor}: the slowest page {max(max(row['first_ms'], row['deep_ms']) for row in run['rows']):.0f} ms of "
        f"server time (goal {GOAL_MS} ms), HTML and all."
        for vendor, run in measured.items()
    ]
    explained = (
        "A page is the whole answer, its 50 rows as HTML; deep is 1,000 pages down, or the last page of a shorter "
        "list. The ratio compares the rows alone: the plain way (joins, OFFSET, and the COUNT that numbered pages "
        "need) with ours (conditions as sets, a place instead of a number)."
    )
    save(
        "library",
        "A library of 100,000 recordings",
        "python -m benchmarks.library",
        explained,
        table(header, rows),
        *notes,
    )


if __name__ == "__main__":
    main()
