"""The Jinja environment over the templates of all slices: pages, mail and text messages."""

import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache, lru_cache
from gettext import NullTranslations
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import (
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    pass_context,
    pass_eval_context,
    select_autoescape,
)
from jinja2.bccache import Bucket
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from markupsafe import Markup, escape

from buurtnet.kit.ids import new_id
from buurtnet.web.language import (
    catalogue,
    current_language,
    say_ago,
    say_day,
    say_list,
    say_moment,
    say_number,
    say_time,
    speaking,
    translate,
    translate_many,
)

SLICES = Path(__file__).parent.parent
STATIC = Path(__file__).parent / "static"


@cache
def _manifest() -> dict[str, str]:
    try:
        return msgspec.json.decode((STATIC / "manifest.json").read_bytes(), type=dict[str, str])
    except FileNotFoundError:
        return {}


def asset(name: str) -> str:
    """The address of a built asset by its source name."""
    return f"/static/{_manifest().get(name, name)}"


def isolate(value: object, language: str | None = None) -> Markup:
    """The name, number or phone isolated from the direction of the text around it; of somebody's words also in what language they are."""
    return Markup('<bdi lang="%s">%s</bdi>') % (language, value) if language else Markup("<bdi>%s</bdi>") % escape(value)


def isolate_each(words: Iterable[object]) -> str:
    """The names in a row, each isolated, with the comma of the language between them."""
    return Markup(current_language().comma).join(map(isolate, words))


def say_own(texts: Mapping[str, str]) -> str:
    """A text that an installation gives by language: the reader's, else English or the first there is, which then says what language it is."""
    own = current_language().code
    if own in texts or not texts:
        return texts.get(own, "")
    code = "en" if "en" in texts else next(iter(texts))
    return isolate(texts[code], code)


@lru_cache(maxsize=30_000)
def _read(texts: NullTranslations, text: str, escaping: bool, alone: bool) -> str:
    """The text in a language, as markup where the template escapes; `alone` where nothing is to be filled in."""
    said = texts.gettext(text)
    ready = Markup(said) if escaping else said
    return ready % {} if alone else ready


@pass_eval_context
def _say(context: EvalContext, text: str, /, **values: object) -> str:
    """What `_` and `trans` of a template say: a page says a hundred texts, so each is looked up and made markup once."""
    said = _read(catalogue(current_language().code), text, bool(context.autoescape), not values)
    return said % values if values else said


def _at_render(say: Callable[[Any], str]) -> Any:
    """The filter, kept from being worked out once at compilation in whatever language was spoken then."""

    @pass_context
    def said(context: Context, value: Any) -> str:
        return say(value)

    return said


class KeptTemplates(FileSystemBytecodeCache):
    """Compiled templates, kept where Python keeps this module compiled, and wherever it may: whoever comes first to a page after a start does not
    wait for what was compiled before. A template that changed, or the environment below, is compiled anew."""

    def __init__(self) -> None:
        super().__init__(str(Path(cache_from_source(__file__)).parent))
        self._made_by = Path(__file__).read_text()

    def get_source_checksum(self, source: str) -> str:
        return super().get_source_checksum(self._made_by + source)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                super().dump_bytecode(bucket)


@cache
def environment() -> Environment:
    """The Jinja environment: one prefix per slice, undefined names refused, HTML escaped, texts in the current language."""
    slices = {folder.parent.name: FileSystemLoader(folder) for folder in SLICES.glob("*/templates")}
    made = Environment(
        loader=PrefixLoader(slices),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html",), default=False),
        extensions=("jinja2.ext.i18n",),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=KeptTemplates(),
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(translate, translate_many, newstyle=True)  # type: ignore[attr-defined]
    said = {
        "day": say_day,
        "time": say_time,
        "moment": say_moment,
        "number": say_number,
        "ago": say_ago,
        "listed": say_list,
        "own": say_own,
    }
    for name, say in said.items():
        made.filters[name] = _at_render(say)
    made.filters["bdi"] = isolate
    made.globals.update(_=_say, gettext=_say, asset=asset, once=lambda: str(new_id()))  # type: ignore[arg-type]
    return made


def render_text(template: str, language: str | None, /, **context: Any) -> str:
    """The template in the given language, outside any request: mail, text messages, printed sheets made by a job. It may read `language`."""
    with speaking(language) as spoken:
        return environment().get_template(template).render(language=spoken, **context)


def render_part(template: str, language: str | None, /, **context: Any) -> Markup:
    """The same as a part of a page that is in another language; the template escapes what somebody typed."""
    return Markup(render_text(template, language, **context))


def compile_templates() -> None:
    """Compiles the templates of all slices ahead, for an image in which nothing can be kept later."""
    for name in environment().list_templates():
        environment().get_template(name)
