"""Addresses, names, codes, languages and times in their one form, whatever is typed."""

from datetime import date, timedelta
from uuid import UUID

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buurtnet.kit.errors import Invalid
from buurtnet.kit.vault import Vault
from buurtnet.people.rules import days
from buurtnet.people.rules import people as rules

VAULT = Vault({"k1": bytes(32)}, bytes(range(32)))
LOCAL = st.text("abcdefghijklmnopqrstuvwxyz0123456789._+-", min_size=1, max_size=30).filter(
    lambda text: not text.startswith(".") and not text.endswith(".") and ".." not in text
)
LABEL = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=20)


@given(st.text(max_size=400))
@settings(max_examples=300)
def test_whatever_is_typed_is_an_address_or_refused(typed: str) -> None:
    try:
        address = rules.normalise_address(typed, "BE")
    except Invalid as refusal:
        assert list(refusal.errors) == ["address"]
        return
    assert address.value.isascii() and address.value.isprintable() and " " not in address.value
    assert len(address.value) <= 254
    assert rules.normalise_address(address.value, "BE") == address


@given(LOCAL, st.lists(LABEL, min_size=1, max_size=3), st.booleans())
def test_an_email_is_found_however_it_is_written(local: str, labels: list[str], upper: bool) -> None:
    domain = ".".join([*labels, "be"])
    plain = rules.normalise_address(f"{local}@{domain}", "BE")
    other = f"  {(local.upper() if upper else local)}@{domain.upper()} "
    again = rules.normalise_address(other, "BE")
    assert again.key == plain.key and again.value.endswith(f"@{domain}")
    assert rules.address_lookup(VAULT, again) == rules.address_lookup(VAULT, plain)


@given(st.integers(min_value=0, max_value=999_999), st.sampled_from(["47", "48", "49"]), st.sampled_from(["", " ", ".", "/", "-"]))
def test_a_mobile_number_is_found_however_it_is_written(rest: int, prefix: str, between: str) -> None:
    digits = f"0{prefix}0{rest:06d}"
    if not phonenumbers.is_valid_number(phonenumbers.parse(digits, "BE")):
        return
    address = rules.normalise_address(digits, "BE")
    spaced = between.join([digits[:4], digits[4:6], digits[6:8], digits[8:]])
    assert rules.normalise_address(spaced, "BE") == address
    assert rules.normalise_address("+32" + digits[1:], "FR") == address
    assert rules.normalise_address("0032 " + digits[1:], "BE") == address
    assert address.channel == "sms" and address.value.startswith("+32")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "a@b",
        "@b.be",
        "a@@b.be",
        "a b@c.be",
        "a@b.be\r\nBcc: x@y.be",
        "a..b@c.be",
        ".a@c.be",
        "12",
        "0" * 300,
        "a" * 65 + "@b.be",
        "é@b.be",
        "<a@b.be>",
        "a@-b.be",
        "a@b.be,c@d.be",
        "02 214 12 34",
        "0900 12 345",
        "112",
        "\x00a@b.be",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        rules.normalise_address(typed, "BE")


def test_addresses_in_other_scripts() -> None:
    assert rules.normalise_address("٠٤٧٠١٢٣٤٥٦", "BE").value == "+32470123456"
    assert rules.normalise_address("amina@münchen.de", "BE").value == "amina@xn--mnchen-3ya.de"
    assert rules.normalise_phone("02 214 12 34", "BE", to_call=True).value == "+3222141234"


def test_a_masked_address_does_not_tell_it() -> None:
    assert rules.mask_address("email", "amina@example.org") == "am…@example.org"
    assert rules.mask_address("sms", "+32470123456") == "+32 … 56"


@given(st.sets(st.sampled_from(rules.LANGUAGE_CODES)))
def test_languages_as_bits_and_back(codes: set[str]) -> None:
    bits = rules.language_bits(codes)
    assert 0 <= bits < 2**63
    assert set(rules.languages_of(bits)) == codes


def test_the_places_of_languages_never_move() -> None:
    assert rules.LANGUAGE_CODES[:6] == ("nl", "fr", "en", "ar", "tr", "es")
    assert rules.language_bits(["nl", "nobody speaks this"]) == 1
    assert len(set(rules.LANGUAGE_CODES)) == len(rules.LANGUAGE_CODES)


@pytest.mark.parametrize("codes", [[], ["xx"], ["nl"] * 2 + ["klingon"], list(rules.LANGUAGE_CODES[:13])])
def test_languages_that_cannot_be_used(codes: list[str]) -> None:
    with pytest.raises(Invalid):
        rules.check_languages(codes)


def test_the_first_language_stays_first() -> None:
    assert rules.check_languages(["tr", "nl", "tr"]) == ["tr", "nl"]


@given(st.text(max_size=100))
def test_a_name_has_no_hidden_signs(typed: str) -> None:
    try:
        name = rules.clean_name(typed)
    except Invalid:
        return
    assert 1 <= len(name) <= 60 and name == name.strip()
    assert not set(name) & set("\u202e\u200b\u2066\n\t\x00")
    assert rules.clean_name(name) == name


@pytest.mark.parametrize("typed", ["", " \u200b ", "x" * 61, "bel 0470123456", "a@b.be", "https://x.be"])
def test_a_name_is_no_address(typed: str) -> None:
    with pytest.raises(Invalid):
        rules.clean_name(typed)


def test_a_code_is_derived_and_always_six_digits() -> None:
    codes = {rules.sign_in_digits(VAULT, UUID(int=n)) for n in range(200)}
    assert all(len(code) == 6 and code.isdigit() for code in codes) and len(codes) > 190
    assert rules.plain_digits(" ١٢٣-456 ") == "123456"


def test_a_card_code_is_read_with_spaces_and_small_letters() -> None:
    assert rules.plain_card_code(" abcd-efgh ") == "ABCDEFGH"
    assert rules.plain_card_code("ABCD EFG0") == "" and rules.plain_card_code("ABC") == ""


@pytest.mark.parametrize("pin", [[], [1, 2, 3], [0, 1, 2, 3], [1, 2, 3, 13], [1, 2, 3, 4, 5]])
def test_four_pictures_are_four(pin: list[int]) -> None:
    with pytest.raises(Invalid):
        rules.pin_text(pin)


@given(st.sets(st.integers(0, 27), min_size=1))
def test_times_as_bits_and_back(places: set[int]) -> None:
    assert set(rules.slots_places(rules.slots_bits(places))) == places


def test_no_time_named_means_any_time() -> None:
    assert rules.slots_bits([]) == rules.EVERY_SLOT == rules.slots_bits(range(28)) == rules.slots_bits([99, -1])


def test_pauses_and_blocks_end() -> None:
    today = date(2026, 11, 21)
    assert days.check_pause(None, today) is None and days.check_pause(today, today) == today
    for until in (today - timedelta(days=1), today + timedelta(days=400)):
        with pytest.raises(Invalid):
            days.check_pause(until, today)
        with pytest.raises(Invalid):
            days.check_block(until, today)
    with pytest.raises(Invalid):
        days.check_block(today, today)


def test_a_session_is_long_only_on_an_own_phone() -> None:
    assert rules.session_life(stay=True, discreet=False) == rules.LONG
    assert rules.session_life(stay=True, discreet=True) == rules.session_life(stay=False, discreet=False) == rules.SHORT


def test_every_picture_has_a_name() -> None:
    from buurtnet.people.pages.words import PICTURE_NAMES

    assert len(PICTURE_NAMES) == len(rules.PICTURES) == len(set(rules.PICTURES)) == 16
