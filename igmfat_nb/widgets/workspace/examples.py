"""Synthetic patients to start from, at choice; each answers every criterion of the screening."""

from igmfat_nb.language import mark
from igmfat_nb.teaching_cases import PAGE_EXAMPLES

_TITLES = (
    mark("Eligible, first titre 38 mg/dL"),
    mark("Not eligible, first titre 62 mg/dL"),
    mark("An outlying titre on day 3"),
    mark("A result that came late"),
    mark("Obese, 118 kg"),
)
#: Teaching case, and what the menu calls it.
EXAMPLES: dict[str, str] = dict(zip(PAGE_EXAMPLES, _TITLES, strict=True))
ELIGIBLE, LATE = PAGE_EXAMPLES[0], PAGE_EXAMPLES[3]
