"""Who may open which address: one table for the whole hub. `tests/api/test_permission_matrix.py` walks it.

A new route needs one line in `RULES`, by its name: one of the makers below, with the method and the answer for those
who are let in. Bodies are empty, so 400 means "let in, but what was sent?". Whoever is answered otherwise is named:
`reading("GET", 200, reviewer=403)`. A route with several methods has a tuple of rules. What stands in the address
comes from `places`. The pages of the admin are in `DESKS` and `ADMIN_PAGES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.roles import EVERYBODY, PEOPLE, PROGRAMS
from transcripts.access import Actor
from transcripts.models import ApiKey, Delivery, Glossary, Transcript, Upload, Webhook
from transcripts.resumable import uploads
from transcripts.resumable.metadata import Metadata
from transcripts.webhooks import outbox

LOGIN = "sent to the login page"
Outcome = int | str
_SHUT_OUT = ("nobody", "inactive", *PROGRAMS)


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to ask for a route, and what each of `EVERYBODY` is answered."""

    method: str
    outcomes: Mapping[str, Outcome]


def _rule(method: str, outcome: Outcome, *others: Mapping[str, Outcome]) -> Rule:
    """`outcome` for everybody whom none of `others` names; the last one counts."""
    found: dict[str, Outcome] = dict.fromkeys(EVERYBODY, outcome)
    for named in others:
        assert named.keys() <= found.keys(), f"nobody is called {named.keys() - found.keys()}"
        found |= named
    return Rule(method, found)


# Pages: for people. A key or a trusted address does not open them.
_PAGE: dict[str, Outcome] = dict.fromkeys(_SHUT_OUT, LOGIN)
_OTHERS: dict[str, Outcome] = {"no_group": 404, "uploader": 404}


def public(method: str, outcome: Outcome, **but: Outcome) -> Rule:
    """Everybody, known or not."""
    return _rule(method, outcome, but)


def page(method: str, outcome: Outcome, **but: Outcome) -> Rule:
    """Whoever is signed in, in any group or none."""
    return _rule(method, outcome, _PAGE, but)


def sending(method: str, outcome: Outcome, **but: Outcome) -> Rule:
    """Whoever may bring recordings."""
    return _rule(method, outcome, _PAGE, {"no_group": 403, "reviewer": 403}, but)


def uploading(method: str, outcome: Outcome, **but: Outcome) -> Rule:
    """Whoever began the upload."""
    return sending(method, outcome, uploader=404, administrator=404, superuser=404, **but)


def reading(method: str, outcome: Outcome, **but: Outcome) -> Rule:
    """Whoever may see the owner's transcript; to the others it is not there. Correcting its text is for the same."""
    return _rule(method, outcome, _PAGE, _OTHERS, but)


def managing(method: str, outcome: Outcome, **but: Outcome) -> Rule:
    """Whoever may cancel, retry or delete the owner's transcript; a reviewer sees it, and may not."""
    return _rule(method, outcome, _PAGE, _OTHERS, {"reviewer": 403}, but)


def administering(method: str, outcome: Outcome, **but: Outcome) -> Rule:
    """Administrators only, outside the admin."""
    shut: dict[str, Outcome] = dict.fromkeys(("no_group", "owner", "uploader", "reviewer"), 403)
    return _rule(method, outcome, _PAGE, shut, but)


# The API: for people with a session and for programs. 401 for nobody.
_API: dict[str, Outcome] = {"nobody": 401, "inactive": 401}
_OTHER_PROGRAMS: dict[str, Outcome] = {"key": 404, "trusted_network": 404}


def api(method: str, outcome: Outcome, **but: Outcome) -> Rule:
    """Whoever is known: any person, any key, a trusted network."""
    return _rule(method, outcome, _API, but)


def api_sending(method: str, outcome: Outcome, **but: Outcome) -> Rule:
    """Whoever may bring recordings."""
    shut: dict[str, Outcome] = dict.fromkeys(("no_group", "reviewer", "reading_key", "managing_key"), 403)
    return _rule(method, outcome, _API, shut, but)


def api_reading(method: str, outcome: Outcome, **but: Outcome) -> Rule:
    """Whoever may see the owner's transcript."""
    return _rule(method, outcome, _API, _OTHERS, _OTHER_PROGRAMS, but)


def api_editing(method: str, outcome: Outcome, **but: Outcome) -> Rule:
    """Whoever may correct its text: not a key that only reads."""
    return _rule(method, outcome, _API, _OTHERS, _OTHER_PROGRAMS, {"reading_key": 403}, but)


