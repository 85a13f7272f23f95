"""Labels: what they say, the drawing as XML, sheets, PDF; whatever the inventory holds, it stays text."""

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from paper_tools import needs_pango
from pypdf import PdfReader

from campusctl.cli.main import call
from campusctl.errors import CampusError, RenderError, UnknownNameError
from campusctl.inventory.load import load_city
from campusctl.model.paper import Label
from campusctl.render.paper import Paper
from campusctl.render.sheets import A4, SHEETS, sheet_of
from campusctl.workflow.labelling import label_for, labels_of, pdf_labels, svg_labels

REPO = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"
PAPER = Paper(REPO / "templates")
BOARD = Label(
    name="s042-r101-dt01", school="schule-042", school_name="Gymnasium Am Stadtpark", room="R101",
    room_title="Klassenraum", asset="M042-0101", serial="BD042-0101", code="s042-r101-dt01 M042-0101",
)  # fmt: skip


def said(svg: str) -> list[str]:
    """The lines of a label."""
    return [str(text.text) for text in ET.fromstring(svg).iter(f"{SVG}text")]


def test_a_label_says_name_room_asset_serial_and_school() -> None:
    """In German; the QR code holds name and asset tag unless the city says otherwise."""
    city = load_city(REPO, ["schule-042"])
    school = city.school("schule-042")
    label = label_for(city, school, school.devices["s042-r101-dt01"])
    assert label == BOARD
    svg = PAPER.label(label, SHEETS["L7160"])
    assert said(svg) == [
        "s042-r101-dt01", "Raum R101, Klassenraum", "Inv.-Nr. M042-0101", "S/N BD042-0101", "Gymnasium Am Stadtpark",
    ]  # fmt: skip
    top = ET.fromstring(svg)
    assert (top.get("width"), top.get("height"), top.get("viewBox")) == ("63.5mm", "38.1mm", "0 0 63.5 38.1")


def _with_label_url(root: Path, pattern: str) -> None:
    file = root / "inventory" / "city.yml"
    file.write_text(file.read_text().replace("name: Musterstadt\n", f'name: Musterstadt\nlabel_url: "{pattern}"\n', 1))


def test_the_city_says_what_the_code_holds(musterstadt: Path) -> None:
    """In an address, what is filled in is quoted; what is missing is said."""
    _with_label_url(musterstadt, "https://geraete.example/{school}/{asset}")
    assert labels_of(musterstadt, "s042-r101-dt01")[0].code == "https://geraete.example/schule-042/M042-0101"
    rooms = musterstadt / "inventory/schools/schule-042/devices-rooms.yml"
    rooms.write_text(rooms.read_text().replace(", asset: M042-0101", ""))
    with pytest.raises(CampusError, match="has no `asset`"):
        labels_of(musterstadt, "s042-r101-dt01")


@pytest.mark.parametrize("pattern", ["https://x/{nmae}", "https://x/{", "ä{name}"])
def test_a_pattern_that_makes_no_sense_is_refused(
    musterstadt: Path, capsys: pytest.CaptureFixture[str], pattern: str
) -> None:
    """By `validate`, with the line."""
    _with_label_url(musterstadt, pattern)
    assert call(["--workspace", str(musterstadt), "validate"]) == 1
    said = capsys.readouterr()
    assert "label_url" in said.out + said.err


def test_labels_of_a_room_and_of_a_school() -> None:
    """By room, class and name."""
    assert [label.name for label in labels_of(REPO, "schule-042/r101")] == ["s042-r101-ap01", "s042-r101-dt01"]
    assert len(labels_of(REPO, "s042")) == len(load_city(REPO, ["schule-042"]).school("schule-042").devices)
    with pytest.raises(UnknownNameError, match="no room `R10`"):
        labels_of(REPO, "schule-042/R10")
    with pytest.raises(CampusError, match="there is no device in"):
        labels_of(REPO, "schule-101/SEKR")


@pytest.mark.parametrize("name", SHEETS)
def test_every_label_of_a_sheet_lies_on_the_paper_and_on_no_other(name: str) -> None:
    """With the maker's steps between them."""
    sheet = SHEETS[name]
    places = list(sheet.places())
    assert len(set(places)) == sheet.labels
    for x, y in places:
        assert x >= 0
        assert y >= 0
        assert x + sheet.width <= A4[0]
        assert y + sheet.height <= A4[1]
    assert sheet.step_x >= sheet.width
    assert sheet.step_y >= sheet.height


def test_an_unknown_sheet_is_guessed() -> None:
    """Small letters do."""
    assert sheet_of("l7160") is SHEETS["L7160"]
    with pytest.raises(UnknownNameError, match="no sheet `L7161`") as refused:
        sheet_of("L7161")
    assert "L7160" in refused.value.hint


@pytest.mark.parametrize("name", SHEETS)
def test_the_lines_of_the_longest_names_stay_on_the_label(name: str) -> None:
    """Letters become smaller, and what still does not fit is cut."""
    long = BOARD.model_copy(update={"school_name": "Städtische Gemeinschaftsgrundschule " * 4, "room_title": "x" * 80})
    sheet = SHEETS[name]
    for text in ET.fromstring(PAPER.label(long, sheet)).iter(f"{SVG}text"):
        size, left = float(text.get("font-size", "0")), float(text.get("x", "0"))
        assert left + len(str(text.text)) * size * 0.6 <= sheet.width
        assert size <= float(text.get("y", "0")) <= sheet.height
    assert said(PAPER.label(long, sheet))[-1].endswith("…")


