"""An arm's dose as an HTML value."""

from html import escape

from igmfat_nb.bedside.answer import ARM_TITLE, ArmDose
from igmfat_nb.bedside.dosing import Arm
from igmfat_nb.bedside.infusion import Dose
from igmfat_nb.bedside.working import schedules
from igmfat_nb.courses.comparison import stays_below_target
from igmfat_nb.language import _, mark
from igmfat_nb.notation import listed, number_text, quantity_text, vials_text
from igmfat_nb.units import MG_PER_G
from igmfat_nb.widgets.explorer.outcome import Outcome
from igmfat_nb.widgets.parts.markup import NO_BREAK, head, paragraph, unbroken

ARM_CLASS = {"standard": "ig-std", "personalised": "ig-per"}
ARM_ORIGIN = {
    "standard": ("ig-pub", mark("dose: trial · rate: label")),
    "personalised": ("ig-ass", mark("dose: our assumption · rate: label")),
}
#: Short names of the contraindications, for the line above a volume.
CLEARANCE_NAME = {
    "contraindication_hypersensitivity": mark("hypersensitivity"),
    "contraindication_iga_deficiency": mark("IgA deficiency"),
}


def dose_card(outcome: Outcome, arm: Arm) -> str:
    """One arm's card: the dose, or what it waits for."""
    css, origin = ARM_ORIGIN[arm]
    title = _(ARM_TITLE[arm])
    if outcome.arms is None:
        shown = "ig-stop" if outcome.stopped else "ig-sub"
        return head(title) + '<p class="ig-big">–</p>' + paragraph(shown, outcome.blank)
    given = outcome.arms[arm]
    parts = [
        head(title, _(origin), css=f"ig-badge {css}"),
        paragraph("ig-clear", not_cleared_line(outcome)),
        paragraph("ig-clear", _not_eligible_line(outcome)),
        *_amounts(given.dose),
        paragraph("ig-warn", given.dose.label_rate_warning() or ""),
        _details(_("How was this calculated?"), _working(given), is_open=True),
    ]
    if arm == "personalised":
        parts.append(_assumption_note(outcome))
    parts.append(_details(_("Other schedules"), _schedules(given.dose)))
    return "".join(parts)


def not_cleared_line(outcome: Outcome) -> str:
    """The amber line above a volume: what nobody has answered yet."""
    names = [_(CLEARANCE_NAME[one.code]) for one in outcome.not_cleared]
    return _("Contraindications not answered: {names}").format(names=listed(names)) if names else ""


def _not_eligible_line(outcome: Outcome) -> str:
    barred = outcome.eligibility is not None and outcome.eligibility.verdict == "not eligible"
    return _("The trial would not include this patient") if barred else ""


def _amounts(dose: Dose) -> tuple[str, str, str]:
    if not dose.volume_ml:
        none = _("no dose today")
        return f'<p class="ig-big">0 <small>mL: {escape(none)}</small></p>', "", ""
    volume = number_text(dose.volume_ml, 1)
    big = f'<p class="ig-big">{volume} <small>{escape(_("mL today"))}</small></p>'
    amounts = (
        quantity_text(dose.protein_mg / MG_PER_G, _("g protein"), 1),
        quantity_text(dose.protein_mg_per_kg, "mg/kg"),
        quantity_text(dose.igm_mg, "mg IgM"),
        quantity_text(dose.volume_ml_per_kg, "mL/kg", 1),
    )
    kept = " · ".join(amount.replace(" ", NO_BREAK) for amount in amounts)
    return big, paragraph("ig-sub", kept), _loads(dose)


def _loads(dose: Dose) -> str:
    pairs = (
        (_("Rate"), quantity_text(dose.rate_ml_h, "mL/h", 1)),
        (_("Duration"), quantity_text(dose.duration_h, "h", 1)),
        (_("Vials"), vials_text(dose.vials)),
        (_("Discarded"), quantity_text(dose.discarded_ml, "mL", 1)),
        (_("Glucose"), quantity_text(dose.glucose_g, "g", 1)),
        (_("Sodium"), quantity_text(dose.sodium_mmol, "mmol", 1)),
    )
    cells = (f"<div><dt>{escape(a)}</dt><dd>{unbroken(b)}</dd></div>" for a, b in pairs)
    return f'<dl class="ig-dl">{"".join(cells)}</dl>'


def _working(given: ArmDose) -> str:
    """The working, the volume it arrives at in bold."""
    volume = quantity_text(given.dose.volume_ml, "mL", 1)
    lines = [escape(line) for line in given.working]
    last = next((i for i, line in reversed(list(enumerate(lines))) if line.endswith(volume)), None)
    if last is not None:
        lines[last] = f"{lines[last].removesuffix(volume)}<b>{volume}</b>"
    return f'<p class="ig-work">{"<br>".join(lines)}</p>'


def _assumption_note(outcome: Outcome) -> str:
    sentences = [
        _(
            "The trial publishes the target, not the equation. This rule is an assumption of"
            " this software."
        )
    ]
    if outcome.comparison is not None and stays_below_target(outcome.comparison):
        sentences.append(
            _(
                "Under this rule predicted titres stay below the target; the trial's rule may"
                " differ."
            )
        )
    link = f'<a href="#ig-rule">{escape(_("Change its parts"))}</a>'
    return f'<p class="ig-note">{escape(" ".join(sentences))} {link}</p>'


def _schedules(dose: Dose) -> str:
    said = schedules(dose.weight_kg)
    exceeds = f'<b class="ig-above">{escape(said.exceeds)}</b>'
    return (
        paragraph("ig-note", said.alternative)
        + f'<p class="ig-note">{escape(said.expert)} {exceeds}</p>'
        + paragraph("ig-note", said.neither)
    )


def _details(summary: str, inside: str, *, is_open: bool = False) -> str:
    return (
        f'<details class="ig-details"{" open" if is_open else ""}>'
        f"<summary>{escape(summary)}</summary>{inside}</details>"
    )
