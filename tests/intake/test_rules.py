"""What messages and lists in five languages tell, whatever file they come in; and what of a year's figures is told."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from buurtnet.intake.pages.figures import write_file
from buurtnet.intake.rules import sheets
from buurtnet.intake.rules.chats import NOTHING, read_pasted, read_people
from buurtnet.intake.rules.columns import find_place, read_heading, read_languages
from buurtnet.intake.rules.figures import tell_parts, tell_table, tell_times
from buurtnet.intake.rules.telling import find_name, given_name, how_soon, split_sides, take_number
from buurtnet.intake.schemas import Counted, Figure, FigureTable, Reading


def people(data: bytes) -> Reading:
    read = read_people(data, "BE")
    assert isinstance(read, Reading), read
    return read


ASKED = [
    "Kan iemand mij zaterdag helpen om een kast te dragen?",
    "Ik zoek een fiets voor mijn dochter",
    "Hulp nodig bij papieren van de mutualiteit",
    "Ik kan niet alleen naar de dokter",
    "Wie weet een goede fietsenmaker?",
    "Ik wil graag leren fietsen",
    "Je cherche quelqu'un pour garder mon chat",
    "J'ai besoin d'aide pour remplir un formulaire",
    "Est-ce que quelqu'un peut m'aider à déménager ?",
    "I need someone to walk my dog",
    "Can anyone help me with a letter?",
    "أحتاج مساعدة في نقل أثاث إلى بيتي",
    "من يستطيع أن يساعدني في الدراسة؟",
    "Eşya taşımak için yardıma ihtiyacım var",
    "Türkçe öğretecek birini arıyorum",
]
OFFERED = [
    "Ik bied hulp bij papieren",
    "Ik kan op woensdag boodschappen doen",
    "Zetel gratis af te halen",
    "Ik kook graag voor iemand",
    "Ik geef een kinderfiets weg",
    "Je propose des cours de français",
    "J'ai un canapé à donner",
    "Je peux garder des enfants le mercredi",
    "I can help with English homework",
    "Happy to cook for somebody",
    "أستطيع أن أساعد في الترجمة",
    "Türkçe çeviri yapabilirim",
]


@pytest.mark.parametrize("text", ASKED)
def test_what_is_asked_is_told_from_its_small_words(text: str) -> None:
    told = split_sides(text)
    assert told.asks and not told.offers and told.sure


@pytest.mark.parametrize("text", OFFERED)
def test_what_is_offered_too(text: str) -> None:
    told = split_sides(text)
    assert told.offers and not told.asks and told.sure


def test_what_says_neither_is_to_be_looked_at() -> None:
    told = split_sides("Verhuizen van een kast naar de derde verdieping")
    assert told.asks and not told.sure


def test_one_message_can_ask_and_offer_and_greetings_are_left_out() -> None:
    told = split_sides("Dag buren! Ik kan goed koken. Ik zoek iemand om Nederlands te oefenen. Alvast bedankt!")
    assert told == ("Ik zoek iemand om Nederlands te oefenen.", "Ik kan goed koken.", True)
    assert split_sides("Hallo allemaal, wie kan mij helpen?").asks == "Wie kan mij helpen?"


@pytest.mark.parametrize(
    ("text", "name", "left"),
    [
        ("Amina zoekt een ladder", "Amina", "Zoekt een ladder"),
        ("Iemand zoekt een ladder", "", "Iemand zoekt een ladder"),
        ("Wie kan helpen? Groetjes, Amina", "Amina", "Wie kan helpen?"),
        ("Je cherche un vélo. Merci, Yasmine", "Yasmine", "Je cherche un vélo."),
        ("Mijn naam is Bart, ik geef een fiets weg", "Bart", "ik geef een fiets weg"),
        ("أحتاج مساعدة. اسمي سعاد", "سعاد", "أحتاج مساعدة"),
        ("Wie kan helpen?", "", "Wie kan helpen?"),
    ],
)
def test_a_name_is_found_and_taken_out_of_the_words(text: str, name: str, left: str) -> None:
    assert find_name(text) == (name, left)


@pytest.mark.parametrize(
    ("text", "number", "left"),
    [
        ("Wie kan helpen? Mijn nummer is 0470 12 34 56.", "+32470123456", "Wie kan helpen?"),
        ("Bel mij op +32 2 218 22 22 voor een fiets", "+3222182222", "voor een fiets"),
        ("Mail naar amina@example.org of bel 0470/12.34.56", "+32470123456", "Mail naar of"),
        ("Om 12 uur op 12/11/2026", "", "Om 12 uur op 12/11/2026"),
    ],
)
def test_numbers_and_addresses_are_taken_out_of_what_neighbours_read(text: str, number: str, left: str) -> None:
    assert take_number(text, "BE") == (number, left)


def test_surnames_and_titles_are_not_taken_over() -> None:
    assert [given_name(name) for name in ("Mevr. Amina Benali", "Dhr Bart De Smet", "~ Leïla", "")] == ["Amina", "Bart", "Leïla", ""]


def test_how_soon() -> None:
    assert [how_soon(text) for text in ("vandaag nog", "d'ici demain", "C'est pour aujourd'hui", "ooit", "bugün")] == [
        "today",
        "week",
        "today",
        "any",
        "today",
    ]


# --- chats -------------------------------------------------------------------------------------------------------------------------

ANDROID = """12/11/2026, 14:03 - Berichten en oproepen zijn end-to-end versleuteld.
12/11/2026, 14:05 - Amina Benali: Wie kan mijn zoon helpen met wiskunde?
Het is voor het derde leerjaar.
12/11/2026, 14:06 - +32 470 12 34 57: Ik kan dat doen op woensdag
12/11/2026, 14:07 - Bart: 😂😂
12/11/2026, 14:08 - Bart: <Media weggelaten>"""
IPHONE = """\u200e[12/11/26, 14:03:22] Amina: Zoek een babysit
[12/11/26, 14:04:22] ~ Bart De Smet: ik geef een zetel weg
[12/11/26, 14:05:02] Bart: \u200eafbeelding weggelaten"""


def test_the_export_of_a_chat_gives_who_asks_and_offers_and_leaves_the_talk_out() -> None:
    reading = read_pasted(ANDROID, "BE")
    assert [(row.name, row.phone, bool(row.asks)) for row in reading.rows] == [("Amina", "", True), ("", "+32470123457", False)]
    assert "derde leerjaar" in reading.rows[0].asks and reading.left_out == 1
    assert [(row.name, row.asks or row.offers) for row in read_pasted(IPHONE, "BE").rows] == [
        ("Amina", "Zoek een babysit"),
        ("Bart", "Ik geef een zetel weg"),
    ]


def test_loose_lines_are_one_person_each_and_a_letter_is_one() -> None:
    assert [row.name for row in read_pasted("- Amina zoekt een ladder\n- Bart biedt soep aan", "BE").rows] == ["Amina", "Bart"]
    assert [row.name for row in read_pasted("Amina: ik zoek een ladder\nBart: ik geef soep", "BE").rows] == ["Amina", "Bart"]
    assert len(read_pasted("Dag buren,\nik zoek een ladder.\nHet is voor zaterdag.\nGroetjes\nAmina", "BE").rows) == 1
    assert len(read_pasted("Ik zoek een ladder, een boor; en tijd", "BE").rows) == 1, "signs between words make no table"


# --- lists -------------------------------------------------------------------------------------------------------------------------

TABLE = (
    "Naam;Gsm;Wijk;Talen;Vraag;Aanbod;Rijksregister\n"
    "Mevr. Amina Benali;0470/12.34.56;Dailly;Arabisch, Frans;hulp met een brief;soep koken;90.01.01-123.45\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_a_list_is_read_whatever_saved_it(encoding: str, sign: str) -> None:
    text = TABLE.replace("Amina", "Zoé").replace(", Frans", " / Frans").replace(";", sign)
    reading = people(text.encode(encoding))
    (row,) = reading.rows
    assert (row.name, row.phone, row.place, row.languages) == ("Zoé", "+32470123456", "Dailly", ("ar", "fr"))
    assert (row.asks, row.offers) == ("hulp met een brief", "soep koken")
    assert reading.columns_left == ["Rijksregister"] and "90.01" not in repr(row)


def test_quoted_cells_may_hold_anything() -> None:
    (row,) = people(b'naam;bericht\nBart;"Dag; ik zoek\neen ""ladder"""\n').rows
    assert row.name == "Bart" and 'een "ladder"' in row.asks


