"""Writing a GeoPackage: GDAL writes the layers, SQLite what QGIS and people read beside them. For a process apart: both are heavy.

Source: OGC 12-128r18 (GeoPackage 1.3), its extensions Schema and Metadata; the table `layer_styles` as QGIS keeps it.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyogrio
import pyogrio.raw

from buurtnet.downloads.rules.columns import KEY, list_flow_rows, list_rows, list_tables
from buurtnet.downloads.schemas import FLOWS, LAYERS, Column, Edition, Row
from buurtnet.network.schemas import Mark

CRS = "EPSG:31370"
"""Belgian Lambert 72: north is up, and it lies on the official maps of Belgium (decision 24)."""
GEOMETRY = "geom"
VERSION = "1.3"
"""Of GeoPackage: the newest that QGIS 3.22 reads without a warning."""
KINDS: dict[str, Any] = {"text": object, "int": np.int64, "real": np.float64}
QGIS = "http://mrcc.com/qgis.dtd"
MARKS = "mark"
"""The name of the list of marks, of which the columns of marks hold one each."""


class StoredStyle(msgspec.Struct, frozen=True):
    """A row of `layer_styles`."""

    layer: str
    name: str
    qml: str
    sld: str
    default: bool
    about: str


class Named(msgspec.Struct, frozen=True):
    """A column's alias, and what is to be known of it."""

    alias: str
    title: str
    about: str


