"""An arm's dose as an HTML value: the volume, what goes with it, and its working folded."""

from igmfat_nb.bedside.answer import ARM_TITLE, ArmDose
from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import Arm
from igmfat_nb.bedside.infusion import Dose
from igmfat_nb.bedside.working import formula, reading_words, schedules
from igmfat_nb.courses.comparison import Comparison, stays_below_target
from igmfat_nb.language import _, mark
from igmfat_nb.notation import listed, number_text, quantity_text, vials_text
from igmfat_nb.units import MG_PER_G
from igmfat_nb.widgets.explorer.inputs import FIELD_NAMES
from igmfat_nb.widgets.explorer.outcome import Outcome
from igmfat_nb.widgets.parts.markup import NO_BREAK, unbroken
from igmfat_nb.widgets.parts.template import filled

ARM_CLASS = {"standard": "ig-std", "personalised": "ig-per"}
ARM_ORIGIN = {
    "standard": ("ig-pub", mark("dose: trial · rate: label")),
    "personalised": ("ig-ass", mark("dose: our assumption")),
}
#: Short names of the contraindications, for the line above a volume.
CLEARANCE_NAME = {
    "contraindication_hypersensitivity": mark("hypersensitivity"),
    "contraindication_iga_deficiency": mark("IgA deficiency"),
}
#: What each arm's dose rests on; the standard dose needs the weight only.
NEEDED: dict[Arm, tuple[str, ...]] = {
    "standard": ("weight_kg",),
    "personalised": ("sex", "height_cm", "weight_kg", "haematocrit", "igm", "igm_unit"),
}
HEAD = """<header class="ig-card-head"><h2>{{ title }}</h2>\
<span class="ig-badge {{ css }}">{{ origin }}</span></header>"""
WAITS = """{{ head|safe }}<p class="ig-big">–</p>
{% if sentence %}<p class="{{ shown }}">{{ sentence }}</p>{% else %}
<p class="ig-sub">{{ waits_for }}</p><ul class="ig-waits">
{% for name in names %}<li>{{ name }}</li>{% endfor %}</ul>{% endif %}"""
BETWEEN = """{{ head|safe }}<p class="ig-big">{{ range }} <small>mL</small></p>
<p class="ig-sub">{{ said }}</p><details class="ig-details"><summary>{{ title }}</summary>\
<p class="ig-work">{% for line in working %}{% if not loop.first %}<br>{% endif %}{{ line }}\
{% endfor %}</p></details>"""
CARD = """{{ head|safe }}
{% for line in lines %}<p class="ig-clear">{{ line }}</p>{% endfor %}
<p class="ig-big">{{ volume }} <small>{{ unit }}</small></p>
{% if given %}<p class="ig-sub">{{ vials|safe }}</p>
<dl class="ig-dl">{% for name, value in loads %}<div><dt>{{ name }}</dt>\
<dd>{{ value }}</dd></div>{% endfor %}</dl>{% endif %}
{% if warning %}<p class="ig-warn">{{ warning }}</p>{% endif %}
{% for note in notes %}<p class="ig-note">{{ note }}</p>{% endfor %}
<p class="ig-work ig-print-only">{% for text, bold in working %}{{ text }}{{ bold }}\
{% if not loop.last %}<br>{% endif %}{% endfor %}</p>
<details class="ig-details"><summary>{{ formula }}</summary>
<p class="ig-work">{% for text, bold in working %}{% if not loop.first %}<br>{% endif %}{{ text }}\
{% if bold %}<b>{{ bold }}</b>{% endif %}{% endfor %}</p>
{% for note in details %}<p class="ig-note">{{ note }}</p>{% endfor %}</details>
{% if said %}<details class="ig-details"><summary>{{ other }}</summary>
<p class="ig-note">{{ said.alternative }}</p>
<p class="ig-note">{{ said.expert }} <b class="ig-above">{{ said.exceeds }}</b></p>
<p class="ig-note">{{ said.neither }}</p></details>{% endif %}"""


def dose_card(outcome: Outcome, arm: Arm, *, today: bool = True) -> str:
    """One arm's card: the dose, or what it waits for; not ``today`` where its day has passed."""
    given = outcome.arm_dose(arm)
    if given is None and arm == "personalised" and outcome.ends:
        return _between(outcome.ends)
    if given is None:
        return _waiting_card(outcome, arm)
    barred = outcome.eligibility is not None and outcome.eligibility.verdict == "not eligible"
    not_included = _("The trial would not include this patient") if barred else ""
    rule = outcome.choices.rule
    line = formula(given.steps, rule) if rule else ""
    return filled(
        CARD,
        head=card_head(arm),
        lines=[line for line in (not_cleared_line(outcome), not_included) if line],
        volume=number_text(given.dose.volume_ml, 1),
        unit=_unit(given.dose, today=today),
        given=bool(given.dose.volume_ml),
        vials=_vials(given.dose),
        loads=loads(given.dose),
        warning=given.dose.label_rate_warning(),
        notes=notes_of(rule, outcome.comparison) if arm == "personalised" and rule else [],
        formula=line or _("How was this calculated?"),
        working=working_lines(given),
        details=[_amounts(given.dose)] if given.dose.volume_ml else [],
        other=_("Other schedules"),
        said=schedules(given.dose.weight_kg) if arm == "standard" else None,
    )


