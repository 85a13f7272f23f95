"""Defaults in a PPD: exact text in, exact text out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campusctl.drivers.queues.ppd import with_defaults

PPD = """\
*PPD-Adobe: "4.3"
*OpenUI *PageSize/Media Size: PickOne
*DefaultPageSize: Letter
*PageSize Letter/US Letter: "<</PageSize[612 792]>>setpagedevice"
*PageSize A4.Borderless/A4 (Borderless): "<</PageSize[595 842]>>setpagedevice"
*PageSize A4/A4: "<</PageSize[595 842]>>setpagedevice"
*DefaultPageRegion: Letter
*DefaultImageableArea: Letter
*DefaultPaperDimension: Letter
*PaperDimension Letter/US Letter: "612 792"
*PaperDimension A4.Borderless/A4 (Borderless): "595.28 841.89"
*PaperDimension A4/A4: "595.28 841.89"
*OpenUI *Duplex/2-Sided Printing: PickOne
*DefaultDuplex: None
*Duplex None/Off: "<</Duplex false>>setpagedevice"
*Duplex DuplexNoTumble/Long Edge: "<</Duplex true/Tumble false>>setpagedevice"
*Duplex DuplexTumble/Short Edge: "<</Duplex true/Tumble true>>setpagedevice"
*DefaultResolution: 600dpi
"""


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        ({"sides": "two-sided-long-edge"}, {"*DefaultDuplex: None": "*DefaultDuplex: DuplexNoTumble"}),
        ({"sides": "two-sided-short-edge"}, {"*DefaultDuplex: None": "*DefaultDuplex: DuplexTumble"}),
        ({"sides": "one-sided"}, {}),
        (
            {"media": "iso_a4_210x297mm"},
            {
                f"*Default{keyword}: Letter": f"*Default{keyword}: A4"
                for keyword in ("PageSize", "PageRegion", "ImageableArea", "PaperDimension")
            },
        ),
        ({"media": "na_letter_8.5x11in"}, {}),
        ({"media": "iso_a3_297x420mm", "sides": "three-sided"}, {}),
        ({"media": "A4", "number-up": 2}, {}),
    ],
)
def test_only_the_defaults_that_are_meant_change(options: dict[str, str | int], lines: dict[str, str]) -> None:
    """A value without a choice in the PPD leaves it alone."""
    wanted = PPD
    for before, after in lines.items():
        wanted = wanted.replace(f"{before}\n", f"{after}\n")
    assert with_defaults(PPD, options) == wanted


def test_other_makers_words_for_two_sides_are_known() -> None:
    """As in cups/ppd-cache.c."""
    text = '*DefaultEFDuplex: False\n*EFDuplex False/Off: ""\n*EFDuplex Top/Long: ""\n'
    assert with_defaults(text, {"sides": "two-sided-long-edge"}).startswith("*DefaultEFDuplex: Top\n")


@given(st.text(max_size=300), st.text(max_size=40))
def test_whatever_a_server_gives_as_a_ppd_keeps_its_other_lines(text: str, value: str) -> None:
    """No line comes or goes."""
    found = with_defaults(text, {"sides": value, "media": value})
    assert len(found.split("\n")) == len(text.split("\n"))
