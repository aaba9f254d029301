"""Forms: what a person typed, read into a Struct, with an answer for each field that is not right and nothing lost."""

import math
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from msgspec import inspect

from buurtnet.kit.errors import Invalid
from buurtnet.kit.text import N_
from buurtnet.web.language import _

T = TypeVar("T", bound=msgspec.Struct)
MOST_BYTES = 65_536
MOST_FIELDS = 200
LONGEST = 4_000
"""Signs in a text whose field names no limit of its own."""

REQUIRED = N_("Please fill this in.")
CHOOSE = N_("Please choose one.")
TOO_LONG = N_("This is too long. Write at most %(most)s signs.")
TOO_SHORT = N_("This is too short. Write at least %(least)s signs.")
TOO_FEW = N_("Please choose at least %(least)s.")
TOO_MANY = N_("Please choose at most %(most)s.")
NO_CHOICE = N_("Please choose one of the answers.")
NO_NUMBER = N_("Please write a number here.")
TOO_LOW = N_("This must be %(least)s or more.")
TOO_HIGH = N_("This must be %(most)s or less.")
NO_DAY = N_("Choose a day, or write it as 2026-11-28.")
NOT_RIGHT = N_("This does not look right. Please look at it again.")
BAD_SIGN = N_("There is a sign in it that we cannot keep. Please take it out.")
UNREADABLE = N_("We could not read this form. Please try again.")
TOO_MUCH = N_("This form is too long. Please write less.")

YES, NO = frozenset({"yes", "on", "true", "1"}), frozenset({"no", "off", "false", "0"})
LISTS = (inspect.ListType, inspect.SetType, inspect.FrozenSetType, inspect.VarTupleType)


class Wrong(str):
    """A msgid that says what is wrong, with the values of its placeholders."""

    __slots__ = ("values",)
    values: dict[str, Any]

    def __new__(cls, text: str, **values: Any) -> "Wrong":
        """The sentence with its values, to be translated where it is shown."""
        made = super().__new__(cls, text)
        made.values = values
        return made


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in a form when its page is shown: empty, filled with what is stored, or as somebody sent it, with what is wrong."""

    typed: dict[str, list[str]] = {}
    errors: dict[str, str] = {}
    sent: bool = False
    """Whether `typed` is all there is, so that a box that is not in it is not ticked."""
    filling: dict[str, Any] = {}

    def value(self, name: str, default: Any = "") -> Any:
        """What was typed in the field, or the default where the form was not sent."""
        return self.typed[name][-1] if self.typed.get(name) else ("" if self.sent else default)

    def values(self, name: str, default: Sequence[Any] = ()) -> Sequence[Any]:
        """All that was chosen in the field, or the default where the form was not sent."""
        return self.typed.get(name, [] if self.sent else default)

    def error(self, name: str) -> str | None:
        """What is wrong with the field, in the reader's language."""
        text = self.errors.get(name)
        return None if text is None else _(text, **{**self.filling, **getattr(text, "values", {})})

    def said(self) -> list[tuple[str, str]]:
        """Everything that is wrong: the field's name ("" for the whole form) and the sentence."""
        return [(name, self.error(name) or "") for name in self.errors]

    @classmethod
    def filled(cls, source: msgspec.Struct | Mapping[str, Any]) -> "Form":
        """A form filled with what is stored, to be changed; a Struct's fields or a mapping's keys are the names."""
        plain = msgspec.to_builtins(source, str_keys=True)
        return cls(typed={name: _as_typed(value) for name, value in plain.items()}, sent=True)