class Texts(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the file beside the layers."""

    facts: dict[str, str]
    """What the file says of itself, for every reader of metadata."""
    titles: dict[str, str]
    about: str
    """What the layers are, in a few sentences."""
    metadata: dict[str, str]
    """The same for QGIS, as QML."""
    columns: dict[str, Named]
    marks: dict[Mark, str]
    styles: list[StoredStyle]
    code_book: list[Sequence[Any]]
    """Its head and its rows."""


def write_geopackage(path: Path, edition: Edition, texts: Texts) -> None:
    """Writes the file anew; the same edition gives the same bytes."""
    moment = f"{edition.published_at:%Y-%m-%dT%H:%M:%S.000Z}"
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment})
    for layer in edition.layers:
        _write_layer(
            path,
            LAYERS[layer.kind],
            "MultiPolygon",
            [place.ground for place in layer.places],
            list_rows(layer, edition.as_of),
            edition,
            texts,
        )
    _write_layer(
        path, FLOWS, "LineString", [flow.ground for flow in edition.flows], list_flow_rows(edition.flows, edition.as_of), edition, texts
    )
    with closing(sqlite3.connect(path)) as db:
        with db:
            _write_code_book(db, texts.code_book, moment)
            _write_columns(db, list_tables(edition), texts)
            _write_styles(db, texts.styles, moment)
            _write_metadata(db, texts, moment)
        db.execute("vacuum")


def _write_layer(path: Path, name: str, shape: str, shapes: list[bytes], rows: list[Row], edition: Edition, texts: Texts) -> None:
    columns = list_tables(edition)[name]
    values, masks = zip(*(_fill(column, [row[at] for row in rows]) for at, column in enumerate(columns)), strict=True)
    pyogrio.raw.write(
        str(path),
        np.array(shapes, dtype=object),
        list(values),
        [column.name for column in columns],
        field_mask=list(masks),
        layer=name,
        driver="GPKG",
        geometry_type=shape,
        crs=CRS,
        append=path.exists(),
        dataset_metadata=texts.facts,
        dataset_options={"VERSION": VERSION},
        layer_options={
            "FID": KEY.name,
            "GEOMETRY_NAME": GEOMETRY,
            "IDENTIFIER": texts.titles[name],
            "DESCRIPTION": texts.about,
        },
    )


def _fill(column: Column, values: Sequence[Any]) -> tuple[Any, Any]:
    """The column as an array, and where it has no value."""
    missing = np.array([value is None for value in values], dtype=bool)
    empty: Any = None if column.kind == "text" else 0
    return np.array([empty if value is None else value for value in values], dtype=KINDS[column.kind]), missing


def _add_table(db: sqlite3.Connection, name: str, description: str, moment: str) -> None:
    row = (name, "attributes", name, description, moment)
    db.execute("insert into gpkg_contents (table_name, data_type, identifier, description, last_change) values (?, ?, ?, ?, ?)", row)


def _write_code_book(db: sqlite3.Connection, rows: Sequence[Sequence[Any]], moment: str) -> None:
    head, *told = rows
    columns = ", ".join(f'"{name}" text' for name in head)
    db.execute(f"create table code_book (fid integer primary key autoincrement not null, {columns})")
    names = ", ".join(f'"{name}"' for name in head)
    db.executemany(f"insert into code_book ({names}) values ({', '.join('?' * len(head))})", told)
    _add_table(db, "code_book", "What each column says", moment)


def _write_columns(db: sqlite3.Connection, tables: Mapping[str, Sequence[Column]], texts: Texts) -> None:
    """The extension Schema: GDAL and QGIS take `name` for the alias of the field."""
    db.execute(
        "create table gpkg_data_columns (table_name text not null, column_name text not null, name text, title text, description text,"
        " mime_type text, constraint_name text, constraint pk_gdc primary key (table_name, column_name),"
        " constraint gdc_tn unique (table_name, name))"
    )
    db.execute(
        "create table gpkg_data_column_constraints (constraint_name text not null, constraint_type text not null, value text, min numeric,"
        " min_is_inclusive boolean, max numeric, max_is_inclusive boolean, description text,"
        " constraint gdcc_ntv unique (constraint_name, constraint_type, value))"
    )
    for table, columns in tables.items():
        rows = [
            (table, column.name, said.alias, said.title, said.about, MARKS if column.part == MARKS else None)
            for column in columns
            if (said := texts.columns[column.name])
        ]
        insert = (
            "insert into gpkg_data_columns (table_name, column_name, name, title, description, constraint_name) values (?, ?, ?, ?, ?, ?)"
        )
        db.executemany(insert, rows)
    listed = [(MARKS, "enum", mark.value, text) for mark, text in texts.marks.items()]
    insert = "insert into gpkg_data_column_constraints (constraint_name, constraint_type, value, description) values (?, ?, ?, ?)"
    db.executemany(insert, listed)
    definition = "http://www.geopackage.org/spec121/#extension_schema"
    for table in ("gpkg_data_columns", "gpkg_data_column_constraints"):
        row = (table, None, "gpkg_schema", definition, "read-write")
        db.execute("insert into gpkg_extensions values (?, ?, ?, ?, ?)", row)


def _write_styles(db: sqlite3.Connection, styles: Sequence[StoredStyle], moment: str) -> None:
    db.execute(
        "create table layer_styles (id integer primary key autoincrement not null, f_table_catalog text(256), f_table_schema text(256),"
        " f_table_name text(256), f_geometry_column text(256), styleName text(60), styleQML text, styleSLD text, useAsDefault boolean,"
        " description text, owner text(30), ui text(30), update_time datetime default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')))"
    )
    insert = (
        "insert into layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, styleSLD,"
        " useAsDefault, description, owner, update_time) values ('', '', ?, ?, ?, ?, ?, ?, ?, 'Buurtnet', ?)"
    )
    db.executemany(insert, [(one.layer, GEOMETRY, one.name, one.qml, one.sld, one.default, one.about, moment) for one in styles])
    _add_table(db, "layer_styles", "Styles for QGIS (QML) and other programs (SLD)", moment)


def _write_metadata(db: sqlite3.Connection, texts: Texts, moment: str) -> None:
    """The extension Metadata, beside what GDAL wrote of the whole file: each fact as text, and for each layer what QGIS shows of it."""
    add = "insert into gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata) values (?, ?, ?, ?)"
    refer = (
        "insert into gpkg_metadata_reference (reference_scope, table_name, column_name, row_id_value, timestamp, md_file_id, md_parent_id)"
        " values (?, ?, null, null, ?, ?, null)"
    )
    told = "\n".join(f"{name}: {text}" for name, text in texts.facts.items())
    whole = db.execute(add, ("dataset", "http://purl.org/dc/terms/", "text/plain", told))
    db.execute(refer, ("geopackage", None, moment, whole.lastrowid))
    for layer, text in texts.metadata.items():
        own = db.execute(add, ("dataset", QGIS, "text/xml", text))
        db.execute(refer, ("table", layer, moment, own.lastrowid))
    db.execute("update gpkg_metadata_reference set timestamp = ?", (moment,))