@pytest.mark.parametrize(
    ("heading", "means"),
    [
        ("Prénom", "first"),
        ("Numéro de téléphone", "phone"),
        ("هاتف", "phone"),
        ("Vraag of aanbod?", "kind"),
        ("Achternaam", None),
        ("Nom de famille", None),
        ("E-mail", None),
        ("Date de naissance", None),
        ("Ad", "name"),
    ],
)
def test_headings_are_understood_and_what_nobody_needs_is_not(heading: str, means: str | None) -> None:
    assert read_heading(heading) == means


def test_one_column_can_say_which_side_it_is() -> None:
    rows = people(b"naam,soort,omschrijving\nAmina,vraag,een ladder\nBart,aanbod,een ladder\n").rows
    assert [(row.asks, row.offers) for row in rows] == [("een ladder", ""), ("", "een ladder")]


def test_cells_copied_without_headings() -> None:
    rows = people(b"Amina\t0470123456\tik zoek een fiets\nBart\t0470123457\tik herstel graag fietsen\n").rows
    assert [(row.name, row.phone) for row in rows] == [("Amina", "+32470123456"), ("Bart", "+32470123457")]


def test_languages_by_any_name_and_places_by_theirs() -> None:
    assert read_languages("Arabe et néerlandais, Türkçe") == ["ar", "nl", "tr"]
    places = {1: ["Brabantwijk", "Quartier Brabant"], 2: ["Collignon"]}
    assert [find_place(text, places) for text in ("in de brabantwijk", "quartier brabant", "Helmet", "Collignon of Brabantwijk")] == [
        1,
        1,
        None,
        None,
    ]


