"""The key file of the embedded default: made once, before anything can be sealed, and readable by its owner alone."""

from pathlib import Path

from buurtnet.kit.vault import new_key_file, read_vault
from buurtnet.local.refusals import Refused


def ensure_keys(given: str, home: Path) -> Path:
    """The key file that is named, or the home's own, made at the first start; refuses one that is missing or cannot be read."""
    path = Path(given) if given else home / "keys"
    if not given and not path.exists():
        if (home / "postgres").exists():
            raise Refused(f"The key file {path} is gone, and what is stored was sealed with it: put it back from a safe copy.")
        _make(path)
    read_vault(path)
    return path


def _make(path: Path) -> None:
    """Written beside and then renamed, so that a start killed half-way leaves no damaged file."""
    making = path.with_suffix(".making")
    try:
        making.unlink(missing_ok=True)
        new_key_file(making)
        making.rename(path)
    except OSError as error:
        raise Refused(f"The key file {path} cannot be written ({error.strerror}).") from error
