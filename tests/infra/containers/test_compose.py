"""Does docker-compose.yml keep what the documents promise: small rights, limits, readiness, no secret in it?"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.containers.bringing_up import runs_once, stages
from infra.containers.secrets import make_secrets
from infra.quality.areas import ROOT
from infra.quality.settings_table import settings_documented, settings_read

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = sorted(name for name, service in SERVICES.items() if service["image"].startswith("make-it-safe/"))
OF_OTHERS = re.compile(r"GRANIAN_|PROMETHEUS_")
OF_PREPARE = {"STAFF_PASSWORD"}


def test_the_services_are_those_that_were_agreed() -> None:
    ours = {"editing", "delivery", "cms-work", "transcoder", "transcoder-work", "newsletter", "newsletter-work"}
    engines = {"postgres", "rabbitmq", "seaweedfs", "nginx"}
    once = {"prepare", "transcoder-prepare", "newsletter-prepare"}
    trial = {"mails", "partner-site", "demo-doors"}

    watching = {"prometheus", "grafana"}
    assert set(SERVICES) == ours | engines | once | trial | watching
    assert {name for name, service in SERVICES.items() if service.get("profiles") == ["demo"]} == trial
    assert {name for name, service in SERVICES.items() if service.get("profiles") == ["watch"]} == watching
    assert {name for name, service in SERVICES.items() if runs_once(service)} == once


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_container_has_no_right_it_does_not_need(name: str) -> None:
    service = SERVICES[name]

    user = service["user"].split(":")[0]
    assert user.isdecimal()
    assert int(user) > 0
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges"]
    assert not {"privileged", "cap_add", "network_mode", "pid", "container_name"} & service.keys()


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_container_has_limits_and_keeps_its_log_small(name: str) -> None:
    service = SERVICES[name]

    assert {"mem_limit", "cpus", "pids_limit", "restart"} <= service.keys()
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_readiness_is_asked_for_and_waited_for(name: str) -> None:
    service = SERVICES[name]

    assert runs_once(service) or service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    for needed, wanted in service.get("depends_on", {}).items():
        completed = "service_completed_successfully" if runs_once(SERVICES[needed]) else "service_healthy"
        assert wanted == {"condition": completed}


def test_only_nginx_and_the_dashboard_have_doors_and_only_on_one_address() -> None:
    doors = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert doors.keys() == {"nginx", "demo-doors", "grafana"}
    ports = [port for published in doors.values() for port in published]
    assert [port.rsplit(":", 1)[1] for port in ports] == ["8000", "8001", "8002", "8009", "8025", "8080", "3000"]
    assert all(port.startswith(("${BIND:-127.0.0.1}:", "127.0.0.1:")) for port in ports)


def test_what_may_run_several_times_is_bound_to_no_port_and_no_file_of_another() -> None:
    for name in ("delivery", "cms-work", "transcoder-work", "newsletter-work"):
        kept = [volume for volume in SERVICES[name].get("volumes", ()) if ":" in volume]

        assert kept == (["journal:/data/journal"] if name == "newsletter-work" else [])


def test_no_secret_stands_in_the_file_nor_in_the_example_of_values() -> None:
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            is_secret = re.search(r"SECRET|PASSWORD|_KEY|DATABASE_URL|QUEUE_URL|STORAGE_URL|SMTP_URL", variable)
            if is_secret and not variable.startswith("API_KEY_"):
                assert variable.endswith("_FILE"), f"{name} has {variable} in clear"
                assert Path(value).name in {_target(one) for one in service["secrets"]}
    values = (ROOT / ".env.example").read_text()
    assert not re.search(r"^\w*(SECRET|PASSWORD|KEY)\w*=(?!\d)", values.replace("SECRETS_DIR=", ""), re.MULTILINE)


def _target(secret: str | dict[str, str]) -> str:
    return secret if isinstance(secret, str) else secret["target"]


def test_every_secret_of_the_file_is_made(tmp_path: Path) -> None:
    made = set(make_secrets(tmp_path))

    assert {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()} == made
    used = {
        one if isinstance(one, str) else one["source"] for each in SERVICES.values() for one in each.get("secrets", ())
    }
    assert used == COMPOSE["secrets"].keys()


@pytest.mark.parametrize("name", OURS)
def test_a_container_gets_settings_its_deployable_reads_and_the_readme_explains(name: str) -> None:
    service = SERVICES[name]
    deployable = service["image"].split("/")[1].split(":")[0]
    given = {variable.removesuffix("_FILE") for variable in service.get("environment", {})} - OF_PREPARE
    given = {variable for variable in given if not OF_OTHERS.match(variable)}

    documented = settings_documented((ROOT / "README.md").read_text())
    readers = {variable: settings_read()[variable].readers for variable in given}

    assert given <= documented.keys()
    assert all(deployable in who for who in readers.values())


def test_the_example_explains_every_value_with_the_default_of_the_file() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    used = dict(re.findall(r"\$\{([A-Z_]+):-([^}]*)\}", text))
    lines = (ROOT / ".env.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))

    assert given == used
    for name in given:
        before = lines[lines.index(f"{name}={given[name]}") - 1]
        assert before.startswith("#") or "=" in before


def test_services_start_after_what_they_need() -> None:
    order = list(stages(SERVICES))

    place = {name: number for number, stage in enumerate(order) for name in stage}
    assert place["postgres"] < place["prepare"] < place["editing"] < place["nginx"]
    with pytest.raises(ValueError, match="a, b"):
        list(stages({"a": {"depends_on": {"b": {}}}, "b": {"depends_on": {"a": {}}}}))
