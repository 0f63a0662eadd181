"""Small words that several parts of the page share."""

from igmfat_nb.case import CaseTitre
from igmfat_nb.notation import number_text


def titre_words(titre: CaseTitre) -> str:
    """A measured titre with its unit."""
    return f"{titre.text()} mg/dL"


def percent(share: float) -> str:
    """Write a chance; a few thousand particles never make it 0 % or 100 %."""
    if share < 0.01:
        return "< 1 %"
    if share > 0.99:
        return "> 99 %"
    return f"{number_text(100 * share)} %"
