"""How the people of the small sample sign in: for the local inbox, and for the words at a first start."""

from pathlib import Path

import msgspec
import pyotp

from buurtnet.kit.clock import now
from buurtnet.kit.mail import forget_letters
from buurtnet.settings import Settings

SAMPLE = "sample.json"
"""The file in the home in which the small sample says who can sign in."""


class Entrance(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of the sample who can sign in; `otpauth` is a worker's authenticator."""

    name: str
    role: str
    address: str
    otpauth: str | None = None
    about: str = ""

    @property
    def digits(self) -> str | None:
        """What the worker's authenticator shows now."""
        return pyotp.parse_uri(self.otpauth).at(now()) if self.otpauth else None  # type: ignore[union-attr]


def forget_entrances(settings: Settings, addresses: set[str]) -> None:
    """Takes whoever has one of these addresses out of the sample's list."""
    entrances = read_entrances(settings)
    kept = [one for one in entrances if one.address not in addresses]
    if len(kept) < len(entrances):
        file = Path(settings.home) / SAMPLE
        making = file.with_suffix(".making")
        making.touch(mode=0o600)
        making.write_bytes(msgspec.json.encode(kept))
        making.replace(file)


FILES = (forget_letters, forget_entrances)
"""What forgets an address in the files of a home."""


def read_entrances(settings: Settings) -> list[Entrance]:
    """Who of the sample can sign in; nobody where none was planted in this home, or where mail leaves this machine."""
    file = Path(settings.home) / SAMPLE if settings.home and settings.inbox else None
    if file is None or not file.exists():
        return []
    return msgspec.json.decode(file.read_bytes(), type=list[Entrance])
