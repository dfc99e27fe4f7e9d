"""A call of the model that never comes back costs the worker its process, and no recording a word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.backing import backing
from tests.e2e.stack import Stack
from tests.e2e.test_crashes import LEASE, outcomes, submit, undisturbed, wait_until_done
from tests.speech import reference, word_error_rate

pytestmark = pytest.mark.e2e

__all__ = ["undisturbed"]  # a fixture
SPOKEN = reference("en-short-1.flac")
RECOVERY_SECONDS = 60


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack whose worker hangs when it is told to."""
    hanging = {"DJANGO_SETTINGS_MODULE": "tests.e2e.hanging", "WHISPERHUB_MAX_ATTEMPTS": "2"}
    with backing() as services, Stack(tmp_path_factory.mktemp("hub"), services | LEASE | hanging) as stack:
        yield stack


def _let_hang(stack: Stack, times: int, *, after: int, lock: str = "free") -> None:
    (stack.data_dir / "fake-hang").write_text(f"{times} {after} {lock}")


def test_a_worker_whose_model_hangs_is_replaced_and_the_next_goes_on_where_it_was(
    hub: Stack, undisturbed: dict[str, Any]
) -> None:
    _let_hang(hub, 1, after=1)
    with hub.client() as client:
        address = submit(client)
        hub.output.wait_for(r"The model has hung: \w+ of \d+ windows has not come back for 1 s", RECOVERY_SECONDS)
        hub.output.wait_for(r"whisperhub: gpu worker ended with status 70; starting it again", RECOVERY_SECONDS)
        row = wait_until_done(client, address)

    assert (row["status"], row["text"]) == ("done", undisturbed["text"])
    assert outcomes(hub, address) == ["lost False", "done True"]
    assert "hanging.py" in hub.output.text, "the log does not say where the thread was"


def test_a_worker_that_a_library_freezes_as_a_whole_is_replaced_too(hub: Stack, undisturbed: dict[str, Any]) -> None:
    _let_hang(hub, 1, after=1, lock="locked")
    with hub.client() as client:
        address = submit(client)
        hub.output.wait_for(r"whisperhub: gpu worker ended with status 1; starting it again", RECOVERY_SECONDS)
        row = wait_until_done(client, address)

    assert (row["status"], row["text"]) == ("done", undisturbed["text"])
    assert [line.split()[0] for line in outcomes(hub, address)] == ["lost", "done"]


def test_a_recording_on_which_the_model_hangs_each_time_fails_and_the_next_is_done(hub: Stack) -> None:
    _let_hang(hub, 2, after=0)
    with hub.client() as client:
        poisonous = wait_until_done(client, submit(client))
        answer = client.post("/transcribe", files={"file": SPOKEN.path.read_bytes()})

    assert poisonous["status"] == "failed"
    assert poisonous["error"] == "The worker stopped answering while it worked on this recording. It was tried 2 times."
    assert answer.status_code == 200, answer.text
    assert word_error_rate(SPOKEN.text, answer.json()["text"]) == 0.0
