"""The widest range worth believing for each input, and the slip to suspect outside it.

The ranges are ours, assumed: they catch slips of the keyboard, they are not
limits of the trial. Rare but possible values inside them only warn.
"""

from dataclasses import dataclass

from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text
from igmfat_nb.units import parse_haematocrit, parse_number


@dataclass(frozen=True, slots=True)
class Plausible:
    """A believable range, and inside it the common one."""

    name: str
    unit: str
    low: float
    high: float
    suspect: str
    common_low: float
    common_high: float
    is_share: bool = False  # people also write it as a percentage

    def parse(self, text: str, name: str = "", *, decimal_comma: bool = False) -> float:
        """Read one typed number of this quantity, its unit allowed behind it, and check it."""
        shown = name or _(self.name)
        limits = {"low": self.low, "high": self.high}
        if self.is_share:
            return self.check(parse_haematocrit(text, shown, **limits, decimal_comma=decimal_comma))
        return self.check(
            parse_number(text, shown, unit=self.unit, **limits, decimal_comma=decimal_comma)
        )

    def check(self, value: float) -> float:
        """Return ``value`` unchanged, or raise ``ImplausibleInput``."""
        if self.low <= value <= self.high:  # false for NaN too
            return value
        message = _("{name} is {value}; expected {expected}. {suspect}")
        if self.is_share and self.low <= value / 100 <= self.high:
            message = _(
                "{name} is {number}; write {share} or {number} %. A percentage needs its sign."
            )
        raise ImplausibleInput(
            message.format(
                name=_(self.name),
                value=self.text(value),
                expected=self.range_text(self.low, self.high),
                suspect=_(self.suspect),
                number=number_text(value, 3),
                share=number_text(value / 100, 5),
            )
        )

    def warning(self, value: float) -> str | None:
        """Return a sentence when ``value`` is rare but possible, else None."""
        if self.common_low <= value <= self.common_high:
            return None
        message = _("{name} is {value}, outside the usual {common}; please check.")
        common = self.range_text(self.common_low, self.common_high)
        return message.format(name=_(self.name), value=self.text(value), common=common)

    def text(self, value: float) -> str:
        """Write a value of this quantity with its unit."""
        return f"{number_text(value, 3)} {_(self.unit)}".strip()

    def range_text(self, low: float, high: float) -> str:
        """Write a range of this quantity, its unit once."""
        return _("{low} to {high}").format(low=number_text(low, 3), high=self.text(high))


AGE_YEARS = Plausible(
    mark("Age"), mark("years"), 0, 120, mark("Was a year of birth entered?"), 18, 95
)
HEIGHT_CM = Plausible(
    mark("Height"),
    "cm",
    100,
    250,
    mark("Was it entered in metres or inches?"),
    145,
    205,
)
WEIGHT_KG = Plausible(
    mark("Weight"),
    "kg",
    30,
    300,
    mark("Was a digit added, or were grams or pounds entered?"),
    45,
    160,
)
HAEMATOCRIT = Plausible(
    mark("Haematocrit"),
    mark("as a fraction"),
    0.10,
    0.65,
    mark("A percentage needs its sign: 30 %."),
    0.18,
    0.50,
    is_share=True,
)
IGM_MG_DL = Plausible(
    mark("Serum IgM"),
    "mg/dL",
    1,
    1000,
    mark("Check the unit: 1 g/L is 100 mg/dL."),
    5,
    300,
)

RANGES = (AGE_YEARS, HEIGHT_CM, WEIGHT_KG, HAEMATOCRIT, IGM_MG_DL)
