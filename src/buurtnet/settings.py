"""The installation's settings, read once from the environment. Nothing else reads it."""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec


class SettingUnusable(Exception):
    """A setting that cannot be used; the message says in one line which and why, for the operator."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What an installation sets. Every field is `BUURTNET_` and its name in capitals in the environment."""

    database_url: str = ""
    """PostgreSQL as the web role (`buurtnet_web`)."""
    worker_url: str = ""
    """PostgreSQL as the worker role (`buurtnet_worker`)."""
    owner_url: str = ""
    """PostgreSQL as the owner of the tables (`buurtnet_owner`): migrations only."""
    replica_url: str = ""
    """PostgreSQL replica for reads of the public map and its tiles; empty: the primary."""
    redis_url: str = ""
    """Valkey or Redis: `redis://…` or `unix://…`."""
    mail_url: str = ""
    """`smtp://user:password@host:port?from=…`, `smtps://…`, or `inbox:FILE` (the local inbox)."""
    sms_url: str = ""
    """HTTP gateway for text messages (docs/deploying.md), or `inbox:FILE`."""
    push_service: str = ""
    """A push service of one's own on this machine, `http://127.0.0.1:…`, beside the known ones: for tests."""
    keys: str = ""
    """File with the key ring (kit/vault.py)."""
    ledger: str = ""
    """File with the keyed hashes of those who asked to be forgotten, outside the backups; a restored backup forgets them again."""
    url: str = "http://127.0.0.1:8000"
    """Address at which people reach this installation."""
    home: str = ""
    """Folder of the embedded default."""
    pg_bin: str = ""
    """Folder of the PostgreSQL programs for the embedded default."""
    chromium: str = ""
    """Chromium for the browser tests."""
    metrics: str = ""
    """Unix socket on which Prometheus metrics are served; empty: none."""
    proxies: str = ""
    """Addresses or networks of reverse proxies, with commas between them, whose `X-Forwarded-For` says who a visitor is; empty: none."""
    round_memory: str = "3072"
    """Mebibytes that looking for the best matches may take, in a process of its own."""
    contact: str = ""
    """File that says who runs this installation and whom people can turn to (docs/deploying.md); empty: a sample."""
    rights: str = ""
    """File with the rights and barriers by which workers say why a right or a service comes first; empty: the usual ones."""
    phone_region: str = "BE"
    """Country of telephone numbers that are typed without a prefix."""

    @property
    def secure(self) -> bool:
        """Whether people reach the installation over https, so that cookies may insist on it."""
        return self.url.startswith("https://")

    @property
    def round_mib(self) -> int:
        """The memory for a round; refuses what is not a number, or too little for the program alone."""
        if not self.round_memory.isdecimal() or int(self.round_memory) < 512:
            raise SettingUnusable(f"BUURTNET_ROUND_MEMORY is {self.round_memory}: write the mebibytes, 512 or more.")
        return int(self.round_memory)

    @property
    def inbox(self) -> Path | None:
        """The file of the local inbox, if mail goes there."""
        return Path(self.mail_url.removeprefix("inbox:")) if self.mail_url.startswith("inbox:") else None


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings that stand in the environment, defaults where nothing stands; `BUURTNET_…_FILE` names a file that holds the value."""
    given = os.environ if environ is None else environ
    found: dict[str, str] = {}
    for name in Settings.__struct_fields__:
        variable = f"BUURTNET_{name.upper()}"
        if value := given.get(variable):
            found[name] = value
        elif file := given.get(f"{variable}_FILE"):
            found[name] = _read_secret(variable, file)
    return Settings(**found)


def _read_secret(variable: str, file: str) -> str:
    try:
        return Path(file).read_text().strip()
    except OSError as error:
        raise SettingUnusable(f"{variable}_FILE names {file}, which cannot be read ({error.strerror}).") from error


def settings_environment(settings: Settings) -> dict[str, str]:
    """The environment from which a child process reads the same settings."""
    return {f"BUURTNET_{name.upper()}": value for name in Settings.__struct_fields__ if (value := getattr(settings, name))}


def take_settings(settings: Settings) -> None:
    """From now on this process, and those it starts, read these settings."""
    for name in [name for name in os.environ if name.startswith("BUURTNET_")]:
        del os.environ[name]
    os.environ.update(settings_environment(settings))
