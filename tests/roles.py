"""Everybody who may stand at the door: people in each group, programs with each scope, and nobody."""

from __future__ import annotations

from ipaddress import ip_network

from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from tests.conftest import KeyMaker, person
from transcripts.groups import ADMINISTRATOR, REVIEWER, UPLOADER
from transcripts.models import Scope

# With a session in their browser. The owner has sent the transcript that the addresses name.
PEOPLE = ("no_group", "owner", "uploader", "reviewer", "administrator", "superuser")
# With a key, or with an address inside a trusted network.
PROGRAMS = ("key", "reading_key", "managing_key", "trusted_network")
EVERYBODY = ("nobody", "inactive", *PEOPLE, *PROGRAMS)

TRUSTED = "192.168.20.11"


def everybody(make_key: KeyMaker, settings: Settings) -> dict[str, Client]:
    """A client of each, by the names of `EVERYBODY`. The users have these names too."""
    settings.TRUSTED_NETWORKS = (ip_network(f"{TRUSTED}/32"),)
    clients = {"nobody": Client(), "trusted_network": Client(REMOTE_ADDR=TRUSTED)}
    for name, scope in (("key", Scope.TRANSCRIBE), ("reading_key", Scope.READ), ("managing_key", Scope.MANAGE)):
        clients[name] = Client(headers={"X-API-Key": make_key(scope, name=name)[1]})
    for user in _people():
        clients[user.username] = Client()
        clients[user.username].force_login(user)
    # Signed in, then shut out: the browser still holds a session.
    User.objects.filter(username="inactive").update(is_active=False)
    return clients


def _people() -> list[User]:
    return [
        person("inactive", UPLOADER, REVIEWER),
        person("no_group"),
        person("owner", UPLOADER),
        person("uploader", UPLOADER),
        person("reviewer", REVIEWER),
        person("administrator", ADMINISTRATOR),
        User.objects.create_superuser("superuser"),
    ]
