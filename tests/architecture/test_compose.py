"""docker-compose.yml and what it mounts, without a container engine."""

import os
import re
import shutil
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.make_env import DEMO_SECRETS, SECRETS, completed, main
from jieneng.holder import Holder
from jieneng.settings import Settings

CHECKOUT = Path(__file__).parents[2]
TEXT = (CHECKOUT / "docker-compose.yml").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONCE = {name for name, service in SERVICES.items() if service.get("restart") == "no"}
OURS = {name for name, service in SERVICES.items() if "build" in service}
each_service = pytest.mark.parametrize("name", SERVICES)

SERVICE_KEYS = {
    "image", "build", "user", "read_only", "tmpfs", "cap_drop", "security_opt", "restart",
    "depends_on", "ports", "volumes", "healthcheck", "environment", "entrypoint", "command",
    "profiles", "group_add",
}  # fmt: skip
"""What the file uses of the compose specification; a misspelt key is an error."""


def mounts(service: dict[str, Any]) -> list[tuple[str, str]]:
    """Return source and target of each mount."""
    pattern = re.compile(r"^(\$\{[^}]*\}|[^:]+):([^:]+)(:ro)?$")
    found = [pattern.match(text) for text in service.get("volumes", [])]
    return [(match[1], match[2]) for match in found if match]


@each_service
def test_a_service_uses_only_known_keys_and_a_pinned_image(name: str) -> None:
    service = SERVICES[name]

    assert set(service) <= SERVICE_KEYS
    assert re.search(r":\d+\.\d+|postgres:17$", service["image"])


@each_service
def test_a_service_runs_as_somebody_who_is_not_root_and_cannot_become_it(name: str) -> None:
    service = SERVICES[name]

    assert int(service["user"].partition(":")[0]) > 0
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@each_service
def test_a_service_that_stays_says_whether_it_is_well_and_comes_back(name: str) -> None:
    service = SERVICES[name]

    if name in ONCE:
        waits = [other.get("depends_on", {}).get(name, {}) for other in SERVICES.values()]
        assert {"condition": "service_completed_successfully"} in waits
    else:
        assert service["healthcheck"]["test"][0] == "CMD"
        assert service["restart"] == "unless-stopped"


@each_service
def test_a_service_waits_for_what_others_really_promise(name: str) -> None:
    for other, wait in SERVICES[name].get("depends_on", {}).items():
        expected = "service_completed_successfully" if other in ONCE else "service_healthy"
        assert wait == {"condition": expected}


@each_service
def test_ports_are_open_on_this_machine_alone(name: str) -> None:
    for port in SERVICES[name].get("ports", []):
        assert port.startswith("127.0.0.1:")


@each_service
def test_what_is_mounted_is_a_named_volume_or_a_file_of_the_checkout_read_only(name: str) -> None:
    volumes = SERVICES[name].get("volumes", [])

    assert len(mounts(SERVICES[name])) == len(volumes)
    for (source, _target), text in zip(mounts(SERVICES[name]), volumes, strict=True):
        place = source.removeprefix("${DISTRICT_FOLDER:-").removesuffix("}")
        if place.startswith("./"):
            assert (CHECKOUT / place).exists()
            assert text.endswith(":ro")
        else:
            assert place in COMPOSE["volumes"]


def test_every_named_volume_is_used() -> None:
    used = {source for service in SERVICES.values() for source, _ in mounts(service)}

    assert set(COMPOSE["volumes"]) <= used


def test_no_secret_has_a_default_and_each_is_made_by_the_command() -> None:
    required = set(re.findall(r"\$\{(\w+):\?", TEXT))
    optional = dict(re.findall(r"\$\{(\w+):-([^}]*)\}", TEXT))

    assert required == set(SECRETS)
    assert {name for name in optional if "PASSWORD" in name or "TOKEN" in name} == set(DEMO_SECRETS)
    assert {optional[name] for name in DEMO_SECRETS} == {""}
    for line in TEXT.splitlines():
        secret = re.match(r"\s*\w*(PASSWORD|TOKEN)\w*: (.*)", line)
        assert not secret or secret[2].startswith("${")


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_services_are_given_settings_that_exist(name: str) -> None:
    given = SERVICES[name].get("environment", {})
    known = {f"JIENENG_{field.upper()}" for field in Settings.model_fields}

    assert {key for key in given if key.startswith("JIENENG_")} <= known


@pytest.mark.parametrize("name", sorted(OURS - {"influx-init"}))
def test_our_services_run_commands_that_exist(name: str) -> None:
    command = SERVICES[name]["command"][0]

    assert (CHECKOUT / "jieneng/commands" / f"{command}.py").is_file()


def test_the_health_check_of_a_holder_passes_as_long_as_one_answers(tmp_path: Path) -> None:
    code = SERVICES["collector"]["healthcheck"]["test"][-1].replace("/data", str(tmp_path))

    def is_well() -> bool:
        checked = subprocess.run(  # noqa: S603
            [sys.executable, "-c", code], check=False, capture_output=True
        )
        return checked.returncode == 0

    with closing(Holder(tmp_path, lambda *_: 1)):
        assert is_well()
    assert not is_well()


