"""The real settings over a data folder of its own.

`WHISPERHUB_TEST_STACK=services` (set by `make test` for its second run) puts PostgreSQL and Redis underneath.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

STACK = os.environ.get("WHISPERHUB_TEST_STACK", "embedded")
SERVICES = {
    "DATABASE_URL": os.environ.get(
        "WHISPERHUB_TEST_DATABASE_URL", "postgres://whisperhub:whisperhub@127.0.0.1:5432/whisperhub"
    ),
    "REDIS_URL": os.environ.get("WHISPERHUB_TEST_REDIS_URL", "redis://127.0.0.1:6379/9"),
}

# Tests run side by side in several processes (pytest -n): each has a Redis database of its own, counted down from the
# one that was given.
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_redis = urlsplit(SERVICES["REDIS_URL"])
SERVICES["REDIS_URL"] = _redis._replace(path=f"/{max(int(_redis.path.strip('/') or 0) - _worker, 0)}").geturl()

_folder = tempfile.mkdtemp(prefix="whisperhub-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
# No setting of the tester's own; what says how to test stays.
_HOW_TO_TEST = ("WHISPERHUB_TEST_", "WHISPERHUB_CHAOS_", "WHISPERHUB_FUZZ", "WHISPERHUB_REQUIRE_SERVICES")
for _name in [name for name in os.environ if name.startswith("WHISPER") and not name.startswith(_HOW_TO_TEST)]:
    del os.environ[_name]
os.environ |= {"WHISPERHUB_DATA_DIR": _folder, "WHISPER_MODEL": "demo", "WHISPERHUB_SECRET_KEY": "only for tests " * 4}
for _name, _url in SERVICES.items():
    os.environ.pop(_name, None)
    if STACK == "services":
        os.environ[_name] = _url

from whisperhub.settings import *  # noqa: E402, F403
from whisperhub.settings import CELERY_BROKER_TRANSPORT_OPTIONS, DATABASES  # noqa: E402

# Argon2 is slow on purpose; the tests that are about passwords switch it on again.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Every test client builds the middleware, and WhiteNoise would go through each static file for it; like this it looks a
# file up when one is asked for. The tests of the real processes have it as in production.
WHITENOISE_AUTOREFRESH = True
for _folder_name in ("data_folder_in", "control_folder"):
    if _folder_name in CELERY_BROKER_TRANSPORT_OPTIONS:
        Path(CELERY_BROKER_TRANSPORT_OPTIONS[_folder_name]).mkdir(parents=True, exist_ok=True)
if STACK == "embedded":
    # A file, as in production: several connections see one another, which an in-memory database hides.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_folder) / "test.sqlite3")}
