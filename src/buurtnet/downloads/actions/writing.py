"""All files of an edition. It runs in a process apart: it takes GDAL, NumPy and the texts of three languages into memory."""

import gzip
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from buurtnet.downloads.actions import wording
from buurtnet.downloads.actions.geopackage import Named, StoredStyle, Texts, write_geopackage
from buurtnet.downloads.rules.columns import FLOW_COLUMNS, file_name, list_columns, list_tables
from buurtnet.downloads.rules.formulas import BOOTSTRAP, FORMULAS, INTERVALS
from buurtnet.downloads.rules.qml import make_metadata, make_qml
from buurtnet.downloads.rules.sld import make_sld
from buurtnet.downloads.rules.styles import Style
from buurtnet.downloads.rules.texts import (
    Words,
    list_flow_lines,
    list_long,
    list_wide,
    write_csv,
    write_flows,
    write_geojson,
    write_spreadsheet,
)
from buurtnet.downloads.rules.told import LAYER_NAMES, LICENCE, LICENCE_ADDRESS, SHORT_RULE
from buurtnet.downloads.schemas import FLOWS, LAYERS, Column, Edition, Format, Layer, Made, Part, Said
from buurtnet.network.schemas import ABOUT, Mark

CODE_BOOK = (
    *("column", "layers", "label_nl", "label_fr", "label_en", "text_nl", "text_fr", "text_en"),
    *("unit", "least", "most", "window_months", "formula", "interval"),
)
"""The head of the code book. Lines that begin with `about:` are about the files as a whole, those with `mark:` about the marks."""
BLANK = ("",) * 6


class Book(msgspec.Struct, frozen=True):
    """What is said in words of the columns, the marks and the files."""

    columns: dict[str, Column]
    labels: dict[str, Said]
    texts: dict[str, Said]
    marks: dict[Mark, Said]
    facts: dict[str, Said | str]


def write_files(edition: Edition) -> list[Made]:
    """Every file of the edition, packed."""
    book, day = _make_book(edition), edition.as_of
    lines = list(_list_lines(book, list_tables(edition)))
    made = [
        _pack(edition, Format.GEOPACKAGE, _make_geopackage(edition, book, lines)),
        _pack(edition, Format.CSV, write_csv(list_long(edition.layers, day, licence=LICENCE, rule=SHORT_RULE))),
        _pack(edition, Format.SPREADSHEET, write_spreadsheet(list_wide(edition.layers, day, _spreadsheet_words(book)))),
        _pack(edition, Format.CODE_BOOK, write_spreadsheet(lines)),
    ]
    members = _members(book)
    flows = list_flow_lines(edition.flows, day, licence=LICENCE, rule=SHORT_RULE)
    made += [
        _pack(edition, Format.CSV, write_csv(flows), FLOWS),
        _pack(edition, Format.GEOJSON, write_flows(edition.flows, day, members), FLOWS),
    ]
    return made + [_pack(edition, Format.GEOJSON, write_geojson(layer, day, members), LAYERS[layer.kind]) for layer in edition.layers]


def _pack(edition: Edition, form: Format, content: bytes, layer: str = "") -> Made:
    return Made(
        name=file_name(edition.as_of, form, layer),
        format=form,
        size=len(content),
        digest=sha256(content).hexdigest(),
        packed=gzip.compress(content, 6, mtime=0),
    )


def _make_book(edition: Edition) -> Book:
    columns = {column.name: column for table in list_tables(edition).values() for column in table}
    columns |= {name: Column(name=name, kind="text") for name in wording.LONG}
    return Book(
        columns=columns,
        labels={name: wording.name_column(column) for name, column in columns.items()},
        texts={name: wording.tell_column(column) for name, column in columns.items()},
        marks=wording.say_marks(),
        facts=wording.say_facts(edition),
    )


def _list_lines(book: Book, tables: Mapping[str, Sequence[Column]]) -> Iterable[Sequence[Any]]:
    yield CODE_BOOK
    names = {layer: {column.name for column in columns} for layer, columns in tables.items()}
    for name, fact in book.facts.items():
        said = fact if isinstance(fact, dict) else dict.fromkeys(wording.SPOKEN, fact)
        yield f"about:{name}", "", "", "", "", *(said[code] for code in wording.SPOKEN), *BLANK
    for mark, said in book.marks.items():
        yield f"mark:{mark.value}", "", "", "", "", *(said[code] for code in wording.SPOKEN), *BLANK
    for name, column in book.columns.items():
        layers = " ".join(layer for layer, own in names.items() if name in own)
        labels, texts = book.labels[name], book.texts[name]
        yield name, layers, *(labels[code] for code in wording.SPOKEN), *(texts[code] for code in wording.SPOKEN), *_reckoned(column)


