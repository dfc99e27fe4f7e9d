"""The bin's page: what lies in it, for those who may manage it, and the two ways out."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.rows import recording
from transcripts import removal
from transcripts.access import Actor
from transcripts.library import listing
from transcripts.models import Recording


def _binned(owner: User, title: str) -> Recording:
    row = recording(owner=owner, title=title)
    removal.discard(row, Actor(user=owner))
    return row


def _titles(page: str) -> list[str]:
    return re.findall(r'class="recording-title" dir="auto">([^<]*)<', page)


def test_everybody_finds_their_own_and_the_administrator_everything(
    alice: User, mallory: User, alice_browser: Client, admin_browser: Client
) -> None:
    recording(owner=alice, title="kept")
    _binned(alice, "hers")
    _binned(mallory, "his")
    assert _titles(alice_browser.get(reverse("bin")).content.decode()) == ["hers"]
    assert _titles(admin_browser.get(reverse("bin")).content.decode()) == ["his", "hers"]


def test_an_empty_bin_says_so(alice_browser: Client) -> None:
    assert "The bin is empty" in alice_browser.get(reverse("bin")).content.decode()


def test_its_pages_lose_and_repeat_nothing(alice: User, alice_browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    for number in range(5):
        _binned(alice, str(number))
    Recording.objects.update(deleted_at=Recording.objects.latest("deleted_at").deleted_at)  # in one moment
    seen, address = [], reverse("bin")
    while address:
        page = alice_browser.get(address).content.decode()
        seen += _titles(page)
        following = re.search(r'rel="next" href="([^"]*)"', page)
        address = f"{reverse('bin')}{following[1]}" if following else ""
    assert sorted(seen) == ["0", "1", "2", "3", "4"]


def test_a_place_that_is_none_is_a_bad_request(alice_browser: Client) -> None:
    assert alice_browser.get(reverse("bin"), {"after": "x"}).status_code == 400


def test_deleting_for_good_asks_first(alice: User, alice_browser: Client) -> None:
    row = _binned(alice, "secret.wav")
    sent = {"recording": [str(row.pk)], "next": reverse("bin")}
    page = alice_browser.post(reverse("bulk-erase"), sent).content.decode()
    assert "secret.wav" in page
    assert Recording.objects.exists()
    answer = alice_browser.post(reverse("bulk-erase"), {**sent, "sure": "yes"}, follow=True)
    assert "1 recording is deleted for good." in answer.content.decode()
    assert not Recording.objects.exists()


def test_what_is_not_in_the_bin_is_not_deleted_for_good(alice: User, alice_browser: Client) -> None:
    row = recording(owner=alice)
    alice_browser.post(reverse("bulk-erase"), {"recording": [str(row.pk)], "sure": "yes"})
    assert Recording.objects.exists()
