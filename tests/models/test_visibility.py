"""Who sees and manages whose recordings: the whole matrix, asked through `access.Actor`."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.utils import timezone

from tests.conftest import KeyMaker, person
from tests.rows import in_state, recording
from transcripts.access import Actor
from transcripts.groups import REVIEWER, UPLOADER
from transcripts.models import ApiKey, Recording, Scope, Status, Transcript

pytestmark = pytest.mark.django_db

SENDERS = {"alice", "mallory", "a key", "reading key", "trusted"}
NOTHING: set[str] = set()
# Who asks: what it sees, what it may cancel, retry and delete.
MATRIX = {
    "alice": ({"alice"}, {"alice"}),
    "mallory": ({"mallory"}, {"mallory"}),
    "reader": (SENDERS, NOTHING),
    "changer": (SENDERS, SENDERS),
    "root": (SENDERS, SENDERS),
    "robin": (SENDERS, NOTHING),
    "inactive root": (NOTHING, NOTHING),
    "a key": ({"a key"}, {"a key"}),
    "another key": (NOTHING, NOTHING),
    "reading key": (SENDERS, {"reading key"}),
    "managing key": (SENDERS, SENDERS),
    "key without scopes": (NOTHING, NOTHING),
    "trusted": ({"trusted"}, {"trusted"}),
}


@pytest.fixture
def actors(make_key: KeyMaker) -> dict[str, Actor]:
    """Everybody of the matrix; each of the senders has sent one recording, titled with its name."""
    scopes = {"a key": Scope.TRANSCRIBE, "another key": Scope.TRANSCRIBE, "reading key": Scope.READ}
    found = {name: Actor(key=make_key(scope)[0]) for name, scope in scopes.items()}
    found["managing key"] = Actor(key=make_key(Scope.MANAGE)[0])
    found["key without scopes"] = Actor(key=ApiKey.objects.create(name="none", prefix="wh_00000000", scopes=[]))
    found["trusted"] = Actor()
    for name in ("alice", "mallory", "reader", "changer"):
        found[name] = Actor(user=person(name, *([UPLOADER] if name in ("alice", "mallory") else [])))
    found["robin"] = Actor(user=person("robin", REVIEWER))
    found["root"] = Actor(user=User.objects.create_superuser("root"))
    found["inactive root"] = Actor(user=User.objects.create_superuser("gone", is_active=False))
    for name, verb in (("reader", "view"), ("changer", "change")):
        user = found[name].user
        assert user is not None
        user.user_permissions.add(Permission.objects.get(codename=f"{verb}_transcript"))
    for name in sorted(SENDERS):
        in_state(Status.DONE, of=recording(title=name, **found[name].ownership))
    return found


def _titles(rows: object) -> set[str]:
    return set(rows.values_list("recording__title", flat=True))  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", MATRIX)
def test_everybody_sees_and_manages_what_the_matrix_says_and_nothing_else(actors: dict[str, Actor], name: str) -> None:
    actor, (seen, managed) = actors[name], MATRIX[name]
    assert _titles(actor.visible()) == seen
    assert _titles(actor.manageable()) == managed
    assert set(actor.manageable_recordings().values_list("title", flat=True)) == managed


@pytest.mark.parametrize("name", ["alice", "a key"])
def test_what_a_deleted_sender_leaves_behind_does_not_become_visible_to_trusted_clients(
    actors: dict[str, Actor], name: str
) -> None:
    sender = actors[name].user or actors[name].key
    assert sender is not None
    sender.delete()
    assert Recording.objects.filter(title=name).exists()
    assert _titles(Actor().visible()) == {"trusted"}
    assert _titles(Actor().manageable()) == {"trusted"}
    assert _titles(actors["root"].visible()) == SENDERS


def test_what_a_person_sends_by_a_key_is_the_keys_and_not_the_persons(actors: dict[str, Actor]) -> None:
    key = actors["a key"].key
    assert key is not None
    key.created_by = actors["alice"].user
    key.save()
    assert _titles(actors["alice"].visible()) == {"alice"}


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("alice", {Scope.TRANSCRIBE}),
        ("reader", {Scope.READ}),
        ("changer", {Scope.MANAGE}),
        ("robin", {Scope.READ}),
        ("root", set(Scope)),
        ("inactive root", set()),
        ("a key", {Scope.TRANSCRIBE}),
        ("reading key", {Scope.READ}),
        ("managing key", {Scope.MANAGE}),
        ("key without scopes", set()),
        ("trusted", {Scope.TRANSCRIBE}),
    ],
)
def test_everybody_has_the_scopes_that_were_given_and_no_other(
    actors: dict[str, Actor], name: str, may: set[Scope]
) -> None:
    assert {scope for scope in Scope if actors[name].may(scope)} == may


def test_machine_time_is_shared_between_people_keys_and_all_trusted_clients_together(actors: dict[str, Actor]) -> None:
    alice, key = actors["alice"], actors["a key"]
    assert alice.user is not None
    assert key.key is not None
    assert [alice.share, key.share, Actor().share] == [f"user:{alice.user.pk}", f"key:{key.key.pk}", "trusted"]
    assert len({actor.share for actor in actors.values()}) == len(actors)


def test_nobody_is_no_actor() -> None:
    with pytest.raises(TypeError, match="Nobody is signed in"):
        Actor.person(AnonymousUser())


def test_seeing_the_recording_beside_its_transcript_costs_no_further_query(
    actors: dict[str, Actor], django_assert_num_queries: pytest.FixtureRequest
) -> None:
    assert Transcript.objects.count() == len(SENDERS)
    with django_assert_num_queries(1):  # type: ignore[operator]
        titles = {row.recording.title for row in actors["a key"].visible()}
    assert titles == {"a key"}


@pytest.mark.parametrize("name", ["alice", "robin", "root", "a key", "managing key"])
def test_what_is_in_the_bin_is_seen_by_nobody(actors: dict[str, Actor], name: str) -> None:
    Recording.objects.update(deleted_at=timezone.now())
    for rows in (actors[name].visible(), actors[name].manageable(), actors[name].editable()):
        assert _titles(rows) == set()


@pytest.mark.parametrize(
    ("name", "editable", "reviews"),
    [
        ("alice", {"alice"}, False),
        ("reader", NOTHING, False),
        ("robin", SENDERS, True),
        ("changer", SENDERS, True),
        ("inactive root", NOTHING, False),
        ("reading key", {"reading key"}, False),
        ("managing key", SENDERS, True),
        ("trusted", {"trusted"}, False),
    ],
)
def test_who_corrects_and_who_approves(actors: dict[str, Actor], name: str, editable: set[str], reviews: bool) -> None:
    assert _titles(actors[name].editable()) == editable
    assert actors[name].may_review() is reviews
