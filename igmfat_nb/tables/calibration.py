"""Calibration of the posterior on simulated patients, as lines to read."""

from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.titration.calibration import RANKED, Calibration, rank_counts


def calibration_text(calibration: Calibration) -> str:
    """Ranks of the truth by tenths, and how often the 90 % interval held the next titre."""
    lines = [
        _("{n} simulated patients, residual error included").format(
            n=number_text(len(calibration.ranks))
        )
    ]
    for column, name in enumerate(RANKED):
        counts = " ".join(str(n) for n in rank_counts(calibration.ranks[:, column], 10))
        lines.append(_("ranks of {name}, by deciles: {counts}").format(name=_(name), counts=counts))
    held = _("90 % intervals contain {share} % of the next measured titres")
    lines.append(held.format(share=number_text(100 * float(calibration.covered.mean()), 1)))
    return "\n".join(lines)