texts = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=40)


@settings(max_examples=60)
@given(name=texts, room=texts, school=texts)
@example(name="a", room="b", school="Gymnasium\u2009am\u202fPark\u2000")
def test_whatever_the_inventory_says_is_text_in_the_drawing(name: str, room: str, school: str) -> None:
    """Markup, quotes and template marks are letters like others; the drawing has the same parts."""
    label = BOARD.model_copy(update={"name": name, "room": room, "room_title": "", "school_name": school})
    found = ET.fromstring(PAPER.label(label, SHEETS["L7163"]))
    assert [child.tag.removeprefix(SVG) for child in found] == ["title", "path", *["text"] * 5]
    assert found[0].text == "".join(" " if char.isspace() else char for char in name)


def test_a_template_cannot_reach_further(tmp_path: Path) -> None:
    """Its error has file and line."""
    (tmp_path / "label").mkdir()
    (tmp_path / "label" / "label.svg.j2").write_text("<svg>\n{{ label.__class__ }}\n</svg>")
    with pytest.raises(RenderError, match=r"label/label\.svg\.j2:2"):
        Paper(tmp_path).label(BOARD, SHEETS["L7160"])


def test_a_code_that_no_phone_would_read_is_refused() -> None:
    """Too much text for the label."""
    with pytest.raises(RenderError, match="too fine for this label"):
        PAPER.label(BOARD.model_copy(update={"code": "x" * 900}), SHEETS["L7651"])
    with pytest.raises(RenderError, match="no QR code holds 5000 characters"):
        PAPER.label(BOARD.model_copy(update={"code": "x" * 5000}), SHEETS["L7160"])


def test_a_sheet_of_labels_as_svg_leaves_used_places_empty() -> None:
    """More than one sheet is for a PDF."""
    labels = [BOARD] * 3
    svg = ET.fromstring(svg_labels(REPO, labels, "L7160", skip=2))
    places = list(SHEETS["L7160"].places())
    wanted = [f"translate({x:g} {y:g})" for x, y in places[2:5]]
    assert [group.get("transform") for group in svg.findall(f"{SVG}g")] == wanted
    with pytest.raises(RenderError, match="22 labels are more than one sheet"):
        svg_labels(REPO, [BOARD] * 22, "L7160")


@needs_pango
def test_a_pdf_of_a_school_has_as_many_pages_as_sheets() -> None:
    """Text that can be searched; A4."""
    labels = labels_of(REPO, "schule-007")[:6] * 4
    reader = PdfReader(io.BytesIO(pdf_labels(REPO, labels, "L7160", skip=1)))
    assert len(reader.pages) == -(-(len(labels) + 1) // 21)
    box = reader.pages[0].mediabox
    assert (round(float(box.width) * 25.4 / 72), round(float(box.height) * 25.4 / 72)) == (210, 297)
    text = "".join(page.extract_text() for page in reader.pages)
    assert [label.name for label in labels if label.name not in text] == []


@needs_pango
def test_a_single_label_is_a_page_of_its_size() -> None:
    """For a label printer."""
    reader = PdfReader(io.BytesIO(pdf_labels(REPO, [BOARD], "L4770")))
    (page,) = reader.pages
    assert (round(float(page.mediabox.width) * 25.4 / 72, 1), round(float(page.mediabox.height) * 25.4 / 72, 1)) == (
        45.7, 25.4,
    )  # fmt: skip
    assert "Raum R101, Klassenraum" in page.extract_text()


@needs_pango
def test_a_scanner_reads_the_code(tmp_path: Path) -> None:
    """Somebody else's reader, on the smallest label as it is printed."""
    if shutil.which("zbarimg") is None or shutil.which("pdftoppm") is None:
        pytest.skip("Debian packages zbar-tools and poppler-utils are missing")
    (tmp_path / "label.pdf").write_bytes(pdf_labels(REPO, [BOARD], "L7651"))
    subprocess.run(["pdftoppm", "-r", "300", "-png", "-singlefile", "label.pdf", "label"], cwd=tmp_path, check=True)
    read = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "label.png"]
    done = subprocess.run(read, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "s042-r101-dt01 M042-0101\n"


@needs_pango
def test_the_command_writes_svg_and_pdf_and_refuses_other_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """To stdout without --out; a file is there in full or not at all."""

    def run(*words: str) -> tuple[int, Any]:
        capsys.readouterr()
        return call(["--workspace", str(REPO), "label", *words]), capsys.readouterr()

    code, shown = run("s042-r101-dt01")
    assert code == 0
    assert said(shown.out)[0] == "s042-r101-dt01"
    out = tmp_path / "room.pdf"
    code, shown = run("schule-042/R101", "--out", str(out))
    assert (code, shown.out, shown.err) == (0, "", f"2 labels in {out}\n")
    assert len(PdfReader(out).pages) == 1
    code, shown = run("s042-r101-dt01", "--out", str(tmp_path / "x.png"))
    assert code == 2
    assert "FILE.svg or FILE.pdf" in shown.err
    code, shown = run("s042-r101-dt01", "--out", str(tmp_path / "no" / "x.svg"))
    assert code == 1
    assert "no such folder" in shown.err
    code, shown = run("s042-r101-dt09")
    assert code == 1
    assert "did you mean s042-r101-dt01" in shown.err
