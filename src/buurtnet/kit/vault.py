"""Encryption of secrets at rest: AES-256-GCM from a key ring, look-up by keyed blind index.

The key file has one key a line, `NAME BASE64` (32 bytes). The first line whose name is not `index` seals; every line opens; the line `index`
keys blind indexes, short codes and hashes, and stays when the others rotate. A sealed value is: length of the key's name, the name, a 96-bit
nonce, the ciphertext; table, column and row id are bound to it as associated data, so that a value moved elsewhere does not open.
"""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

INDEX = "index"
MARK = 8
"""Bytes of the mark under what is signed."""


class KeysUnusable(Exception):
    """The key file is missing, unreadable or damaged; the message says which, in one line, for the operator."""


class Vault:
    """Seals and opens with the keys it was given."""

    def __init__(self, keys: dict[str, bytes], index: bytes) -> None:
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}
        self._first = next(iter(keys))
        self._index = index

    def seal(self, plain: str | bytes, table: str, column: str, row_id: UUID | int | str) -> bytes:
        """The plain value sealed for one place: this table, column and row."""
        nonce = os.urandom(12)
        data = plain.encode() if isinstance(plain, str) else plain
        return self.mark + nonce + self._ciphers[self._first].encrypt(nonce, data, _place(table, column, row_id))

    def open(self, sealed: bytes, table: str, column: str, row_id: UUID | int | str) -> bytes:
        """The plain bytes; ValueError where the value was changed, moved, or its key is gone."""
        length = sealed[0] + 1
        cipher = self._ciphers.get(sealed[1:length].decode(errors="replace"))
        if cipher is None:
            raise ValueError("The key of this value is not in the ring.")
        try:
            return cipher.decrypt(sealed[length : length + 12], sealed[length + 12 :], _place(table, column, row_id))
        except InvalidTag:
            raise ValueError("This value was changed or moved.") from None

    def open_text(self, sealed: bytes, table: str, column: str, row_id: UUID | int | str) -> str:
        """The same as text."""
        return self.open(sealed, table, column, row_id).decode()

    @property
    def mark(self) -> bytes:
        """What everything begins with that the first key sealed; what begins otherwise is to be sealed again."""
        name = self._first.encode()
        return bytes([len(name)]) + name

    def blind(self, purpose: str, value: str | bytes) -> bytes:
        """The blind index of a value: the same for the same value and purpose, useless without the key. 32 bytes."""
        data = value.encode() if isinstance(value, str) else value
        return hmac.digest(hmac.digest(self._index, purpose.encode(), "sha256"), data, "sha256")

    def sign(self, purpose: str, data: bytes) -> bytes:
        """The data with a mark of 64 bits that only this installation can make: for links that work without signing in."""
        return data + self.blind(purpose, data)[:MARK]

    def read_signed(self, purpose: str, value: bytes) -> bytes:
        """The data that was signed for this purpose; ValueError for anything else."""
        data = value[:-MARK]
        if not hmac.compare_digest(self.sign(purpose, data), value):
            raise ValueError("This was not signed here.")
        return data

    def digits(self, purpose: str, value: str | bytes, count: int) -> str:
        """A code of so many decimal digits that only this installation can derive from the value."""
        return str(int.from_bytes(self.blind(purpose, value)[:16], "big") % 10**count).zfill(count)


def _place(table: str, column: str, row_id: UUID | int | str) -> bytes:
    return f"{table}\x1f{column}\x1f{row_id}".encode()


def read_vault(path: str | Path) -> Vault:
    """The vault of a key file; KeysUnusable says in one line what is wrong with it."""
    try:
        lines = Path(path).read_text().split("\n")
    except OSError as error:
        raise KeysUnusable(f"The key file {path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise KeysUnusable(f"The key file {path} is damaged: it is not text.") from error
    keys: dict[str, bytes] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, encoded = line.strip().partition(" ")
        try:
            key = base64.b64decode(encoded.strip(), validate=True)
        except ValueError:
            key = b""
        if len(key) != 32 or len(name.encode()) > 255:
            raise KeysUnusable(f"The key file {path} is damaged at line {number}: a name and 32 bytes in base64 are expected.")
        keys[name] = key
    index = keys.pop(INDEX, None)
    if index is None or not keys:
        raise KeysUnusable(f"The key file {path} needs a line named {INDEX} and at least one other key.")
    return Vault(keys, index)


def new_key_file(path: Path) -> None:
    """Writes a key file of fresh keys that only its owner can read; FileExistsError where one stands."""
    text = "".join(f"{name} {base64.b64encode(secrets.token_bytes(32)).decode()}\n" for name in ("k1", INDEX))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def token() -> str:
    """A fresh secret of 256 bits that fits an address or a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(value: str) -> bytes:
    """What is stored of a token: SHA-256, enough for a secret that nobody can guess."""
    return hashlib.sha256(value.encode()).digest()
