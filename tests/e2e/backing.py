"""What lies under a stack: SQLite and a folder, or a PostgreSQL database and a Redis database of its own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import redis
from psycopg import sql

from tests import settings as test_settings

REDIS_DATABASES = 16  # Redis' own default


@contextmanager
def backing() -> Iterator[dict[str, str]]:
    """The settings of what lies under one stack, made now and thrown away after."""
    if test_settings.STACK == "embedded":
        yield {}
        return
    with (
        _database(test_settings.SERVICES["DATABASE_URL"]) as database_url,
        _redis(test_settings.SERVICES["REDIS_URL"]) as redis_url,
    ):
        yield {"DATABASE_URL": database_url, "REDIS_URL": redis_url}


@contextmanager
def _database(url: str) -> Iterator[str]:
    name = f"whisperhub_e2e_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlsplit(url)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def _redis(url: str) -> Iterator[str]:
    """An empty Redis database: another's data is never touched, and no two stacks share a queue."""
    in_this_process = int(urlsplit(url).path.strip("/") or 0)
    for number in set(range(REDIS_DATABASES)) - {in_this_process}:
        own = urlsplit(url)._replace(path=f"/{number}").geturl()
        with redis.Redis.from_url(own) as server:
            if server.dbsize() or not server.set("whisperhub-e2e", "taken", nx=True):
                continue
            try:
                yield own
            finally:
                server.flushdb()
            return
    raise RuntimeError(f"All {REDIS_DATABASES} databases of {url} are in use.")
