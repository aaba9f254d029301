"""How many people live where: tables as Statbel publishes them and plain lists, what is wrong in them, and the floor of fifty adults."""

from datetime import timedelta
from pathlib import Path

import pytest

from buurtnet.geography import actions
from buurtnet.geography.actions.counting import NotATable
from buurtnet.geography.rules import counting
from buurtnet.geography.rules.counting import ColumnsMissing, NobodyCounted, PopulationOfElsewhere, read_table
from buurtnet.geography.rules.telling import tell_count, tell_report
from buurtnet.geography.schemas import Count, Fate, Wrong
from buurtnet.kit import clock
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Refusal
from tests.geography.grounds import square, write
from tests.geography.maps import write_old

SECTORS = actions.find_source("statbel-sectors-2018")
WIJKEN = actions.find_source("wijken-2025")
STATBEL = "\ufeffCD_REFNIS|CD_SECTOR|TOTAL|DT_STRT_SECTOR|TX_DESCR_SECTOR_NL\r\n"
"""The first line of the file, with its byte order mark."""
COUNTED = "select code, population, adults, inhabited from neighbourhood where code like '99001%' and valid_to is null order by code"


def read(text: str, source: object = SECTORS) -> counting.Told:
    return read_table(text.splitlines(keepends=True), source)  # type: ignore[arg-type]


def test_a_sector_file_as_statbel_publishes_it() -> None:
    told = read(
        STATBEL
        + "21015|21015A00-|1234|2018-01-01|Sint-Servaas\r\n21015|21015A01-|0|2018-01-01|Park\r\n\r\n21015|21015ZZZZ|12|2018-01-01|\r\n"
    )
    assert told.counts == {"21015A00-": Count(1234, None), "21015A01-": Count(0, None), "21015ZZZZ": Count(12, None)}
    assert told.rows == 3
    assert (told.summed, told.doubles, told.torn, told.negative, told.no_number) == (0, [], [], [], [])


def test_ages_and_sexes_are_summed() -> None:
    told = read("CD_SECTOR|CD_SEX|CD_AGE_CL|TOTAL\nA|M|0-17|10\nA|F|0-17|12\nA|M|18+|40\nB|M|18+|7\n")
    assert told.counts == {"A": Count(62, None), "B": Count(7, None)}
    assert told.summed == 1


@pytest.mark.parametrize(
    "text",
    [
        "code;population;adults\n99001W0;100;80\n",
        "code,inwoners,volwassenen\n99001W0,100,80\n",
        "geoitem\tbevolking\tadultes\n99001W0\t100\t80\n",
        'naam,geoitem,people,ADULTS\n"Wijk, nul",99001W0,100,80\n',
        "adults|code|habitants\n80|99001W0|100\n",
    ],
)
def test_a_plain_list_needs_no_entry(text: str) -> None:
    assert read(text, WIJKEN).counts == {"99001W0": Count(100, 80)}


def test_what_is_wrong_is_told_and_not_counted() -> None:
    told = read(
        "code;population;adults\nA;100;80\nA;100;80\nB;10;8\nB;11;8\nC;-5;\nD;many;\nE;;\nF;12.5;\nG;10;11\nH;1 000;\nI;99999999999999;\nJ;7;\n;3;\nK;٣;\n",
        WIJKEN,
    )
    assert told.counts == {"A": Count(100, 80), "J": Count(7, None)}
    assert (told.doubles, told.torn) == (["A"], ["B"])
    assert told.negative == [Wrong(6, "C", "-5")]
    assert [wrong.code for wrong in told.no_number] == ["D", "E", "F", "H", "I", "K"]
    assert told.too_many_adults == [Wrong(10, "G", "11 > 10")]


def test_one_wrong_row_leaves_its_code_without_a_number() -> None:
    """Half a sum would be told as a fact."""
    assert read("CD_SECTOR|SEX|TOTAL\nA|M|10\nA|F|x\nB|M|3\n").counts == {"B": Count(3, None)}


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("A|B\n1|2\n", ColumnsMissing),
        ("", ColumnsMissing),
        ("CD_SECTOR|OTHER\n1|2\n", ColumnsMissing),
        ("CD_SECTOR|TOTAL\n\n", NobodyCounted),
    ],
)
def test_tables_that_are_none(text: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        read(text)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"A|B\n1|2\n", ColumnsMissing),
        (b"code;population\nX;12\n", PopulationOfElsewhere),
        (b"code;population\n\xff\xfe\x00;12\n", NotATable),
        (b'code;population\n99001W0;"' + b"9" * 200_000, NotATable),
        (None, actions.NoSuchFile),
    ],
)
async def test_files_that_are_refused_change_nothing(places: Db, tmp_path: Path, content: bytes | None, refusal: type[Refusal]) -> None:
    await actions.import_geography(places, write_old(tmp_path), "wijken-2025")
    table = tmp_path / "people.csv"
    if content is not None:
        table.write_bytes(content)
    before = await places.fetch(COUNTED)
    with pytest.raises(refusal) as refused:
        await actions.count_people(places, table, "wijken-2025")
    assert refused.value.text % refused.value.values
    with pytest.raises(refusal):
        await actions.import_geography(places, write_old(tmp_path), "wijken-2025", population=table)
    assert await places.fetch(COUNTED) == before
    assert await places.fetchval("select count(*) from population") == 0


