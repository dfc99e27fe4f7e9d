"""The waveform for the player: the worker's peaks, no finer than they are drawn."""

from __future__ import annotations

from http import HTTPStatus

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.rows import claimed, in_state, recording
from transcripts import lifecycle
from transcripts.lifecycle import Lease
from transcripts.models import Status, Transcript


@pytest.fixture
def measured(alice: User) -> tuple[Transcript, Lease]:
    """One second of 20 pairs, from two windows whose border is no border of the coarser steps."""
    transcript = in_state(Status.QUEUED, recording(owner=alice, duration_ms=1000)).transcript
    lease = claimed(transcript)
    pairs = np.array([[-n, 2 * n] for n in range(20)], np.int8).tobytes()
    lifecycle.store_window(lease, [], transcribed_ms=350, peaks=pairs[:14])
    lifecycle.store_window(lease, [], transcribed_ms=1000, peaks=pairs[14:])
    return transcript, lease


@pytest.mark.parametrize(
    ("most", "step", "pairs"),
    [
        ("20", "50", [[-n, 2 * n] for n in range(20)]),
        ("2000", "50", [[-n, 2 * n] for n in range(20)]),
        ("5", "200", [[-3, 6], [-7, 14], [-11, 22], [-15, 30], [-19, 38]]),
        ("3", "350", [[-6, 12], [-13, 26], [-19, 38]]),
        ("1", "1000", [[-19, 38]]),
        ("0", "1000", [[-19, 38]]),
    ],
)
def test_peaks_are_merged_to_as_many_as_are_drawn(
    most: str, step: str, pairs: list[list[int]], measured: tuple[Transcript, Lease], alice_browser: Client
) -> None:
    answer = alice_browser.get(reverse("peaks", args=[measured[0].pk]), {"most": most})
    assert answer["Peaks-Step"] == step
    assert np.frombuffer(answer.content, np.int8).reshape(-1, 2).tolist() == pairs


def test_the_waveform_grows_with_the_work_and_stays_where_it_is(alice: User, alice_browser: Client) -> None:
    transcript = in_state(Status.QUEUED, recording(owner=alice, duration_ms=1000)).transcript
    address, lease = reverse("peaks", args=[transcript.pk]), claimed(transcript)
    assert alice_browser.get(address, {"most": "10"}).content == b""
    lifecycle.store_window(lease, [], transcribed_ms=500, peaks=bytes([255, 1] * 10))
    half = alice_browser.get(address, {"most": "10"})
    assert (half.content, half["Peaks-Step"]) == (bytes([255, 1] * 5), "100")
    lifecycle.store_window(lease, [], transcribed_ms=1000, peaks=bytes([254, 2] * 10))
    whole = alice_browser.get(address, {"most": "10"}, headers={"If-None-Match": half["ETag"]})
    assert (whole.content, whole["Peaks-Step"]) == (bytes([255, 1] * 5 + [254, 2] * 5), "100")


def test_what_has_not_grown_is_not_sent_again(measured: tuple[Transcript, Lease], alice_browser: Client) -> None:
    address = reverse("peaks", args=[measured[0].pk])
    etag = alice_browser.get(address, {"most": "5"})["ETag"]
    again = alice_browser.get(address, {"most": "5"}, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (HTTPStatus.NOT_MODIFIED, b"")
    finer = alice_browser.get(address, {"most": "10"}, headers={"If-None-Match": etag})
    assert finer.status_code == HTTPStatus.OK


def test_a_number_that_is_none_is_a_bad_request(measured: tuple[Transcript, Lease], alice_browser: Client) -> None:
    answer = alice_browser.get(reverse("peaks", args=[measured[0].pk]), {"most": "all"})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
