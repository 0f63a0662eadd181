"""Outputs of a study in words, and where an assumption is listed."""

from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text
from igmfat_nb.protocol.exploration import Explored

#: Pages with an entry for each assumed number, and with all of them together.
CARD, STUDY = "01_protocol_card.ipynb", "31_what_matters.ipynb"
#: Title, unit, decimals and factor of each output.
OUTPUT: dict[str, tuple[str, str, int, float]] = {
    "first_dose_ml": (mark("First dose"), "mL", 0, 1.0),
    "total_ml": (mark("Volume of the week"), "mL", 0, 1.0),
    "day_7_mg_dl": (mark("Titre on day 7"), "mg/dL", 0, 1.0),
    "hours_at_target": (mark("Hours at target"), "h", 0, 1.0),
    "next_titre_chance": (mark("Probability at the next titre"), "%", 0, 100.0),
    "dose_now_ml": (mark("Personalised dose now"), "mL", 0, 1.0),
    "day_7_no_more_mg_dl": (mark("Titre on day 7 without a further dose"), "mg/dL", 0, 1.0),
    "contrast": (mark("Contrast: time at target, personalised minus standard"), "points", 1, 100.0),
    "power": (mark("Probability that the test rejects"), "%", 1, 100.0),
}


def output_title(output: str) -> str:
    """An output in words, with its unit."""
    title, unit, _decimals, _factor = OUTPUT[output]
    return f"{_(title)} [{_(unit)}]"


def output_text(output: str, value: float) -> str:
    """A value of an output."""
    _title, _unit, decimals, factor = OUTPUT[output]
    return number_text(factor * value, decimals)


def source_of(one: Explored) -> str:
    """The entry that a bar leads to: a constant of ``igmfat sources``, or the readings."""
    return one.constant or "igmfat readings list"


def source_address(one: Explored) -> str:
    """Where a page leads to: an entry of the protocol card; readings stand in the study."""
    return f"{CARD}#{one.constant}" if one.constant else STUDY
