"""The verdict as HTML values."""

from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text
from igmfat_nb.protocol.constants import ENROLMENT_TITRE
from igmfat_nb.widgets.explorer.outcome import Outcome
from igmfat_nb.widgets.parts.markup import paragraph
from igmfat_nb.widgets.parts.template import filled

VERDICT = {
    "eligible": ("ig-yes", mark("Eligible")),
    "not eligible": ("ig-no", mark("Not eligible")),
    "cannot tell": ("ig-maybe", mark("Cannot tell yet")),
}
_VERDICT = '<p class="ig-verdict {{ css }}"><b>{{ words }}</b> {{ reason }}</p>'
NEGLIGIBLE_SHARE = 0.0005  # of repeats on the other side: nothing to say


def verdict(outcome: Outcome) -> str:
    """The verdict's box, and what it rests on."""
    if outcome.eligibility is None:
        return paragraph("ig-stop", outcome.refused.get("answers", outcome.blank))
    css, words = VERDICT[outcome.eligibility.verdict]
    return filled(_VERDICT, css=css, words=_(words), reason=_verdict_reason(outcome))


def crossing_note(outcome: Outcome) -> str:
    """How often a repeat measurement would fall on the other side of the limit, if ever."""
    titre, share = outcome.findings.igm_mg_dl, outcome.crossing
    if titre is None or share is None or share < NEGLIGIBLE_SHARE:
        return ""
    values = {
        "titre": number_text(titre, 2),
        "limit": number_text(ENROLMENT_TITRE.value),
        "share": number_text(100 * share, 1 if share < 0.1 else 0),
    }
    sentence = _(
        "At {titre} mg/dL a repeat measurement would fall on the other side of {limit}"
        " in {share} % (assay variation as assumed)."
    )
    return paragraph("ig-note", sentence.format(**values))


def _verdict_reason(outcome: Outcome) -> str:
    judged = outcome.eligibility
    if judged is None or judged.verdict == "eligible":
        return _("Every criterion is met.")
    if judged.verdict == "not eligible":
        return _("Not met: {criteria}.").format(
            criteria="; ".join(_(line.statement.wording) for line in judged.barring)
        )
    if len(judged.missing) == 1:
        wording = _(judged.missing[0].statement.wording)
        return _("1 answer is missing: {criterion}.").format(criterion=wording)
    return _("{count} answers are missing.").format(count=len(judged.missing))
