"""The documentation, the rules and the dashboard speak of figures that there are, and of all of them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.urls import reverse

from tests.metrics.scraped import families
from tests.rows import worker
from transcripts.engine.figures import LoadFigures, StepFigures
from transcripts.engine.gpu import CardFigures
from transcripts.metrics import requests
from transcripts.worker_figures import figures

FOLDER: Path = settings.BASE_DIR / "deploy" / "monitoring"
RULES: dict[str, Any] = yaml.safe_load((FOLDER / "whisperhub-rules.yml").read_text())
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "grafana-dashboard.json").read_text())
SCENARIOS = Path(__file__).parent / "rules-scenarios.yml"
PAGE = (settings.BASE_DIR / "docs" / "observability.md").read_text()
NAME = re.compile(r"whisperhub[_:][a-z_]+")

pytestmark = pytest.mark.django_db


@pytest.fixture
def samples(settings: Any) -> dict[str, set[str]]:
    """Every sample that a busy hub tells, with the names of its labels."""
    settings.MEDIA_ROOT.mkdir(parents=True)
    load = LoadFigures(1, 1, {"bulk": 1.0}, {"decode": StepFigures(1, 1, 1.0, 1.0)})
    worker(figures=figures({"demo": load}, (CardFigures("0", "Quadro M4000", 1, 2, 0.5),)))
    requests.observe("health", 200, 0.1)
    told = {sample.name: set(sample.labels) for family in families().values() for sample in family.samples}
    return told | {name: set() for name in _recorded()} | {"up": {"job"}}


def _recorded() -> dict[str, str]:
    return {rule["record"]: rule["expr"] for group in RULES["groups"] for rule in group["rules"] if "record" in rule}


def _expressions() -> dict[str, str]:
    """Every expression of the rules and of the dashboard, by whose it is."""
    rules = {rule.get("record") or rule["alert"]: rule["expr"] for group in RULES["groups"] for rule in group["rules"]}
    panels = {
        f"{panel['title']} {target['refId']}": target["expr"]
        for panel in DASHBOARD["panels"]
        for target in panel["targets"]
    }
    return rules | panels


@pytest.mark.parametrize("whose", sorted(_expressions()))
def test_every_expression_asks_for_figures_and_labels_that_there_are(whose: str, samples: dict[str, set[str]]) -> None:
    expression = _expressions()[whose]
    names = set(NAME.findall(expression)) | set(re.findall(r"\bup\b", expression))
    assert names
    assert names <= samples.keys()
    labels = set(re.findall(r"(\w+)(?:=~|!~|!=|=)\"", expression))
    labels |= {name for by in re.findall(r"by \(([^)]*)\)", expression) for name in re.split(r",\s*", by)}
    known = {label for name in names for label in samples[name]}
    assert labels <= known


@pytest.mark.parametrize("alert", RULES["groups"][1]["rules"], ids=lambda rule: rule["alert"])
def test_every_alert_says_what_is_wrong_and_what_to_do(alert: dict[str, Any], samples: dict[str, set[str]]) -> None:
    assert alert["labels"]["severity"] in ("warning", "critical")
    assert set(alert["annotations"]) == {"summary", "description"}
    told = set(re.findall(r"\$labels\.(\w+)", str(alert["annotations"])))
    assert told <= {label for name in NAME.findall(alert["expr"]) for label in samples[name]}


def test_the_page_explains_every_figure_and_none_that_is_gone(samples: dict[str, set[str]]) -> None:
    written = set(NAME.findall(PAGE))
    # A histogram is told by its family's name, a counter by its sample's.
    told = {name for name in samples if not name.endswith(("_bucket", "_count", "_sum")) and name != "up"}
    told |= {name.removesuffix("_bucket") for name in samples if name.endswith("_bucket")}
    assert written == told


def test_every_figure_is_shown_or_recorded() -> None:
    asked = set(NAME.findall(" ".join(_expressions().values())))
    assert {"whisperhub_turnaround_seconds_bucket", "whisperhub_gpu_utilisation_ratio"} <= asked
    assert _recorded().keys() <= asked


def test_prometheus_is_pointed_at_our_route_with_the_token_and_the_rules() -> None:
    config = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    (job,) = config["scrape_configs"]
    assert job["metrics_path"] == reverse("metrics")
    assert job["authorization"]["type"] == "Bearer"
    assert [Path(path).name for path in config["rule_files"]] == ["whisperhub-rules.yml"]
    assert f'up{{job="{job["job_name"]}"}}' in _expressions()["WhisperHubDown"]


def test_no_two_panels_of_the_dashboard_lie_on_one_another() -> None:
    places = [panel["gridPos"] for panel in DASHBOARD["panels"]]
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(places)
    assert all(place["x"] + place["w"] <= 24 for place in places)
    for one, other in combinations(places, 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        above = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or above


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not here: Debian's package prometheus has it")
def test_the_rules_fire_when_they_should_by_prometheus_own_tool(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "whisperhub-rules.yml", tmp_path)
    shutil.copy(SCENARIOS, tmp_path)
    for command in (["check", "rules", "whisperhub-rules.yml"], ["test", "rules", SCENARIOS.name]):
        ran = subprocess.run(["promtool", *command], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