def _as_typed(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    return [str(item) for item in value] if isinstance(value, list | tuple | set | frozenset) else [str(value)]


async def read_form(request: Request, kind: type[T]) -> T:
    """The sent form as a Struct of the kind; Invalid with a sentence for each field that is missing or wrong."""
    return convert_form(await _read_fields(request), kind)


async def typed_form(request: Request, refusal: Invalid | None = None) -> Form:
    """What was typed, to show the form again; with what the refusal says is wrong. Never refuses itself."""
    errors = dict(refusal.errors or {"": refusal.text}) if refusal is not None else {}
    try:
        typed = await _read_fields(request)
    except Invalid as unreadable:
        return Form(errors=unreadable.errors | errors, sent=True)
    return Form(typed=typed, errors=errors, sent=True, filling=refusal.values if refusal is not None else {})


async def _read_fields(request: Request) -> dict[str, list[str]]:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in ("", "application/x-www-form-urlencoded"):
        raise Invalid({"": UNREADABLE})
    return parse_fields(await request.body())


def parse_fields(body: bytes) -> dict[str, list[str]]:
    """The fields of a URL-encoded body, trimmed and in one Unicode form; Invalid where it is too big or not UTF-8."""
    if len(body) > MOST_BYTES:
        raise Invalid({"": TOO_MUCH})
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Invalid({"": UNREADABLE}) from None
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(_tidy(value))
    return fields


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def convert_form(fields: Mapping[str, Sequence[str]], kind: type[T]) -> T:
    """The fields as a Struct of the kind; Invalid with a sentence for each field that is missing or wrong."""
    found: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for field in _fields_of(kind):
        given = [value for value in fields.get(field.form_name, ()) if value != ""]
        try:
            value = _convert_field(field, given)
        except _Fault as fault:
            errors[field.form_name] = fault.wrong
            continue
        if value is not msgspec.UNSET:
            found[field.name] = value
    if errors:
        raise Invalid(errors)
    try:
        return kind(**found)
    except (ValueError, TypeError):
        raise Invalid({"": NOT_RIGHT}) from None


class _Fault(Exception):
    def __init__(self, wrong: str) -> None:
        self.wrong = wrong


class _Field(msgspec.Struct, frozen=True):
    """One field of a Struct, as the reader of forms needs it."""

    name: str
    form_name: str
    annotation: Any
    kind: Any
    optional: bool
    required: bool


@cache
def _fields_of(kind: type[msgspec.Struct]) -> tuple[_Field, ...]:
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    annotations = {field.name: field.type for field in msgspec.structs.fields(kind)}
    made: list[_Field] = []
    for field in info.fields:
        kinds = field.type.types if isinstance(field.type, inspect.UnionType) else (field.type,)
        inner = [one.type if isinstance(one, inspect.Metadata) else one for one in kinds if not isinstance(one, inspect.NoneType)]
        made.append(_Field(field.name, field.encode_name, annotations[field.name], inner[0], len(inner) < len(kinds), field.required))
    return tuple(made)


def _convert_field(field: _Field, given: list[str]) -> Any:
    """The value of one field, UNSET where its default holds."""
    if any("\x00" in value for value in given):
        raise _Fault(BAD_SIGN)
    if isinstance(field.kind, LISTS):
        return _convert(field, given) if given or field.required else msgspec.UNSET
    if not given:
        if not field.required:
            return msgspec.UNSET
        if field.optional:
            return None
        raise _Fault(REQUIRED if isinstance(field.kind, inspect.StrType) else CHOOSE)
    value: Any = given[-1]
    if isinstance(field.kind, inspect.BoolType):
        if value.lower() not in YES | NO:
            raise _Fault(NO_CHOICE)
        return value.lower() in YES
    if isinstance(field.kind, inspect.StrType) and field.kind.max_length is None and len(value) > LONGEST:
        raise _Fault(Wrong(TOO_LONG, most=LONGEST))
    return _convert(field, value)


def _convert(field: _Field, value: Any) -> Any:
    try:
        made = msgspec.convert(value, field.annotation, strict=False)
    except msgspec.ValidationError as error:
        raise _Fault(_explain(field, str(error))) from None
    if isinstance(made, float) and not math.isfinite(made):
        raise _Fault(NO_NUMBER)
    return made


def _explain(field: _Field, message: str) -> str:
    """The sentence that says to people what msgspec says to programs."""
    kind: Any = field.kind
    if isinstance(kind, LISTS) and "$[" not in message:
        few = "length >=" in message
        return Wrong(TOO_FEW, least=kind.min_length) if few else Wrong(TOO_MANY, most=kind.max_length)
    if isinstance(kind, inspect.StrType):
        if "length <=" in message:
            return Wrong(TOO_LONG, most=kind.max_length)
        return Wrong(TOO_SHORT, least=kind.min_length) if "length >=" in message else NOT_RIGHT
    if isinstance(kind, inspect.IntType | inspect.FloatType):
        if ">" in message:
            return Wrong(TOO_LOW, least=kind.ge if kind.ge is not None else kind.gt)
        return Wrong(TOO_HIGH, most=kind.le if kind.le is not None else kind.lt) if "<" in message else NO_NUMBER
    if isinstance(kind, inspect.DateType | inspect.DateTimeType | inspect.TimeType):
        return NO_DAY
    return NO_CHOICE