def _unit(dose: Dose, *, today: bool) -> str:
    if not today:
        return _("mL on day 1")
    return _("mL today") if dose.volume_ml else _("mL: no dose today")


def _between(ends: tuple[ArmDose, ArmDose]) -> str:
    """Of a titre below the assay's limit: the doses at the limit and at 0."""
    at_0, at_limit = ends
    least, most = (number_text(one.dose.volume_ml, 1) for one in (at_limit, at_0))
    said = _("The titre lies below the assay's limit; the rule needs a number: {least} mL at the"
             " limit, {most} mL at 0.")  # fmt: skip
    return filled(
        BETWEEN,
        head=card_head("personalised"),
        range=f"{least}–{most}",
        said=said.format(least=least, most=most),
        working=[*at_limit.working, *at_0.working],
        title=_("How was this calculated?"),
    )


def card_head(arm: Arm) -> str:
    """Name of the arm and where its dose comes from."""
    css, origin = ARM_ORIGIN[arm]
    return filled(HEAD, title=_(ARM_TITLE[arm]), css=css, origin=_(origin))


def not_cleared_line(outcome: Outcome) -> str:
    """The amber line above a volume: what nobody has answered yet."""
    names = [_(CLEARANCE_NAME[one.code]) for one in outcome.not_cleared]
    return _("Contraindications not answered: {names}").format(names=listed(names)) if names else ""


def notes_of(rule: DoseRule, comparison: Comparison | None) -> list[str]:
    """What a reader of the personalised dose must know of its rule."""
    notes = [reading_words(rule)]
    if comparison is not None and stays_below_target(comparison):
        peak_mg_dl = float(comparison.arms["personalised"].course.igm_mg_dl.max())
        said = _("Under this reading the titre peaks at {peak} mg/dL and falls.")
        target = comparison.assumptions.rule.target_mg_dl
        if peak_mg_dl >= target:
            said = _(
                "Under this reading the titre peaks at {peak} mg/dL and is below {target} again"
                " every morning."
            )
        notes.append(said.format(peak=number_text(peak_mg_dl), target=number_text(target, 1)))
    return notes


def loads(dose: Dose) -> list[tuple[str, str]]:
    """Rate, duration and what comes with the volume."""
    return [
        (_("Rate"), quantity_text(dose.rate_ml_h, "mL/h", 1)),
        (_("Duration"), quantity_text(dose.duration_h, "h", 1)),
        (_("Per weight"), quantity_text(dose.volume_ml_per_kg, "mL/kg", 1)),
        (_("Protein"), quantity_text(dose.protein_mg / MG_PER_G, "g", 1)),
        (_("Glucose"), quantity_text(dose.glucose_g, "g", 1)),
        (_("Sodium"), quantity_text(dose.sodium_mmol, "mmol", 1)),
    ]


def working_lines(given: ArmDose) -> list[tuple[str, str]]:
    """The working line by line; the volume it arrives at apart, to be bold."""
    volume = quantity_text(given.dose.volume_ml, "mL", 1)
    lines = [(line, "") for line in given.working]
    ends = [index for index, (line, _bold) in enumerate(lines) if line.endswith(volume)]
    for last in ends[-1:]:
        lines[last] = (lines[last][0].removesuffix(volume), volume)
    return lines


def _waiting_card(outcome: Outcome, arm: Arm) -> str:
    awaited = {*outcome.refused, *outcome.missing}
    names = [_(FIELD_NAMES[name]) for name in NEEDED[arm] if name in awaited]
    says = bool(outcome.stopped) or not names
    return filled(
        WAITS,
        head=card_head(arm),
        shown="ig-stop" if outcome.stopped else "ig-sub",
        sentence=outcome.blank if says else "",
        waits_for=_("Waits for"),
        names=names,
    )


def _vials(dose: Dose) -> str:
    vials = _("vials {vials}").format(vials=vials_text(dose.vials))
    discarded = _("{volume} discarded").format(volume=quantity_text(dose.discarded_ml, "mL", 1))
    if dose.discarded_ml < 0.05:  # less than what is shown
        discarded = _("nothing discarded")
    return f"{unbroken(vials)}, {unbroken(discarded)}"


def _amounts(dose: Dose) -> str:
    amounts = (
        quantity_text(dose.protein_mg_per_kg, "mg/kg"),
        quantity_text(dose.igm_mg, "mg IgM"),
    )
    return " · ".join(amount.replace(" ", NO_BREAK) for amount in amounts)
