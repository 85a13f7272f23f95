"""New devices from spreadsheets, as they come."""

import pytest
from town import town

from campusctl.inventory.city import City
from campusctl.inventory.onboarding.many import propose_all
from campusctl.inventory.onboarding.sheet import Sheet, read_sheet
from campusctl.inventory.onboarding.wanted import Refusal, Wanted

BASE = Wanted(kind="board", school="", room="")
EVERY_KIND = Wanted(kind="", school="", room="")
HEAD = "Schule;Raum;Seriennummer;MAC-Adresse;Inventar-Nr.\n"
ROW = "schule-042;R101;BD042-0301;00:0C:F1:42:03:01;M042-0301\n"
ONE = Wanted(
    kind="board",
    school="schule-042",
    room="R101",
    serial="BD042-0301",
    mac="00:0c:f1:42:03:01",
    asset="M042-0301",
    line=2,
)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The town."""
    return town(tmp_path_factory.mktemp("town"))


def read(data: bytes | str, base: Wanted = BASE) -> Sheet:
    """What a file says."""
    return read_sheet("new.csv", data.encode() if isinstance(data, str) else data, base)


FORMS = {
    "semicolons": HEAD + ROW,
    "commas": (HEAD + ROW).replace(";", ","),
    "tabs": (HEAD + ROW).replace(";", "\t"),
    "English": "school,room,serial number,mac address,asset tag\n" + ROW.replace(";", ","),
    "Windows line ends": (HEAD + ROW).replace("\n", "\r\n"),
    "no line end at the end": HEAD + ROW.rstrip("\n"),
    "other order and case": (
        "MAC-ADRESSE;seriennummer;Inventarnummer;RAUM;SCHULE\n"
        "00-0c-f1-42-03-01;S/N: BD042-0301;M042-0301;R101;schule-042\n"
    ),
    "quotes": HEAD + ROW.replace("BD042-0301", '"BD042-0301"'),
    "numbers kept as text by Excel": HEAD + ROW.replace("BD042-0301", '="BD042-0301"'),
    "spaces": HEAD.replace(";", " ; ") + ROW.replace(";", " ; "),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_form_says_the_same(form: str, encoding: str) -> None:
    """Delimiter, encoding, line ends, order and language of the header do not matter."""
    assert read(FORMS[form].encode(encoding)) == Sheet((ONE,), (), ())


def test_sep_line_of_excel() -> None:
    """It counts as a line."""
    sheet = read("sep=;\n" + HEAD + ROW)
    assert [row.line for row in sheet.rows] == [3]


def test_a_title_above_the_header() -> None:
    """The header is the first line that names columns."""
    assert [row.line for row in read(f"Neue Tafeln 2027;;;;\n;;;;\n{HEAD}{ROW}").rows] == [4]


def test_windows_1252_is_read_and_told() -> None:
    """Umlauts of Latin-1 and Windows-1252 are no error; a person is told to look at them."""
    sheet = read((HEAD.replace("Inventar-Nr.", "Prüfer") + ROW).encode("cp1252"))
    assert sheet.rows[0].serial == "BD042-0301"
    assert sheet.notes == (
        "the file is not UTF-8: it was read as Windows-1252, so look at the umlauts",
        "columns that are not used: Prüfer",
    )


def test_merged_cells_and_their_empty_lines() -> None:
    """A room that stands once holds for the rows below it, and that is told; empty rows are nothing."""
    sheet = read(HEAD + "schule-042;R101;A1;;\n;;A2;;\n;;;;\n;R102;A3;;\n\n;;A4;;\n")
    assert [(row.line, row.school, row.room, row.serial) for row in sheet.rows] == [
        (2, "schule-042", "R101", "A1"),
        (3, "schule-042", "R101", "A2"),
        (5, "schule-042", "R102", "A3"),
        (7, "schule-042", "R102", "A4"),
    ]
    assert sheet.notes == ("the room of the row above holds for lines 3, 7 (merged cells)",)
    assert sheet.refusals == ()


def test_a_row_with_a_room_alone_holds_for_those_below() -> None:
    """As where the merged cell has a line of its own."""
    assert [row.room for row in read(HEAD + "schule-042;R102;;;\n;;A2;;\n").rows] == ["R102"]


def test_all_that_is_wrong_is_told_at_once() -> None:
    """Every row's trouble, with its line; nothing is proposed."""
    sheet = read(
        HEAD + "schule-042;R101;1,23E+11;;\n"
        "schule-042;R101;A1;00:0c:f1;\n"
        "schule-042;R101;A2;00:0c:f1:42:03:01;\n"
        "schule-042;R101;A2;00:0c:f1:42:03:02;\n"
    )
    assert sheet.refusals == (
        Refusal(
            "`1,23E+11` was rounded by a spreadsheet program", "format the column as text, and type the value again", 2
        ),
        Refusal("`00:0c:f1` is no MAC address", "six pairs of 0-9 and a-f, such as 00:1b:21:aa:bb:cc", 3),
        Refusal("the serial number A2 stands in line 4 too", "one of the two is wrong", 5),
    )