def api_uploading(method: str, outcome: Outcome, **but: Outcome) -> Rule:
    """Whoever began the upload: not even whoever manages the hub goes on with what is somebody else's."""
    mine: dict[str, Outcome] = {"administrator": 404, "superuser": 404, "uploader": 404, **_OTHER_PROGRAMS}
    return api_sending(method, outcome, **mine | but)


def api_managing(method: str, outcome: Outcome, **but: Outcome) -> Rule:
    """Whoever may cancel, retry or delete it."""
    shut: dict[str, Outcome] = {"reviewer": 403, "reading_key": 403}
    return _rule(method, outcome, _API, _OTHERS, _OTHER_PROGRAMS, shut, but)


def api_administering(method: str, outcome: Outcome, **but: Outcome) -> Rule:
    """Whoever manages the whole hub."""
    people, programs = ("no_group", "owner", "uploader", "reviewer"), ("key", "reading_key", "trusted_network")
    shut: dict[str, Outcome] = dict.fromkeys((*people, *programs), 403)
    return _rule(method, outcome, _API, shut, but)


def _api_glossary(method: str, outcome: Outcome) -> Rule:
    """Everybody sees all of them; its maker changes it, and whoever manages the hub."""
    shut = dict.fromkeys(("no_group", "uploader", "reviewer", "key", "reading_key", "trusted_network"), 403)
    return api(method, outcome, **shut)


_ONLY_PEOPLE: dict[str, Outcome] = dict.fromkeys(PEOPLE, 302)

RULES: dict[str, Rule | tuple[Rule, ...]] = {
    # The API
    "transcribe": api_sending("POST", 400),
    "transcribe-url": api_sending("POST", 400),
    "api-transcripts": (api("GET", 200), api_sending("POST", 400)),
    "api-transcript": (
        api_reading("GET", 200),
        api_managing("PATCH", 200),
        api_managing("DELETE", 204),
    ),
    "api-cancel": api_managing("POST", 409),
    "api-retry": api_managing("POST", 409),
    "api-rerun": api_managing("POST", 201, no_group=403, managing_key=403),
    "api-segments": api_reading("GET", 200),
    "api-segment": api_editing("PATCH", 400),
    "api-segment-history": api_reading("GET", 404),
    "api-events": api_reading("GET", 200),
    "api-export": api_reading("GET", 200),
    "api-detect-language": api_sending("POST", 400),
    "api-search": api("GET", 400),
    "api-glossaries": (
        api("GET", 200),
        api_sending("POST", 400, trusted_network=403),
    ),
    "api-glossary": (api("GET", 200), _api_glossary("PATCH", 200), _api_glossary("DELETE", 204)),
    "api-keys": (api_administering("GET", 200), api_administering("POST", 400)),
    "api-key": (
        api_administering("GET", 200),
        api_administering("PATCH", 200),
        api_administering("DELETE", 204),
    ),
    "api-uploads": api_sending("POST", 412),  # no Tus-Resumable
    "api-upload": (api_uploading("PATCH", 412), api_uploading("DELETE", 412), api_uploading("POST", 405)),
    "api-usage": api("GET", 200),
    "api-webhooks": (api_administering("GET", 200), api_administering("POST", 400)),
    "api-webhook": (
        api_administering("GET", 200),
        api_administering("PATCH", 200),
        api_administering("DELETE", 204),
    ),
    "api-webhook-rotate": api_administering("POST", 200),
    "api-webhook-test": api_administering("POST", 202),
    "api-webhook-deliveries": api_administering("GET", 200),
    "api-resend": api_administering("POST", 202),
    "api-root": public("GET", 404),
    "api-unknown": public("GET", 404),
    "asr": public("POST", 404),  # switched off; on, it is api_sending
    "asr-detect-language": public("POST", 404),
    "openai-transcriptions": api_sending("POST", 400),
    "openai-translations": api_sending("POST", 400),
    "openai-models": api("GET", 200),
    "openai-model": api("GET", 200),
    "openai-root": public("GET", 404),
    "openai-unknown": public("GET", 404),
    "health": public("GET", 200),
    "health-live": public("GET", 200),
    "health-ready": public("GET", 200),
    "metrics": public("GET", 404, trusted_network=200),  # no token is set
    "docs": public("GET", 200),
    "openapi": public("GET", 200),
    # Accounts
    "login": (_rule("GET", 200, _ONLY_PEOPLE), _rule("POST", 200, _ONLY_PEOPLE)),
    "logout": public("POST", LOGIN),
    "password-ask": (public("GET", 200), public("POST", 200)),  # no mail server: asks nothing
    "password-set": public("GET", 410),  # no such link
    "account": page("GET", 200),
    "account-name": page("POST", 302),
    "account-email": page("POST", 404),  # no mail server
    "account-email-confirm": (page("GET", 410), page("POST", 410)),  # no such link
    "account-password": page("POST", 400),
    "account-session-end": page("POST", 404),
    "account-sessions-end": page("POST", LOGIN),
    "language": public("POST", 302),
    # Pages
    "library": page("GET", 200),
    "library-live": page("GET", 200),
    "search": page("GET", 200),
    "bin": page("GET", 200),
    # Several recordings at once. With an empty body none is chosen, which is said to everybody who is signed in.
    **{f"bulk-{verb}": page("POST", 400) for verb in ("tag", "untag", "retry", "cancel", "export", "delete")},
    **{f"bulk-{verb}": page("POST", 400) for verb in ("restore", "erase")},
    "upload": sending("POST", 400),
    "upload-url": sending("POST", 400),
    "known": sending("GET", 400),
    "resumable-uploads": sending("POST", 412),
    "resumable-upload": tuple(uploading(method, 412) for method in ("HEAD", "PATCH", "DELETE")),
    "resumable-finish": uploading("POST", 409),  # nothing of it is there yet
    "transcript": reading("GET", 200),
    "transcript-live": reading("GET", 200),
    "segments": reading("GET", 200),
    "peaks": reading("GET", 200),
    "media": reading("GET", 200),
    "export": reading("GET", 200),
    "export-page": reading("GET", 200),
    "track": reading("GET", 200),
    "edit": reading("POST", 400),
    "edit-preview": reading("POST", 400),
    "segment-history": reading("GET", 200),
    "history": reading("GET", 200),
    "text-after": reading("GET", 404),  # there is no edit
    "machine": reading("GET", 200),
    "restore": reading("POST", 400),
    "compare": reading("GET", 200),
    "rerun": (managing("GET", 200), managing("POST", 302)),
    "review": reading("POST", 400),
    "assign": reading("POST", 400),
    "comments": (reading("GET", 200), reading("POST", 400)),
    "comment": (reading("PATCH", 404), reading("DELETE", 404)),
    "cancel": managing("POST", 302),
    "retry": managing("POST", 302),
    "rename": reading("POST", 302),
    "delete": (managing("GET", 200), managing("POST", 302)),
}


