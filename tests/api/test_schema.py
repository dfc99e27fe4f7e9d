"""`/docs` and the OpenAPI schema: complete, without one warning, and from this machine only."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from tests.api.conftest import Caller
from tests.rows import in_state, recording
from tests.walking import endpoints
from transcripts.api.schema.orders import OrderFields, OrderParameters
from transcripts.api.schema.serving import SchemaView
from transcripts.models import Status
from transcripts.orders import NAMES

KEPT = settings.BASE_DIR / "docs" / "openapi.json"
RENEW = "manage.py spectacular --format openapi-json --fail-on-warn --file docs/openapi.json"
# The contract: a client of the documented endpoints knows these answers and no others.
CONTRACT = {
    "/transcribe": (
        "post",
        {"200", "202", "400", "401", "403", "409", "410", "413", "415", "422", "429", "500", "503", "507"},
    ),
    "/transcribe/url": (
        "post",
        {
            "200",
            "202",
            "400",
            "401",
            "403",
            "409",
            "410",
            "413",
            "415",
            "422",
            "429",
            "500",
            "502",
            "503",
            "507",
            "504",
        },
    ),
    "/health": ("get", {"200", "503"}),
}
Operation = dict[str, Any]


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """As a client program is given it."""
    body: dict[str, Any] = Client().get("/openapi.json").json()
    return body


def test_the_schema_builds_and_validates_without_one_warning(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = StringIO(), StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out, stderr=err)
    assert "openapi: 3." in out.getvalue()
    assert err.getvalue() + capsys.readouterr().err == ""


def test_the_schema_that_is_kept_is_the_one_that_is_served(schema: dict[str, Any]) -> None:
    assert json.loads(KEPT.read_text()) == schema, f"The API is described anew: run `.venv/bin/python {RENEW}`"


def _operations(schema: dict[str, Any]) -> dict[str, Operation]:
    """Every operation, by method and path."""
    return {
        f"{method.upper()} {path}": operation
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    }


@pytest.mark.parametrize("path", CONTRACT)
def test_the_documented_endpoints_are_described_with_every_answer_that_they_give(
    path: str, schema: dict[str, Any]
) -> None:
    method, codes = CONTRACT[path]
    assert {name: set(operation["responses"]) for name, operation in schema["paths"][path].items()} == {method: codes}


def test_no_api_route_is_missing(schema: dict[str, Any]) -> None:
    assert endpoints(r"{\1}") - {"/docs", "/openapi.json"} == set(schema["paths"])


def _dialect(name: str) -> str:
    """The shape of an operation's errors. OpenAI's has no 415: a file that is no audio is 400 there."""
    return "OpenAIError" if " /v1/" in name else "Problem"


def test_every_operation_says_how_it_refuses_whom_and_what_it_must(schema: dict[str, Any]) -> None:
    lacking = set()
    for name, operation in _operations(schema).items():
        has_body, is_open = "requestBody" in operation, not operation.get("security")
        must = set() if is_open else {"401", "429"}
        must |= {"404"} if "{" in name else set()
        must |= {"400", "413"} | ({"415"} if _dialect(name) == "Problem" else set()) if has_body else set()
        must |= {"400"} if any(entry["in"] == "query" for entry in operation.get("parameters", ())) else set()
        lacking |= {(name, code) for code in must - set(operation["responses"])}
    assert lacking == set()


def test_every_error_has_the_one_shape_of_its_dialect_with_words(schema: dict[str, Any]) -> None:
    for name, operation in _operations(schema).items():
        for code, response in operation["responses"].items():
            if code < "400" or "/health" in name:
                continue
            shape = response["content"]["application/json"]["schema"]["$ref"].removeprefix("#/components/schemas/")
            if shape == "SegmentConflict":  # says beside the words what stands there now
                assert schema["components"]["schemas"][shape]["required"] == ["detail"]
                continue
            assert (name, code, shape) == (name, code, _dialect(name))
            assert response["description"]


def test_both_headers_that_carry_a_key_are_described_and_health_needs_none(schema: dict[str, Any]) -> None:
    schemes = schema["components"]["securitySchemes"]
    assert schemes["bearerKey"] == {"type": "http", "scheme": "bearer"}
    assert schemes["headerKey"] == {"type": "apiKey", "in": "header", "name": "X-API-Key"}
    asked = schema["paths"]["/transcribe"]["post"]["security"]
    assert {"bearerKey": []} in asked
    assert {"headerKey": []} in asked
    assert not schema["paths"]["/health"]["get"].get("security")


def test_the_file_is_described_as_a_file_and_the_parameters_with_their_values(schema: dict[str, Any]) -> None:
    operation = schema["paths"]["/transcribe"]["post"]
    upload = operation["requestBody"]["content"]["multipart/form-data"]["schema"]["$ref"].rsplit("/", 1)[1]
    assert schema["components"]["schemas"][upload]["properties"]["file"]["format"] == "binary"
    parameters = {entry["name"]: entry["schema"] for entry in operation["parameters"]}
    assert {"language", "task", "include_segments", "Prefer"} <= set(parameters)
    assert parameters["task"]["enum"] == ["transcribe", "translate"]
    assert parameters["include_segments"]["type"] == "boolean"


def test_every_parameter_is_explained_in_the_documentation_too(schema: dict[str, Any]) -> None:
    page = (settings.BASE_DIR / "docs" / "http.md").read_text()
    names = {
        entry["name"] for path in CONTRACT for entry in schema["paths"][path][CONTRACT[path][0]].get("parameters", [])
    }
    assert {name for name in names if f"`{name}" not in page} == set()


@pytest.mark.django_db
def test_an_answer_has_the_keys_that_the_schema_promises(caller: Caller, schema: dict[str, Any]) -> None:
    transcript = in_state(Status.DONE, of=recording(api_key=caller.row)).transcript
    promised = schema["components"]["schemas"]["Transcript"]["properties"]
    assert list(caller.get(f"/api/v1/transcripts/{transcript.pk}").json()) == list(promised)


def test_every_part_of_an_order_is_described() -> None:
    assert set(OrderFields().fields) == set(NAMES)
    assert set(OrderParameters().fields) == set(NAMES)


def _assets(page: str) -> list[str]:
    return re.findall(r"""(?:src|href)=["']([^"']+)["']""", page)


def test_the_docs_page_loads_nothing_from_elsewhere() -> None:
    page = Client().get("/docs")
    assets = _assets(page.content.decode())
    assert len(assets) >= 4
    assert [url for url in assets if not url.startswith("/")] == []
    for url in assets:
        answer: Any = Client().get(url)
        assert (url, answer.status_code) == (url, 200)
        assert len(answer.getvalue()) > 100


def test_the_script_of_the_docs_page_names_only_our_own_schema() -> None:
    (script,) = [url for url in _assets(Client().get("/docs").content.decode()) if "script" in url]
    text = Client().get(script).content.decode()
    assert "/openapi.json" in text
    assert re.findall(r"https?://[^\s\"']+", text) == []


def test_the_docs_page_may_by_its_own_policy_load_nothing_from_elsewhere() -> None:
    policy = Client().get("/docs")["Content-Security-Policy"]
    directives = dict(entry.strip().split(" ", 1) for entry in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert {directives[name] for name in ("script-src", "connect-src")} == {"'self'"}
    assert "http" not in policy


def test_the_vendored_assets_are_in_the_installed_package() -> None:
    import drf_spectacular_sidecar

    folder = Path(drf_spectacular_sidecar.__file__).parent / "static" / "drf_spectacular_sidecar" / "swagger-ui-dist"
    assert (folder / "swagger-ui-bundle.js").stat().st_size > 500_000


def test_the_schema_is_made_once_whoever_asks_for_it_and_how(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get("/openapi.json").json()

    def made_again(*_: object, **__: object) -> None:
        raise AssertionError("a second of work for every question of a stranger")

    monkeypatch.setattr(SchemaView.generator_class, "get_schema", made_again)
    assert client.get("/openapi.json?lang=de&version=9", headers={"Accept-Language": "de"}).json() == first