HEADERLESS = {
    "nothing": (b"", "no line names the columns"),
    "no header": (ROW.encode(), "no line names the columns"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", None),
    "no room": ("Schule;Seriennummer\nschule-042;A1\n", "there is no column for the room"),
    "no school": ("Raum;Seriennummer\nR101;A1\n", "there is no column for the school"),
    "no device": (HEAD, "there is no device in it"),
    "a quote too many": (HEAD + 'schule-042;"R101;A1;;\n', None),
    "a control character": (HEAD + "schule-042;R1\x1b01;A1;;\n", "control or invisible character U+001B"),
}


@pytest.mark.parametrize("case", HEADERLESS)
def test_files_that_are_none(case: str) -> None:
    """A sentence, no device."""
    data, words = HEADERLESS[case]
    sheet = read(data)
    assert sheet.rows == ()
    assert sheet.refusals
    if words:
        assert sheet.refusals[0].what == words


def test_devices_of_a_file_do_not_take_each_others_places(city: City) -> None:
    """Names, addresses and ports go on counting; a port that a row names is not proposed to another one."""
    sheet = read(
        HEAD.replace("Inventar-Nr.", "Switch;Port")
        + "schule-042;R101;A1;;;\nschule-042;R101;A2;;;\nschule-042;R102;A3;;s042-a2-sw01;6\n"
    )
    answers = propose_all(city, sheet.rows, sheet.refusals)
    assert answers.refusals == ()
    assert [(one.name, one.address, one.port and one.port.port) for one in answers.proposals] == [
        ("s042-r101-dt02", "10.42.60.14", "8"),
        ("s042-r101-dt03", "10.42.60.15", "9"),
        ("s042-r102-dt02", "10.42.60.13", "6"),
    ]


def test_rules_and_typos_are_told_together(city: City) -> None:
    """What the file does wrong and what the rules refuse, by line."""
    sheet = read(
        HEAD + "schule-042;R999;A1;;\nschule-04;R101;A2;;\nschule-042;R101;BD042-0101;;\nschule-042;R101;1,5E+9;;\n"
    )
    answers = propose_all(city, sheet.rows, sheet.refusals)
    assert [(one.line, one.what) for one in answers.refusals] == [
        (2, "schule-042 has no room `R999`"),
        (3, "no school `schule-04`"),
        (4, "the serial number BD042-0101 is that of s042-r101-dt01, in schule-042/R101"),
        (5, "`1,5E+9` was rounded by a spreadsheet program"),
    ]
    assert answers.proposals == ()


def test_a_school_said_once_holds_for_all(city: City) -> None:
    """`--school` stands for a column."""
    sheet = read("Raum;Seriennummer\nR101;A1\n", Wanted(kind="board", school="schule-042", room=""))
    assert propose_all(city, sheet.rows, sheet.refusals).proposals[0].name == "s042-r101-dt02"


def test_more_rows_than_anybody_unpacks() -> None:
    """Five hundred in one file."""
    sheet = read(HEAD + "".join(f"schule-042;R101;A{number};;\n" for number in range(501)))
    assert sheet.refusals == (Refusal("more than 500 devices: 501", "onboard them school by school"),)


def test_one_file_may_hold_every_kind() -> None:
    """In a column of its own, in German or English; merged cells say it once."""
    found = read("Art;" + HEAD + "Tafel;" + ROW + ";;;BD042-0302;;\nBeamer;schule-042;R101;BM042-0301;;\n", EVERY_KIND)
    assert [(one.kind, one.serial) for one in found.rows] == [
        ("board", "BD042-0301"), ("board", "BD042-0302"), ("projector", "BM042-0301"),
    ]  # fmt: skip
    assert found.refusals == ()


def test_a_kind_must_be_said_and_known() -> None:
    """And it must be the one that was asked for, if one was."""
    known = "board, printer, projector, pc, switch"
    assert read(HEAD + ROW, EVERY_KIND).refusals == (
        Refusal(
            "there is no column for the kind of device",
            "call it kind or Art, or say what they are: campusctl onboard board --csv FILE",
            1,
        ),
    )
    assert read("Art;" + HEAD + "Ofen;" + ROW, EVERY_KIND).refusals == (
        Refusal("`Ofen` is no kind of device", f"it is one of {known}", 2),
    )
    assert read("Art;" + HEAD + "Beamer;" + ROW).refusals == (
        Refusal("`Beamer` is no board", "campusctl onboard --csv FILE takes every kind", 2),
    )
    assert [one.kind for one in read("Art;" + HEAD + "neu;" + ROW).rows] == ["board"]


HEADERS = {
    "a slip": (
        "Schule;Raum;Seriennumer\n",
        (Refusal("no column is called `Seriennumer`", "did you mean serial?", 1),),
    ),
    "two for the same": (
        "Schule;Raum;Seriennummer;S/N\n",
        (Refusal("several columns say the same: serial", "keep one of them", 1),),
    ),
}


@pytest.mark.parametrize("case", HEADERS)
def test_columns_that_were_meant_otherwise_are_refused(case: str) -> None:
    """A slip would leave every device without that value, and of two columns nobody knows which is right."""
    head, refusals = HEADERS[case]
    assert read(head + "schule-042;R101;A1\n").refusals == refusals


def test_the_mac_address_of_a_radio_is_nobodys_slip() -> None:
    """It is left out, and told."""
    sheet = read("Schule;Raum;WLAN-MAC;S/N\nschule-042;R101;00:0c:f1:42:03:01;A1\n")
    assert [(row.serial, row.mac) for row in sheet.rows] == [("A1", "")]
    assert sheet.notes == ("columns that are not used: WLAN-MAC",)


SAME = {
    "a header over two lines": 'Schule;Raum;"Serien-\nNummer"\nschule-042;"R101\n";A1\n',
    "what nobody sees": "Schule;Raum;Seriennummer\nschule-042;\u200bR101;\u200bA1\u200b\n",
    "hard blanks": "Schule;Raum;Seriennummer\nschule-042;R101\u00a0;\u00a0A1\n",
    "stars at what is needed": "SCHULE*;Raum *;Serien-Nr.\nschule-042;R101;A1\n",
}


@pytest.mark.parametrize("case", SAME)
def test_what_spreadsheets_and_scanners_add_does_not_matter(case: str) -> None:
    """Line ends within cells, marks of width zero, blanks that do not break."""
    sheet = read(SAME[case])
    assert [(row.school, row.room, row.serial) for row in sheet.rows] == [("schule-042", "R101", "A1")]
    assert sheet.refusals == ()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(encoding: str) -> None:
    """Known by its zeros."""
    assert read((HEAD + ROW).encode(encoding)).rows == (ONE,)


def test_empty_lines_are_no_devices() -> None:
    """A spreadsheet program saves thousands of them."""
    assert [row.line for row in read(HEAD + ";;;;\n" * 3000 + ROW).rows] == [3002]


def test_more_values_than_columns() -> None:
    """A value with the delimiter in it would shift what is behind it."""
    assert read(HEAD + "schule-042;R101;A1;;;x\n").refusals == (
        Refusal("6 values for 5 columns", "a value with the delimiter in it needs quotes", 2),
    )


def test_a_dash_is_nothing() -> None:
    """What people write where they know nothing."""
    assert [(row.serial, row.mac) for row in read(HEAD + "schule-042;R101;A1;-;\u2013\n").rows] == [("A1", "")]


def test_a_room_belongs_to_its_school(city: City) -> None:
    """The room of another school's row does not hold on; schools are known by id, short name or name in any case."""
    sheet = read("Schule;Raum;S/N\nGYMNASIUM;R101;A1\ns043;;A2\nS042;R102;A3\n")
    assert sheet.refusals == (Refusal("the room is missing", "every device stands in a room", 3),)
    rows = [row for row in sheet.rows if row.line != 3]
    assert [one.name for one in propose_all(city, rows).proposals] == ["s042-r101-dt02", "s042-r102-dt02"]


def test_model_and_switch_hold_within_their_room_only() -> None:
    """Merged over the rows of one room; the next room's are proposed again."""
    sheet = read(
        "Schule;Raum;Profil;Switch;Port;S/N\nschule-042;R101;board-86;s042-a2-sw01;6;A1\n;;;;8;A2\n;R102;;;;A3\n"
    )
    assert [(row.profile, row.port) for row in sheet.rows] == [
        ("board-86", "s042-a2-sw01:6"), ("board-86", "s042-a2-sw01:8"), ("", ""),
    ]  # fmt: skip


def test_a_port_without_its_switch(city: City) -> None:
    """Asked back."""
    sheet = read("Schule;Raum;S/N;Port\nschule-042;R101;A1;7\n")
    assert propose_all(city, sheet.rows).refusals == (Refusal("port 7 of which switch?", "say SWITCH:PORT", 2),)