def places(transcript: Transcript) -> dict[str, object]:
    """What the names in an address stand for: the owner's transcript and what belongs to it."""
    made = {"created_by": transcript.recording.owner}
    glossary, _ = Glossary.objects.get_or_create(name="council", defaults={"words": "Okafor", **made})
    hook, _ = Webhook.objects.get_or_create(url="https://werify.example/", events=["transcript.completed"])
    delivery = Delivery.objects.filter(webhook=hook).first() or outbox.ping(hook)
    upload = Upload.objects.filter(owner=transcript.recording.owner).first() or uploads.create(
        1000, Metadata(), Actor(user=transcript.recording.owner)
    )
    return {
        "upload_id": upload.pk,
        "key_id": ApiKey.objects.earliest("pk").pk,
        "webhook_id": hook.pk,
        "delivery_id": delivery.pk,
        "transcript_id": transcript.pk,
        "format_name": "txt",
        "extension": "txt",
        "glossary_id": glossary.pk,
        "rest": "nothing",
        "index": 0,
        "sign_in_id": 0,
        "comment_id": 1,
        "edit_number": 1,
        "model_id": "whisper-1",
        "uidb64": "MQ",
        "token": "none",
    }


# The admin. Nobody else comes in at all. For each model, what an Administrator may do there, and a superuser beyond.
DESKS: dict[str, tuple[str, str]] = {
    "auth_group": ("view", "add change delete"),
    "auth_user": ("view add change", "delete"),
    "transcripts_apikey": ("view add change delete", ""),
    "transcripts_auditentry": ("view", ""),
    "transcripts_comment": ("view delete", ""),
    "transcripts_glossary": ("view add change delete", ""),
    "transcripts_recording": ("view change delete", ""),
    "transcripts_retentionrule": ("view add change delete", ""),
    "transcripts_tag": ("view add change delete", ""),
    "transcripts_transcript": ("view", ""),
    "transcripts_delivery": ("view", ""),
    "transcripts_webhook": ("view add change delete", ""),
    "transcripts_worker": ("view", ""),
}
# Its other pages, by name: what an Administrator and a superuser are answered to a GET.
ADMIN_PAGES: dict[str, Outcome] = {
    "index": 200,
    "queue": 200,
    "queue_steer": 405,  # a verb
    "usage": 200,
    "password_change": 200,
    "password_change_done": 200,
    "autocomplete": 403,  # names no field
    "jsi18n": 200,
    "view_on_site": 404,  # no model has a page of its own there
    "app_list": 200,
    "auth_user_password_change": 200,
    "auth_user_password_link": 200,
    "transcripts_auditentry_export": 200,
}
