"""Do the rules and the dashboard ask for what there is, and does each alert say what to do?"""

import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
MONITORING = ROOT / "infra" / "monitoring"
SUFFIX = re.compile(r"_(bucket|count|sum)$")
# What Prometheus and the library behind /metrics tell by themselves.
OF_OTHERS = {"up", "process_resident_memory_bytes"}


def promtool(*arguments: str) -> str:
    """Return what promtool says; the test is skipped where there is none."""
    if shutil.which("promtool") is None:
        pytest.skip("no promtool (package prometheus) on this machine")
    done = subprocess.run(("promtool", *arguments), cwd=MONITORING, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((MONITORING / "dashboard.json").read_text())["panels"]
    return found


@cache
def told_names() -> frozenset[str]:
    """Return every name of a metric that the programs write down as a whole string."""
    sources = [path for room in ("foundation", "cms", "services") for path in (ROOT / room).rglob("*.py")]
    return frozenset(name for path in sources for name in re.findall(r'"(mis_[a-z_]+)"', path.read_text()))


def asked_names(expression: str) -> set[str]:
    """Return the names an expression asks for, without the endings of histograms."""
    found = re.findall(r"\b(?:mis_|process_)[a-z_]+|\bup\b", re.sub(r'"[^"]*"', "", expression))
    return {SUFFIX.sub("", name) for name in found}


def test_prometheus_takes_configuration_and_rules() -> None:
    assert "SUCCESS" in promtool("check", "config", "--syntax-only", "prometheus.yml")
    assert f"{len(alerts())} rules found" in promtool("check", "rules", "alerts.yml")


def test_each_alert_fires_when_it_must_and_only_then() -> None:
    cases = {case["name"] for case in yaml.safe_load((MONITORING / "alerts_test.yml").read_text())["tests"]}

    assert cases == {f"{alert['alert']} {ends}" for alert in alerts() for ends in ("fires", "keeps still")}
    promtool("test", "rules", "alerts_test.yml")


def test_each_alert_says_what_it_means_and_where_to_read_on() -> None:
    for alert in alerts():
        assert alert["labels"]["severity"] in {"page", "ticket"}
        assert set(alert["annotations"]) == {"summary", "description", "runbook"}
        assert (ROOT / alert["annotations"]["runbook"]).is_file(), alert["annotations"]["runbook"]


def test_alerts_ask_only_for_what_is_told() -> None:
    asked = {name for alert in alerts() for name in asked_names(alert["expr"])}

    assert asked - told_names() - OF_OTHERS == set()


def test_the_dashboard_asks_only_for_what_is_told() -> None:
    asked = {name for panel in panels() for target in panel.get("targets", ()) for name in asked_names(target["expr"])}

    assert len(asked) > 20
    assert asked - told_names() - OF_OTHERS == set()


def test_what_is_told_is_shown() -> None:
    shown = {name for panel in panels() for target in panel.get("targets", ()) for name in asked_names(target["expr"])}
    watched = {name for alert in alerts() for name in asked_names(alert["expr"])}

    assert told_names() - shown - watched == set()


def test_the_dashboard_is_one_grafana_takes() -> None:
    dashboard = json.loads((MONITORING / "dashboard.json").read_text())

    assert dashboard["schemaVersion"] >= 39
    assert [variable["type"] for variable in dashboard["templating"]["list"]] == ["datasource"]
    assert len({panel["id"] for panel in panels()}) == len(panels())
    assert {panel["type"] for panel in panels()} <= {"row", "timeseries", "stat", "table"}  # come with Grafana
    assert not re.search(r"https?://", json.dumps(dashboard))
    for panel in panels():
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        assert all(target["datasource"]["uid"] == "${datasource}" for target in panel.get("targets", ()))


def test_prometheus_takes_every_question_of_the_dashboard() -> None:
    questions = [target["expr"] for panel in panels() for target in panel.get("targets", ())]
    rules = [{"record": f"panel:question{number}", "expr": ask} for number, ask in enumerate(questions)]
    text = yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}).replace("$__rate_interval", "1m")

    assert f"{len(questions)} rules found" in promtool_on(text)


def promtool_on(rules: str) -> str:
    path = Path("/dev/stdin")
    if shutil.which("promtool") is None:
        pytest.skip("no promtool (package prometheus) on this machine")
    done = subprocess.run(
        ("promtool", "check", "rules", str(path)), input=rules, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