def workbook(*rows: list[object]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def test_a_spreadsheet_is_read_and_its_formulas_are_not_worked_out() -> None:
    (row,) = people(workbook(["Naam", "Gsm", "Vraag"], ["Amina", 32470123456, '=HYPERLINK("http://example.org","ladder")'])).rows
    assert row.name == "Amina" and "HYPERLINK" not in row.asks


def test_a_cell_far_away_takes_no_memory() -> None:
    book, file = Workbook(), io.BytesIO()
    book.active["A1"], book.active["B1"], book.active["A2"], book.active["B2"] = "naam", "vraag", "Amina", "een ladder"
    book.active["XFD1048576"] = "ver weg"
    book.save(file)
    assert [row.name for row in people(file.getvalue()).rows] == ["Amina"]


def test_more_than_a_thousand_lines_are_refused() -> None:
    lines = [["naam", "vraag"], *([f"Persoon{n}", "een ladder"] for n in range(1001))]
    assert read_people("\n".join(";".join(line) for line in lines).encode(), "BE") == sheets.TOO_MANY
    assert read_people(workbook(*lines), "BE") == sheets.TOO_MANY
    assert len(people("\n".join(";".join(line) for line in lines[:1001]).encode()).rows) == 1000


def test_a_file_that_unpacks_to_a_mountain_is_refused_unread() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b" " * (sheets.MOST_UNPACKED + 1))
    assert len(file.getvalue()) < 100_000
    assert read_people(file.getvalue(), "BE") == sheets.TOO_BIG


@pytest.mark.parametrize("data", [b"PK\x03\x04 no archive", b"\xd0\xcf\x11\xe0 an old one", b"\x00\x01\x02", b"", b"   \n"])
def test_what_is_no_list_is_refused_in_words(data: bytes) -> None:
    assert read_people(data, "BE") in (sheets.UNREADABLE, NOTHING)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode), st.binary(max_size=80).map(lambda tail: b"PK\x03\x04" + tail))
)
def test_anything_is_read_or_refused(data: bytes) -> None:
    read = read_people(data, "BE")
    assert isinstance(read, str) or all(len(row.said) <= 2000 * 3 for row in read.rows)


# --- figures -----------------------------------------------------------------------------------------------------------------------


def counted(what: str, code: str, people: int) -> Counted:
    return Counted(what=what, code=code, label={"en": code}, people=people)


def test_few_people_are_not_told_nor_what_would_tell_them() -> None:
    rows = [counted("need", "", 60), counted("need", "a", 41), counted("need", "b", 22), counted("need", "c", 4)]
    told, total = tell_table(rows, "need", {})
    shown = {code: n for code, _label, n in told}
    assert shown["c"] is None and list(shown.values()).count(None) >= 2 and shown["a"] == 40 and total == 60
    assert tell_parts([counted("people", "", 15), counted("new", "", 8)])[1]["new"] is None
    assert tell_parts([counted("people", "", 9)])[0] is None
    assert tell_parts([counted("people", "", 48), counted("need", "", 23)])[1]["need"] == 25


def test_a_total_does_not_tell_how_many_are_not_in_it() -> None:
    rows = [counted("people", "", 110), counted("met", "", 103), counted("met", "a", 60), counted("met", "b", 55)]
    people, parts = tell_parts(rows)
    assert people == 110 and parts["met"] is None
    assert tell_table(rows, "met", parts)[1] is None


def test_how_often_is_told_only_of_ten_people() -> None:
    assert tell_times([counted("times", "", 30), counted("met", "", 9)]) is None
    assert tell_times([counted("times", "", 33), counted("met", "", 12)]) == 35


def test_the_file_opens_in_a_spreadsheet_and_holds_no_formula() -> None:
    table = FigureTable(key="place", title="Where", rows=[Figure(label="=1+1", count=20), Figure(label="Dailly", count=None)], total=30)
    data = write_file([table], None, 2026)
    assert data.startswith(b"\xef\xbb\xbf") and b"'=1+1;20\r\nDailly;\r\n" in data
