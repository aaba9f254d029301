"""compose.yaml, the Containerfile and their scripts: read as the tools read them, and the scripts run."""

import asyncio
import re
import subprocess
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import yaml

from buurtnet.kit.vault import read_vault
from buurtnet.local.postgres import Cluster
from buurtnet.settings import Settings

ROOT = Path(__file__).parents[2]
LOCAL = ROOT / "src" / "buurtnet" / "local"
SECRETS = {"postgres_password", "owner_url", "web_url", "worker_url", "keys"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def test_every_service_is_there_and_says_how_it_is(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"web", "worker", "migrate", "db", "cache", "mail"}
    assert {name for name, service in services.items() if "healthcheck" not in service} == {"migrate"}
    for service in services.values():
        for needed, how in service.get("depends_on", {}).items():
            condition = "service_completed_successfully" if needed == "migrate" else "service_healthy"
            assert how == {"condition": condition}
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert source in compose["volumes"] or (ROOT / source).exists(), source


def test_only_loopback_ports_and_a_closed_network_for_what_is_stored(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert compose["networks"]["inside"]["internal"] is True
    assert all(compose["services"][name]["networks"] == ["inside"] for name in ("db", "cache"))


def test_secrets_come_from_files_and_nothing_has_a_default_password(compose: dict[str, Any]) -> None:
    assert set(compose["secrets"]) == SECRETS
    assert all(list(secret) == ["file"] for secret in compose["secrets"].values())
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            assert not re.search(r"PASSWORD|SECRET|TOKEN", name) or name.endswith("_FILE"), name
            assert not re.search(r"://[^/@?\s]*:[^/@?\s]+@", str(value)), name
            if name.endswith("_FILE"):
                assert Path(value).name in service["secrets"]
    owners = [name for name, service in compose["services"].items() if "owner_url" in service.get("secrets", [])]
    assert set(owners) == {"migrate", "db"}


def test_every_setting_it_names_exists(compose: dict[str, Any]) -> None:
    fields = {f"BUURTNET_{name.upper()}" for name in Settings.__struct_fields__}
    for service in compose["services"].values():
        named = {name.removesuffix("_FILE") for name in service.get("environment", {}) if name.startswith("BUURTNET_")}
        assert named <= fields
    text = (ROOT / "compose.yaml").read_text()
    assert set(re.findall(r"\$\{(BUURTNET_\w+)", text)) <= fields
    documented = (ROOT / "docs" / "deploying.md").read_text()
    assert {name for name in fields if f"`{name}`" not in documented} == set()


def test_docker_compose_reads_it_where_it_is_there(tmp_path: Path) -> None:
    try:
        works = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        works = False
    command = ["docker", "compose", "--file", str(ROOT / "compose.yaml"), "--project-directory", str(ROOT), "config", "--quiet"]
    if works:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    else:
        assert yaml.safe_load((ROOT / "compose.yaml").read_text())["name"] == "buurtnet"


def test_the_image_is_made_from_this_repository() -> None:
    lines = re.sub(r"\\\n", " ", (ROOT / "Containerfile").read_text()).splitlines()
    instructions = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    assert {word for word, _ in instructions} <= {"FROM", "WORKDIR", "COPY", "RUN", "USER", "ENV", "EXPOSE", "ENTRYPOINT", "CMD"}
    images = [rest.split()[0] for word, rest in instructions if word == "FROM"]
    assert images
    assert all(re.fullmatch(r"python:3\.1[1-9]-slim", image) for image in images)
    for word, rest in instructions:
        if word == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists(), source
    assert not re.search(r"https?://|--index|--registry", "\n".join(lines))
    assert [rest for word, rest in instructions if word == "USER"] == ["buurtnet"]


def test_secrets_are_fresh_and_made_once(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in (*folders, folders[0]):
        subprocess.run(["sh", LOCAL / "secrets.sh", folder], check=True, capture_output=True)
    assert {file.name for file in folders[0].iterdir()} == SECRETS
    for name in SECRETS:
        one, two = ((folder / name).read_text() for folder in folders)
        assert one != two
    assert folders[0].stat().st_mode & 0o077 == 0
    vault = read_vault(folders[0] / "keys")
    assert vault.open_text(vault.seal("a", "t", "c", 1), "t", "c", 1) == "a"


def test_the_roles_get_their_passwords(fresh_home: Path, tmp_path: Path) -> None:
    cluster = Cluster(fresh_home, durable=False)
    cluster.start()
    subprocess.run(["sh", LOCAL / "secrets.sh", tmp_path], check=True, capture_output=True)
    script = (
        (LOCAL / "roles.sh").read_text().replace("/run/secrets", str(tmp_path)).replace("/buurtnet/roles.sql", str(LOCAL / "roles.sql"))
    )
    environment = {"PATH": "/usr/bin:/bin", "PGHOST": str(cluster.sockets), "POSTGRES_USER": "buurtnet_super"}
    for _ in range(2):
        done = subprocess.run(["sh", "-c", script], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    async def count_passwords() -> int:
        connection = await asyncpg.connect(cluster.url("superuser"))
        try:
            return await connection.fetchval(
                "select count(*) from pg_authid where rolname like 'buurtnet%' and rolpassword like 'SCRAM-SHA-256$%'"
            )
        finally:
            await connection.close()

    assert asyncio.run(count_passwords()) == 3
    cluster.stop()
