import asyncio
import html
import unicodedata
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from urllib.parse import urlencode
from uuid import UUID

import httpx
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buurtnet.kit.errors import Invalid
from buurtnet.web import forms
from buurtnet.web.forms import Form, convert_form, parse_fields
from buurtnet.web.language import speaking
from tests.web.gallery.app import Wish, create_gallery


class Colour(StrEnum):
    red = "red"
    blue = "blue"


class Everything(msgspec.Struct, frozen=True, kw_only=True):
    text: Annotated[str, msgspec.Meta(min_length=2, max_length=10)]
    note: Annotated[str, msgspec.Meta(max_length=5)] | None = None
    colour: Colour
    number: Annotated[int, msgspec.Meta(ge=1, le=9)] = 3
    share: float | None = None
    day: date | None = None
    who: UUID | None = None
    yes: bool = False
    several: Annotated[list[Literal["a", "b", "c"]], msgspec.Meta(max_length=2)] = []
    free: str = ""


RIGHT = {"text": ["hallo"], "colour": ["red"]}


def wrong(**fields: list[str]) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        convert_form(RIGHT | fields, Everything)
    return caught.value.errors


def test_a_right_form_becomes_a_struct() -> None:
    made = convert_form(
        RIGHT
        | {"note": ["x"], "number": ["4"], "share": ["0.5"], "day": ["2026-11-21"], "yes": ["on"], "several": ["a", "b"], "other": ["?"]},
        Everything,
    )
    assert made == Everything(
        text="hallo", note="x", colour=Colour.red, number=4, share=0.5, day=date(2026, 11, 21), yes=True, several=["a", "b"]
    )


def test_what_is_empty_takes_the_default_and_what_must_be_there_is_asked_for() -> None:
    assert convert_form(RIGHT | {"note": [""], "number": [""], "several": [""], "yes": ["no"]}, Everything) == Everything(
        text="hallo", colour=Colour.red
    )
    assert wrong(text=[""], colour=[]) == {"text": forms.REQUIRED, "colour": forms.CHOOSE}


@pytest.mark.parametrize(
    ("field", "values", "text", "filling"),
    [
        ("text", ["x"], forms.TOO_SHORT, {"least": 2}),
        ("text", ["x" * 11], forms.TOO_LONG, {"most": 10}),
        ("note", ["x" * 6], forms.TOO_LONG, {"most": 5}),
        ("free", ["x" * 4001], forms.TOO_LONG, {"most": 4000}),
        ("text", ["ha\x00llo"], forms.BAD_SIGN, {}),
        ("colour", ["green"], forms.NO_CHOICE, {}),
        ("number", ["0"], forms.TOO_LOW, {"least": 1}),
        ("number", ["10"], forms.TOO_HIGH, {"most": 9}),
        ("number", ["vier"], forms.NO_NUMBER, {}),
        ("number", ["9" * 5000], forms.NO_NUMBER, {}),
        ("share", ["nan"], forms.NO_NUMBER, {}),
        ("share", ["inf"], forms.NO_NUMBER, {}),
        ("day", ["yesterday"], forms.NO_DAY, {}),
        ("day", ["2026-02-30"], forms.NO_DAY, {}),
        ("who", ["not-an-id"], forms.NO_CHOICE, {}),
        ("yes", ["perhaps"], forms.NO_CHOICE, {}),
        ("several", ["a", "z"], forms.NO_CHOICE, {}),
        ("several", ["a", "b", "c"], forms.TOO_MANY, {"most": 2}),
    ],
)
def test_each_field_says_in_plain_words_what_is_wrong(field: str, values: list[str], text: str, filling: dict) -> None:
    errors = wrong(**{field: values})
    assert errors == {field: text}
    assert getattr(errors[field], "values", {}) == filling


def test_all_wrong_fields_are_named_at_once() -> None:
    assert set(wrong(text=[], colour=["x"], number=["x"], day=["x"])) == {"text", "colour", "number", "day"}


def test_bodies_that_cannot_be_read_are_refused() -> None:
    assert parse_fields(b"a=+%C3%A9%0D%0Ax+&a=2&b=") == {"a": ["é\nx", "2"], "b": [""]}
    for body in (b"a=%FF", b"a=\xff", b"&".join(b"a=1" for _ in range(300)), b"a=" + b"x" * 70_000):
        with pytest.raises(Invalid) as caught:
            parse_fields(body)
        assert set(caught.value.errors) == {""}


def test_a_form_keeps_what_was_typed_and_says_what_is_wrong() -> None:
    form = Form(typed={"a": ["1", "2"]}, errors={"a": forms.Wrong(forms.TOO_LONG, most=5)}, sent=True)
    assert (form.value("a"), form.values("a"), form.value("b", "x"), form.values("b", ["x"])) == ("2", ["1", "2"], "", [])
    with speaking("en"):
        assert form.error("a") == "This is too long. Write at most 5 signs."
        assert form.said() == [("a", "This is too long. Write at most 5 signs.")]
    assert Form().value("a", "x") == "x"
    assert Form.filled(Everything(text="hallo", colour=Colour.blue, several=["a"], yes=True)).typed["several"] == ["a"]
    assert Form.filled({"yes": False, "none": None}).typed == {"yes": ["no"], "none": []}


fields = st.dictionaries(st.sampled_from([*Everything.__struct_fields__, "other"]), st.lists(st.text(max_size=30), max_size=4))


@given(fields)
def test_no_form_whatever_is_typed_fails_otherwise_than_by_refusal(typed: dict[str, list[str]]) -> None:
    try:
        assert isinstance(convert_form(typed, Everything), Everything)
    except Invalid as refusal:
        assert refusal.errors
        assert all(isinstance(text, str) and text for text in refusal.errors.values())


@given(st.binary(max_size=300))
def test_no_body_fails_otherwise_than_by_refusal(body: bytes) -> None:
    try:
        parse_fields(body)
    except Invalid as refusal:
        assert refusal.errors[""]


async def send(body: bytes, language: str) -> httpx.Response:
    transport = httpx.ASGITransport(GALLERY, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as browser:
        return await browser.post(
            "/form", content=body, headers={"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": language}
        )


GALLERY = create_gallery()


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.sampled_from(Wish.__struct_fields__), st.text(st.characters(exclude_categories=("Cs",)), max_size=60), max_size=7),
    st.sampled_from(["nl", "fr", "ar", "en"]),
)
def test_a_sent_form_never_breaks_the_page_and_comes_back_with_what_was_typed(typed: dict[str, str], language: str) -> None:
    answer = asyncio.run(send(urlencode(typed).encode(), language))
    assert answer.status_code in (200, 422)
    if answer.status_code == 422:
        assert f'<html lang="{language}"' in answer.text
        assert "data-focus" in answer.text
        kept = answer.text.split("<textarea")[1].split("</textarea>")[0].split(">", 1)[1].removeprefix("\n")
        assert html.unescape(kept) == unicodedata.normalize("NFC", typed.get("text", "").replace("\r\n", "\n").replace("\r", "\n")).strip()


async def test_hostile_and_foreign_input_is_shown_as_text(gallery: httpx.AsyncClient) -> None:
    answer = await gallery.post("/form", data={"text": "<script>alert(1)</script>", "contact": '"><img src=x>'})
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert "<img" not in answer.text
    for body, kind in (
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b'{"text": 1}', "application/json"),
        (b"--x", "multipart/form-data; boundary=x"),
    ):
        answer = await gallery.post("/form", content=body, headers={"Content-Type": kind})
        assert answer.status_code == 422
        assert "We could not read this form" in answer.text or "lang=" in answer.text
