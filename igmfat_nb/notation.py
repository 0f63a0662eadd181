"""Numbers and doses as ISMP asks for them.

No trailing zero (5 mL), always a leading zero (0.4 mL), thousands separator
from 1,000, a space before the unit. Rounding is half up, as people do by hand.
Source: ISMP list of error-prone dose designations (``protocol.sources.ISMP``).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from igmfat_nb.errors import UnreadableInput
from igmfat_nb.language import _, mark, signs

_LARGEST = 1e15
_COULD_MEAN_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
#: Decimals of a quantity by the end of its name: what it is measured, drawn up or predicted with.
_DECIMALS = (
    ("plasma_volume_ml", 0),  # a formula with a standard error of 5 % and more
    ("blood_volume_ml", 0),
    ("distribution_volume_ml", 0),
    ("_ml_per_kg", 2),
    ("_mg_per_kg", 1),
    ("bmi_kg_m2", 1),
    ("age_years", 0),
    ("height_cm", 0),
    ("weight_kg", 1),
    ("haematocrit", 2),
    ("_mg_dl", 1),
    ("_mmol", 1),
    ("_ml_h", 1),
    ("_ml", 1),
    ("_mg", 0),
    ("_g", 1),
    ("_h", 2),
)
#: A number and the unit after it, or the sign of per cent.
_BEFORE_UNIT = re.compile(
    r"(?<=[0-9]) (?=(?:%|[mkµ]?g|[md]?L|[mk]?m|cm|mmol|IU|h|min|s|EUR|SD)(?![A-Za-z]))"
    r"|(?<=[0-9]) (?=× [0-9]+ mL)|(?<=[0-9] ×) (?=[0-9]+ mL)"  # so many vials of a size
)
_TITRE = re.compile(r".*_igm_day[0-9]+_p[0-9]+")
#: Categories of signs without a shape of their own: controls, formats, unusual spaces, marks.
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Me", "Mn", "Zl", "Zp", "Zs"})
_UNSEEN_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # fillers and the blank of Braille


def number_text(value: float, decimals: int = 0, *, padded: bool = False) -> str:
    """Write ``value`` with at most ``decimals`` decimals; ``padded``, with all of them.

    >>> number_text(20_000.0), number_text(0.40, 2), number_text(12.50, 1)
    ('20,000', '0.4', '12.5')
    >>> number_text(0.5, 2, padded=True), number_text(-0.001, 1, padded=True)
    ('0.50', '0.0')
    """
    if not abs(value) < _LARGEST:  # a slip such as 1e100, infinity or NaN is shown as it is
        return f"{value:g}"
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{rounded:,f}"
    if "." in text and not padded:
        text = text.rstrip("0").rstrip(".")
    text = text if rounded else text.removeprefix("-")
    return in_signs(text).replace("-", "\N{MINUS SIGN}")


def in_signs(text: str) -> str:
    """Write a number such as ``1,234.5`` with the reader's signs."""
    decimal, thousands = signs()
    return text.translate({ord("."): decimal, ord(","): thousands})


def field_text(value: float) -> str:
    """Write a number as it stands in a field: every digit, read back the same in each language.

    A sign before exactly three digits could separate thousands somewhere: a zero follows them.

    >>> field_text(60.0), field_text(0.305), field_text(6.602), field_text(0.000001)
    ('60', '0.305', '6.6020', '0.000001')
    """
    whole = float(value).is_integer()
    text = str(int(value)) if whole else f"{Decimal(repr(float(value))):f}"
    return in_signs(f"{text}0" if _COULD_MEAN_THOUSANDS.fullmatch(text) else text)


def quantity_text(value: float, unit: str, decimals: int = 0) -> str:
    """Write ``value`` with its unit.

    >>> quantity_text(431.2, "mL"), quantity_text(5.0, "mL/kg", 1)
    ('431 mL', '5 mL/kg')
    """
    return f"{number_text(value, decimals)} {unit}"


