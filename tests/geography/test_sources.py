"""`geo/sources.toml`, and reading attributes as its entries say."""

import importlib.util
from pathlib import Path

import pytest

from buurtnet.geography import actions
from buurtnet.geography.rules import attributes
from buurtnet.geography.rules.naming import name_in
from buurtnet.geography.schemas import Area
from tests.geography.grounds import square


def read(source: str, **fields: list) -> list[Area]:
    """The areas of rows with these fields; each row has the same outline."""
    count = len(next(iter(fields.values())))
    return attributes.read_areas(fields, [square(0, 0)] * count, actions.find_source(source), named=source)


def test_every_source_says_whose_it_is() -> None:
    sources = actions.read_sources()
    assert {"wijken-2025", "statbel-sectors-2018", "statbel-sectors-2025", "cbs-buurten", "sample"} <= set(sources)
    for source in sources.values():
        assert source.title and source.publisher and source.licence and source.attribution and source.vintage
        assert source.code and source.name
        assert source.municipality_code or source.municipality_code_digits


def test_unknown_source_is_refused_with_the_known_ones() -> None:
    with pytest.raises(actions.SourceUnknown) as refusal:
        actions.find_source("atlantis")
    assert "wijken-2025" in str(refusal.value.values["known"])


def test_municipality_in_brackets() -> None:
    areas = read("wijken-2025", geoitem=["23096W15", "21015W901"], naam=["Zemst-Bos (buitengebied) (Zemst)", "Josaphatpark  (Schaarbeek)"])
    assert [(one.names, one.town_code, one.town_names, one.inhabited) for one in areas] == [
        ({"nl": "Zemst-Bos (buitengebied)"}, "23096", {"nl": "Zemst"}, True),
        ({"nl": "Josaphatpark"}, "21015", {"nl": "Schaarbeek"}, False),
    ]


def test_merged_municipality_has_one_code() -> None:
    """Kruisem came from two municipalities whose codes still stand in the file."""
    areas = read("wijken-2025", geoitem=["45017W1", "45057W1", "45017W2"], naam=["A (Kruisem)", "B (Kruisem)", "C"])
    assert [one.town_code for one in areas] == ["45017"] * 3
    assert areas[2].town_names == {"nl": "Kruisem"}, "another row of the same code gives the name"


def test_name_without_municipality_anywhere() -> None:
    (only,) = read("wijken-2025", geoitem=["99001W1"], naam=["Ergens"])
    assert (only.names, only.town_code, only.town_names) == ({"nl": "Ergens"}, "99001", {"nl": "99001"})


@pytest.mark.parametrize(
    ("source", "fields"),
    [
        (
            "statbel-sectors-2018",
            ("cd_sector", "tx_sector_descr_nl", "tx_sector_descr_fr", "cd_munty_refnis", "tx_munty_descr_nl", "tx_munty_descr_fr"),
        ),
        ("statbel-sectors-2018", ("CS01012021", "T_SEC_NL", "T_SEC_FR", "CNIS5_2021", "T_MUN_NL", "T_MUN_FR")),
        ("statbel-sectors-2025", ("CS01012025", "T_SEC_NL", "T_SEC_FR", "CNIS5_2025", "T_MUN_NL", "T_MUN_FR")),
    ],
)
def test_statbel_in_both_vintages(source: str, fields: tuple[str, ...]) -> None:
    row = ("21015A00-", "COLIGNON", "COLLIGNON", 21015, "Schaarbeek", "Schaerbeek")
    (only,) = read(source, **{field: [value] for field, value in zip(fields, row, strict=True)})
    assert only.code == "21015A00-"
    assert only.names == {"nl": "COLIGNON", "fr": "COLLIGNON"}
    assert (only.town_code, only.town_names) == ("21015", {"nl": "Schaarbeek", "fr": "Schaerbeek"})


def test_cbs_water_and_withheld_numbers() -> None:
    areas = read(
        "cbs-buurten",
        buurtcode=["BU00030000", "BU00030001", "BU00030002", "BU00030003"],
        buurtnaam=["Centrum", "Plas", "Klein", "Leeg"],
        gemeentecode=["GM0003"] * 4,
        gemeentenaam=["Appingedam"] * 4,
        water=["NEE", "JA", "NEE", "NEE"],
        aantal_inwoners=[2365, 0, -99997, 0],
    )
    assert [(one.code, one.population, one.inhabited) for one in areas] == [
        ("BU00030000", 2365, True),
        ("BU00030002", None, True),
        ("BU00030003", 0, False),
    ]


def test_missing_field_names_what_is_missing_and_what_is_there() -> None:
    with pytest.raises(attributes.FieldsMissing) as refusal:
        read("wijken-2025", code=["1"], naam=["A"])
    assert refusal.value.values == {"missing": "geoitem", "source": "wijken-2025", "fields": "code, naam"}


@pytest.mark.parametrize("code", [None, "", "  ", float("nan")])
def test_row_without_code_is_refused(code: object) -> None:
    with pytest.raises(attributes.CodeMissing):
        read("wijken-2025", geoitem=["1", code], naam=["A", "B"])


def test_missing_name_is_the_code() -> None:
    assert read("sample", code=["X1"], name_nl=[None], municipality_code=["1"], kind=["residential"])[0].names == {"nl": "X1"}


def test_name_in_the_readers_language() -> None:
    names = {"nl": "Noordwijk", "fr": "Quartier Nord"}
    assert name_in(names, "fr") == "Quartier Nord"
    assert name_in(names, "ar") == "Quartier Nord · Noordwijk"
    assert name_in({"nl": "Dailly", "fr": "Dailly"}, "en") == "Dailly"


def test_sample_file_is_what_the_script_draws() -> None:
    script = Path(actions.GEO / "sample" / "draw.py")
    spec = importlib.util.spec_from_file_location("draw", script)
    assert spec and spec.loader
    draw = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(draw)
    assert draw.write_map() == (actions.GEO / "sample" / "schaarbeek.geojson").read_text(encoding="utf-8")
