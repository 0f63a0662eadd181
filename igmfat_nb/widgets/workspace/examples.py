"""Synthetic patients to start from, at choice; each answers every criterion of the screening."""

from igmfat_nb.language import mark

#: Teaching case, and what the menu calls it.
EXAMPLES: dict[str, str] = {
    "plain-eligible": mark("Eligible, first titre 38 mg/dL"),
    "just-above-60": mark("Not eligible, first titre 62 mg/dL"),
    "surprising-titre": mark("A titre that surprises on day 3"),
    "late-result": mark("A result that came late"),
    "obesity": mark("Obese, 118 kg"),
}
ELIGIBLE = "plain-eligible"