def _reckoned(column: Column) -> Sequence[Any]:
    """Unit, bounds, window, formula and interval of a measure's column."""
    if column.measure is None:
        return BLANK
    about = ABOUT[column.measure]
    if column.part in (Part.MARK, Part.N):
        return "", "", "", column.window, "", ""
    formula = FORMULAS[column.measure] if column.part is Part.VALUE else ""
    interval = INTERVALS.get(column.measure, BOOTSTRAP) if column.part in (Part.LOW, Part.HIGH) else ""
    return about.unit, about.low, "" if about.high is None else about.high, column.window, formula, interval


def _spreadsheet_words(book: Book) -> Words:
    return Words(
        kind=wording.say_both(book.labels["area_kind"]),
        heads={name: wording.say_both(said) for name, said in book.labels.items()},
        kinds={kind: wording.say_both(wording.say(text)) for kind, text in LAYER_NAMES.items()},
        marks={mark: wording.say_both(said) for mark, said in book.marks.items()},
        facts={
            wording.say_both(book.labels["licence"]): LICENCE,
            wording.say_both(book.labels["rule"]): _flat(book, "suppression_rule"),
        },
    )


def _flat(book: Book, name: str) -> str:
    """A fact as one text, in Dutch and French where it differs."""
    fact = book.facts[name]
    return wording.say_both(fact) if isinstance(fact, dict) else fact


def _members(book: Book) -> dict[str, Any]:
    """What a GeoJSON file says of itself: all facts, the columns and the marks in words."""
    columns = {
        name: {"label": book.labels[name], "text": book.texts[name]} | ({"unit": ABOUT[column.measure].unit} if column.measure else {})
        for name, column in book.columns.items()
        if name not in wording.LONG
    }
    return book.facts | {"columns": columns, "marks": {mark.value: said for mark, said in book.marks.items()}}


def _make_geopackage(edition: Edition, book: Book, lines: list[Sequence[Any]]) -> bytes:
    about = " ".join(_flat(book, name) for name in ("what_it_is_not", "suppression_rule", "flows"))
    titles = {layer: wording.say_both(wording.say_title(edition, layer)) for layer in list_tables(edition)}
    aliases = {column.name: wording.say_both(book.labels[column.name]) for column in FLOW_COLUMNS}
    arrows = wording.make_flow_style(edition)
    texts = Texts(
        facts={name: _flat(book, name) for name in book.facts},
        titles=titles,
        about=about,
        metadata={layer: _describe(edition, title, about, book) for layer, title in titles.items()},
        columns={name: Named(wording.say_both(said), said["nl"], wording.say_both(book.texts[name])) for name, said in book.labels.items()},
        marks={mark: wording.say_both(said) for mark, said in book.marks.items()},
        styles=[
            *(_store(layer, style, book) for layer in edition.layers for style in wording.list_styles(edition, layer)),
            StoredStyle(FLOWS, arrows.name, make_qml(arrows, aliases), make_sld(FLOWS, arrows), arrows.default, arrows.title),
        ],
        code_book=lines,
    )
    with tempfile.TemporaryDirectory(prefix="buurtnet-") as folder:
        path = Path(folder) / file_name(edition.as_of, Format.GEOPACKAGE)
        write_geopackage(path, edition, texts)
        return path.read_bytes()


def _describe(edition: Edition, title: str, about: str, book: Book) -> str:
    return make_metadata(
        title=title,
        abstract=about,
        rights=[_flat(book, "attribution"), *(one.attribution for one in edition.boundaries)],
        licences=[f"{LICENCE} {LICENCE_ADDRESS}", *(one.licence for one in edition.boundaries)],
        links={"Buurtnet": _flat(book, "source")},
        day=_flat(book, "as_of"),
    )


def _store(layer: Layer, style: Style, book: Book) -> StoredStyle:
    """The style as both formats have it, with the fields called in its language."""
    columns = [column.name for column in list_columns(layer.kind)]
    both = style.language == wording.BOTH
    aliases = {name: wording.say_both(book.labels[name]) if both else book.labels[name][style.language] for name in columns}
    qml, sld = make_qml(style, aliases), make_sld(LAYERS[layer.kind], style)
    return StoredStyle(LAYERS[layer.kind], style.name, qml, sld, style.default, style.title)