def list_people(folder: Path, counts: dict[str, object]) -> Path:
    path = folder / "people.csv"
    path.write_text("\ufeffcode;population;adults\n" + "".join(f"{code};{count}\n" for code, count in counts.items()), encoding="utf-8")
    return path


async def test_people_are_counted_long_after_the_boundaries(places: Db, tmp_path: Path) -> None:
    await actions.import_geography(places, write_old(tmp_path), "wijken-2025")
    counts: dict[str, object] = {f"99001W{n}": "400;300" for n in range(9)} | {"99001W1": "0;0", "99001W2": "x;1", "77777W1": "5;5"}
    report = await actions.count_people(places, list_people(tmp_path, counts), "wijken-2025")
    found = {row["code"]: tuple(row)[1:] for row in await places.fetch(COUNTED)}
    assert found["99001W0"] == (400, 300, True)
    assert found["99001W1"] == (0, 0, False)
    assert found["99001W2"] == found["99001W9"] == (None, None, True)
    assert (report.people, report.adults, report.neighbourhoods) == (2800, 2100, 8)
    assert (report.unmatched, report.unknown, report.merged) == (["77777W1"], ["99001W2", "99001W9"], [])
    told = " ".join(tell_count(report))
    for words in ("2800 people", "1 code: 77777W1", "2 neighbourhoods: 99001W2, 99001W9", "row 4 (99001W2: x)"):
        assert words in told
    again = await actions.import_geography(places, write_old(tmp_path), "wijken-2025")
    assert {row["code"]: tuple(row)[1:] for row in await places.fetch(COUNTED)} == found
    assert again.unknown == 2
    assert "2 of them have no number of people" in " ".join(tell_report(again))
    back = await actions.count_people(places, list_people(tmp_path, {"99001W1": "60;50"}), "wijken-2025")
    assert back.merged == []
    assert (await places.fetchrow(COUNTED.replace("like '99001%'", "= '99001W1'")))["inhabited"]


async def test_too_few_adults_become_part_of_a_neighbour_whenever_it_is_told(places: Db, tmp_path: Path) -> None:
    """W1 has 49 adults and becomes part of a neighbour; a later table is summed over both codes, a later map keeps them together until there are
    fifty, and its days before stay as they were."""
    await actions.import_geography(places, write_old(tmp_path), "wijken-2025")
    today = clock.now().date()
    counts: dict[str, object] = {f"99001W{n}": "400;300" for n in range(10)} | {"99001W1": "60;49"}
    report = await actions.count_people(places, list_people(tmp_path, counts), "wijken-2025")
    assert [(one.code, one.into, one.adults) for one in report.merged] == [("99001W1", "99001W0", 49)]
    assert [(change.code, change.fate) for change in report.changes] == [("99001W1", Fate.MERGED), ("99001W0", Fate.RESHAPED)][
        : len(report.changes)
    ]
    row = await places.fetchrow("select population, adults, codes, area_m2 from neighbourhood where code = '99001W0'")
    assert tuple(row) == (460, 349, ["99001W0", "99001W1"], 500_000)
    assert await places.fetchval("select count(*) from outbox where kind = 'geography.NeighbourhoodsReplaced'") == 1
    assert await places.fetchval("select count(*) from neighbourhood_on($1::date) where code = '99001W1'", today - timedelta(1)) == 1
    assert await places.fetchval("select count(*) from neighbourhood_on($1::date) where code = '99001W1'", today) == 0
    await actions.count_people(places, list_people(tmp_path, counts | {"99001W0": "500;400"}), "wijken-2025")
    assert await places.fetchval("select population from neighbourhood where code = '99001W0'") == 560
    again = await actions.import_geography(places, write_old(tmp_path), "wijken-2025")
    assert (again.neighbourhoods, again.replaced, len(again.merged)) == (9, 0, 1)
    await actions.count_people(places, list_people(tmp_path, {"99001W1": "90;70"}), "wijken-2025")
    apart = await actions.import_geography(places, write_old(tmp_path), "wijken-2025")
    assert (apart.neighbourhoods, apart.merged) == (10, [])


async def test_population_comes_with_the_boundaries(places: Db, tmp_path: Path) -> None:
    path = write(
        tmp_path / "sectors.gpkg",
        [square(n, 0) for n in range(3)],
        cd_sector=["99001A0", "99001A1", "99001A2"],
        tx_sector_descr_nl=["Een", "Twee", "Drie"],
        cd_munty_refnis=["99001"] * 3,
        tx_munty_descr_nl=["Aastad"] * 3,
    )
    table = tmp_path / "people.txt"
    table.write_text(STATBEL + "99001|99001A0|900||\r\n99001|99001A1|20||\r\n99001|99001A2|0||\r\n", encoding="utf-8")
    report = await actions.import_geography(places, path, "statbel-sectors-2018", population=table)
    assert [(one.code, one.into, one.adults) for one in report.merged] == [("99001A1", "99001A0", 15)]
    assert (report.neighbourhoods, report.uninhabited) == (2, 1)
    assert await places.fetchval("select population from neighbourhood where code = '99001A0'") == 920