def kept_together(text: str) -> str:
    r"""Write a text so that no line ends between a number and its unit.

    >>> kept_together("0.4 mL/kg/h, 33 % of 3 days"), kept_together("4 × 10 mL")
    ('0.4\xa0mL/kg/h, 33\xa0% of 3 days', '4\xa0×\xa010\xa0mL')
    """
    return _BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", text)


def decimals_of(quantity: str) -> int | None:
    """How many decimals a quantity has by its name, such as ``plasma_volume_ml``; None: as it is.

    For tables that leave as CSV or XLSX; JSON and Parquet keep every digit.

    >>> decimals_of("plasma_volume_ml"), decimals_of("personalised_volume_ml"), decimals_of("days")
    (0, 1, None)
    """
    if _TITRE.fullmatch(quantity):
        return 1
    return next((places for end, places in _DECIMALS if quantity.endswith(end)), None)


def vials_text(vials: Mapping[int, int]) -> str:
    """Write vials by size, largest first.

    >>> vials_text({100: 4, 10: 4}), vials_text({})
    ('4 × 100 mL + 4 × 10 mL', 'none')
    """
    parts = [f"{count} × {size} mL" for size, count in sorted(vials.items(), reverse=True)]
    return " + ".join(parts) or _("none")


def is_unseen(sign: str) -> bool:
    """Whether a reader cannot see this sign, or takes it for another."""
    if sign == " ":
        return False
    return sign in _UNSEEN_LETTERS or unicodedata.category(sign) in _UNSEEN


def seen_text(text: str) -> str:
    r"""Write text with its unseen signs as their code points.

    >>> seen_text("80\u200b")
    '80<U+200B>'
    """
    return "".join(f"<{_code_point(sign)}>" if is_unseen(sign) else sign for sign in text)


def unseen_signs(text: str) -> str:
    r"""Name each unseen sign of a text once, by code point and name; empty where there is none.

    >>> unseen_signs("80\u200b")
    'U+200B ZERO WIDTH SPACE'
    """
    return ", ".join(sign_name(sign) for sign in dict.fromkeys(text) if is_unseen(sign))


def sign_name(sign: str) -> str:
    """Name one sign by its code point, and in Unicode's words where it has any."""
    return f"{_code_point(sign)} {unicodedata.name(sign, '')}".strip()


def _code_point(sign: str) -> str:
    return f"U+{ord(sign):04X}"


NOTICE = mark(
    "For teaching, planning and research with synthetic or de-identified patients."
    " Not for treatment decisions."
)


def text_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Align columns with spaces; the first row is the header."""
    table = [list(header), *(list(row) for row in rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
    return "\n".join(lines)


def named_values(pairs: Iterable[str], *, without_name: str, twice: str) -> dict[str, str]:
    """Read texts such as ``seed=3``.

    Raises
    ------
    UnreadableInput
        One of both sentences, with their fields ``pair`` and ``name``.

    Examples
    --------
    >>> named_values(["seed=3", "note = a=b"], without_name="", twice="")
    {'seed': '3', 'note': ' a=b'}
    """
    values: dict[str, str] = {}
    for pair in pairs:
        before, equals, value = pair.partition("=")
        name = before.strip()
        if not equals:
            raise UnreadableInput(without_name.format(pair=pair[:60]))
        if name in values:
            raise UnreadableInput(twice.format(name=name))
        values[name] = value
    return values


def either(names: Sequence[str]) -> str:
    """Write names as a choice in a sentence."""
    if len(names) < 2:
        return "".join(names)
    return _("{first} or {last}").format(first=", ".join(names[:-1]), last=names[-1])


def listed(names: Sequence[str]) -> str:
    """Write names as a list in a sentence."""
    if len(names) < 2:
        return "".join(names)
    return _("{first} and {last}").format(first=", ".join(names[:-1]), last=names[-1])
