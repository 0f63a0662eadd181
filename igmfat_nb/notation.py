"""Numbers and doses as ISMP asks for them.

No trailing zero (5 mL), always a leading zero (0.4 mL), thousands separator
from 1,000, a space before the unit. Rounding is half up, as people do by hand.
Source: ISMP list of error-prone dose designations (``protocol.sources.ISMP``).
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

_LARGEST = 1e15


def number_text(value: float, decimals: int = 0) -> str:
    """Write ``value`` with at most ``decimals`` decimals.

    >>> number_text(20_000.0), number_text(0.40, 2), number_text(12.50, 1)
    ('20,000', '0.4', '12.5')
    """
    if not abs(value) < _LARGEST:  # a slip such as 1e100, infinity or NaN is shown as it is
        return f"{value:g}"
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{rounded:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text.replace("-", "\N{MINUS SIGN}")


def quantity_text(value: float, unit: str, decimals: int = 0) -> str:
    """Write ``value`` with its unit.

    >>> quantity_text(431.2, "mL"), quantity_text(5.0, "mL/kg", 1)
    ('431 mL', '5 mL/kg')
    """
    return f"{number_text(value, decimals)} {unit}"


def vials_text(vials: Mapping[int, int]) -> str:
    """Write vials by size, largest first.

    >>> vials_text({100: 4, 10: 4}), vials_text({})
    ('4 × 100 mL + 4 × 10 mL', 'none')
    """
    parts = [f"{count} × {size} mL" for size, count in sorted(vials.items(), reverse=True)]
    return " + ".join(parts) or "none"
