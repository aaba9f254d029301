import os
import stat
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buurtnet.kit.vault import KeysUnusable, Vault, new_key_file, read_vault, token, token_hash

VAULT = Vault({"k1": bytes(range(32))}, bytes(32))


@given(st.binary(max_size=300), st.uuids())
def test_what_is_sealed_opens_only_at_its_place(plain: bytes, row_id) -> None:
    sealed = VAULT.seal(plain, "contact", "sealed", row_id)
    assert VAULT.open(sealed, "contact", "sealed", row_id) == plain
    assert plain not in sealed or len(plain) < 4
    for place in (("contact", "sealed", uuid4()), ("message", "sealed", row_id), ("contact", "body", row_id)):
        with pytest.raises(ValueError, match="changed or moved"):
            VAULT.open(sealed, *place)


@given(st.binary(min_size=1, max_size=60), st.integers(0))
def test_a_changed_byte_does_not_open(plain: bytes, where: int) -> None:
    sealed = bytearray(VAULT.seal(plain, "t", "c", 1))
    sealed[where % len(sealed)] ^= 1
    with pytest.raises(ValueError):
        VAULT.open(bytes(sealed), "t", "c", 1)


def test_rotation_reads_old_values_and_knows_what_to_reseal() -> None:
    old, new = Vault({"k1": b"a" * 32}, b"i" * 32), Vault({"k2": b"b" * 32, "k1": b"a" * 32}, b"i" * 32)
    sealed = old.seal("+32470000000", "contact", "sealed", 7)
    assert new.open_text(sealed, "contact", "sealed", 7) == "+32470000000"
    assert not sealed.startswith(new.mark)
    assert new.seal("x", "contact", "sealed", 7).startswith(new.mark)
    assert old.blind("sign-in", "a@b.be") == new.blind("sign-in", "a@b.be")
    with pytest.raises(ValueError, match="not in the ring"):
        old.open(new.seal("x", "t", "c", 1), "t", "c", 1)


def test_blind_indexes_differ_by_purpose_and_key() -> None:
    other = Vault({"k1": bytes(32)}, b"x" * 32)
    assert len({VAULT.blind("a", "v"), VAULT.blind("b", "v"), VAULT.blind("a", "w"), other.blind("a", "v")}) == 4
    digits = VAULT.digits("code", "7", 6)
    assert len(digits) == 6
    assert digits.isdigit()
    assert digits == VAULT.digits("code", "7", 6) != VAULT.digits("code", "8", 6)


def test_the_key_file_is_private_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    new_key_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_vault(path).open_text(read_vault(path).seal("x", "t", "c", 1), "t", "c", 1) == "x"
    with pytest.raises(FileExistsError):
        new_key_file(path)


@pytest.mark.parametrize("text", ["", "k1 AAAA\nindex AAAA", "index " + "A" * 43 + "=", "k1 not-base64\n", "k1 " + "A" * 43 + "="])
def test_a_damaged_key_file_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys"
    path.write_text(text)
    with pytest.raises(KeysUnusable) as refusal:
        read_vault(path)
    assert str(path) in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_missing_or_binary_key_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeysUnusable, match="cannot be read"):
        read_vault(tmp_path / "none")
    (tmp_path / "keys").write_bytes(os.urandom(64) + b"\xff\xfe")
    with pytest.raises(KeysUnusable):
        read_vault(tmp_path / "keys")


def test_tokens_are_long_and_stored_as_hashes() -> None:
    assert len({token() for _ in range(50)}) == 50
    assert len(token()) >= 43
    assert len(token_hash("x")) == 32
