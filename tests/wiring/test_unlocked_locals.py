"""Django's language and the like: each thread has its own, and none waits for another to ask for its own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from asgiref import local
from django.utils import translation

from whisperhub import unlocked_locals

SECONDS = 20.0


@pytest.fixture(autouse=True)
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only for the test."""
    kind: Any = local._DefaultLocal
    for name in ("__getattr__", "__setattr__", "__delattr__"):
        monkeypatch.setattr(kind, name, getattr(kind, name))
    unlocked_locals.unlock()


def test_nobody_waits_for_who_holds_the_lock() -> None:
    own: Any = local.Local()
    with own.__dict__["_lock"], ThreadPoolExecutor(1) as pool:

        def use() -> str:
            own.word = "mine"
            found: str = own.word
            del own.word
            return found

        assert pool.submit(use).result(SECONDS) == "mine"


def test_what_is_not_there_is_told_as_before() -> None:
    own: Any = local.Local()
    assert getattr(own, "word", None) is None
    with pytest.raises(AttributeError):
        own.word  # noqa: B018  # asked for
    with pytest.raises(AttributeError):
        del own.word


def test_every_thread_speaks_its_own_language() -> None:
    together = threading.Barrier(3)

    def speak(language: str) -> set[str]:
        with translation.override(language):
            together.wait(SECONDS)
            found = {translation.gettext("Yes") for _ in range(2000)}
            return found | {translation.get_language()}

    with ThreadPoolExecutor(3) as pool:
        said = list(pool.map(speak, ["en", "de", "es"]))
    assert said == [{"Yes", "en"}, {"Ja", "de"}, {"Sí", "es"}]