def test_each_service_sees_its_own_token_alone() -> None:
    seen = {
        name: [source for source, _ in mounts(service) if source.startswith("token-")]
        for name, service in SERVICES.items()
    }

    assert seen.pop("influx-init") == [
        f"token-{n}" for n in ("collector", "analytics", "api", "grafana")
    ]
    assert seen.pop("setup") == ["token-analytics"]
    for name, tokens in seen.items():
        owns = name in {"collector", "analytics", "api", "grafana"}
        assert tokens == ([f"token-{name}"] if owns else [])


def test_only_the_two_that_need_it_know_the_token_of_the_administrator() -> None:
    knows = {
        name
        for name, service in SERVICES.items()
        if any("INFLUXDB_ADMIN" in str(value) for value in service.get("environment", {}).values())
    }

    assert knows == {"influxdb", "influx-init"}


def test_grafana_is_given_every_variable_its_files_ask_for_and_asks_nothing_of_the_internet() -> (
    None
):
    files = (CHECKOUT / "dashboards/provisioning").rglob("*.yaml")
    asked = {
        name
        for path in files
        for name in re.findall(r"(?<!\$)\$([A-Z_]+)", str(yaml.safe_load(path.read_text("utf-8"))))
    }
    grafana = SERVICES["grafana"]
    given = set(grafana["environment"]) | set(
        re.findall(r"export (\w+)", " ".join(grafana["entrypoint"]))
    )

    assert asked <= given
    for name in ("ANALYTICS_REPORTING_ENABLED", "ANALYTICS_CHECK_FOR_UPDATES",
                 "ANALYTICS_CHECK_FOR_PLUGIN_UPDATES", "NEWS_NEWS_FEED_ENABLED",
                 "PLUGINS_PLUGIN_ADMIN_ENABLED", "AUTH_ANONYMOUS_ENABLED"):  # fmt: skip
        assert grafana["environment"][f"GF_{name}"] == "false"
    assert grafana["environment"]["GF_PLUGINS_PREINSTALL_DISABLED"] == "true"


def test_boards_lie_where_grafana_s_provider_looks() -> None:
    provider = yaml.safe_load(
        (CHECKOUT / "dashboards/provisioning/dashboards/jieneng.yaml").read_text("utf-8")
    )

    targets = dict(mounts(SERVICES["grafana"]))
    assert targets["./dashboards/generated"] == provider["providers"][0]["options"]["path"]


def test_compose_itself_reads_the_file(tmp_path: Path) -> None:
    program = shutil.which("docker-compose")
    if program is None:
        missing = "docker-compose is not here; get it with: apt-get install docker-compose"
        if os.environ.get("JIENENG_REQUIRE_SERVERS") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    secrets = tmp_path / "env"
    secrets.write_text(completed("", SECRETS))
    command = [program, "--env-file", str(secrets), "-f", "docker-compose.yml", "config"]

    found = subprocess.run(  # noqa: S603
        command, cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    secrets.write_text("")
    bare = subprocess.run(  # noqa: S603
        command,
        cwd=CHECKOUT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert found.returncode == 0, found.stderr
    services = set(yaml.safe_load(found.stdout)["services"])
    assert set(SERVICES) - {"simulator"} <= services  # one version prints profiles, one does not
    assert bare.returncode != 0
    assert "make_env.py" in bare.stderr


def test_the_image_holds_every_package_and_what_the_wheel_ships() -> None:
    kept = {
        line.removeprefix("!")
        for line in (CHECKOUT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    packages = {path.parent.name for path in CHECKOUT.glob("*/__init__.py")} - {"tests"}

    assert packages | {"reference", "examples", "requirements.lock", "LICENSE"} <= kept
    assert all((CHECKOUT / name).exists() for name in kept)


def test_the_image_installs_the_lock_with_hashes_and_runs_as_a_user() -> None:
    text = (CHECKOUT / "deploy/Dockerfile").read_text()

    assert "--require-hashes -r requirements.lock" in text
    assert re.search(r"^USER 10001:10001$", text, flags=re.MULTILINE)
    assert set(re.findall(r"^FROM (\S+)", text, flags=re.MULTILINE)) == {"python:3.12-slim"}


def test_secrets_are_made_once_and_readable_by_their_owner_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / ".env"
    assert main([str(path)]) == 0
    before = path.read_text()
    assert main(["--demo", str(path)]) == 0

    after = path.read_text()
    values = [line.partition("=")[2] for line in after.splitlines()]
    assert after.startswith(before)
    assert after.count("MQTT_SIMULATOR_PASSWORD=") == 1
    assert len(set(values)) == len(values) == len(SECRETS) + len(DEMO_SECRETS)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{32}", value) for value in values)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not any(value in capsys.readouterr().out for value in values)


def test_lines_of_one_s_own_stay_in_the_file_of_secrets() -> None:
    text = completed("PUBLIC_URL=https://energy.example\nALERT_TOKEN=mine", SECRETS)

    assert text.startswith("PUBLIC_URL=https://energy.example\nALERT_TOKEN=mine\n")
    assert text.count("ALERT_TOKEN=") == 1
    assert main(["--wrong"]) == 2
