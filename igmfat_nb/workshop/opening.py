"""The first fifteen minutes of a class: why IgM, what is asked, what can go wrong; each sourced."""

from markupsafe import Markup

from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.protocol import constants, criteria, populations, product, sources
from igmfat_nb.protocol.provenance import Source
from igmfat_nb.units import MG_DL_PER_G_L
from igmfat_nb.workshop.frame import parts

#: A statement, and the documents that it rests on.
Said = tuple[str, tuple[Source, ...]]


def opening() -> Markup:
    """One card a subject."""
    cards = [(_("Why IgM?"), why()), (_("What the trial asks"), asked())]
    cards += [(_("What can go wrong?"), wrong()), (_("What this software is not"), limits())]
    return Markup().join(
        parts("sourced", title, [(text, [_(one.key) for one in found]) for text, found in said])
        for title, said in cards
    )


def why() -> list[Said]:
    """What is known of IgM in septic shock, and what is not."""
    deaths, low = populations.MORTALITY_28_DAYS, populations.SHARE_BELOW_40_TACCONE
    later = populations.IN_RANGE_BY_DAY_5_TO_7
    return [
        (
            _("About {share} % of patients with septic shock die within 28 days.").format(
                share=number_text(100 * deaths.value, 1)
            ),
            (deaths.source,),
        ),
        (
            _("IgM is often low: in one series {share} % were below 40 mg/dL.").format(
                share=number_text(100 * low.value)
            ),
            (low.source,),
        ),
        (
            _("It often recovers: by days 5 to 7, {share} % had IgG and IgM in range.").format(
                share=number_text(100 * later.value)
            ),
            (later.source,),
        ),
        (
            _("Whether low IgM causes death is open: these two studies found no link."),
            (sources.TACCONE_2009, sources.VENET_2011),
        ),
    ]


def asked() -> list[Said]:
    """The trial's own question."""
    paper = constants.SAMPLE_SIZE.source
    return [
        (
            _("Adults in septic shock for less than {hours} h, IgM below {limit} mg/dL.").format(
                hours=number_text(constants.SHOCK_WINDOW.value),
                limit=number_text(constants.ENROLMENT_TITRE.value),
            ),
            (constants.SHOCK_WINDOW.source, constants.ENROLMENT_TITRE.source),
        ),
        (
            _("Standard arm: {dose} mg/kg a day on {days} days.").format(
                dose=number_text(constants.STANDARD_DOSE.value), days=constants.STANDARD_DAYS.value
            ),
            (constants.STANDARD_DOSE.source,),
        ),
        (
            _(
                "Personalised arm: a dose a day by the titre, target {target} mg/dL, until"
                " vasoactive drugs stop, at most {days} days."
            ).format(
                target=number_text(constants.TARGET_TITRE.value),
                days=constants.PERSONALISED_MAX_DAYS.value,
            ),
            (constants.TARGET_TITRE.source,),
        ),
        (
            _("{patients} patients in {centres} units; death by day {day}.").format(
                patients=constants.SAMPLE_SIZE.value,
                centres=constants.CENTRES.value,
                day=constants.PRIMARY_ENDPOINT_DAY.value,
            ),
            (paper,),
        ),
    ]


def wrong() -> list[Said]:
    """Slips that change a dose, each met again in a lesson."""
    return [
        (
            _("g/L read as mg/dL: a factor of {factor}.").format(factor=number_text(MG_DL_PER_G_L)),
            (),
        ),
        (
            _(
                "IgM taken for protein: each mL holds {protein} mg of protein, {igm} of it IgM."
            ).format(
                protein=number_text(product.PROTEIN.value), igm=number_text(product.IGM.value)
            ),
            (product.PROTEIN.source,),
        ),
        (
            _("The label's contraindications not asked: hypersensitivity, IgA deficiency."),
            tuple(dict.fromkeys(one.source for one in criteria.CONTRAINDICATIONS)),
        ),
        (
            _(
                "Run in too fast: the label's rate is {rate} mL/kg/h, so a day holds"
                " {volume} mL/kg."
            ).format(
                rate=number_text(product.LABEL_RATE.value, 1),
                volume=number_text(product.VOLUME_PER_DAY_AT_LABEL_RATE.value, 1),
            ),
            (product.LABEL_RATE.source,),
        ),
        (_("A sample drawn during an infusion: it shows the infusion, not the patient."), ()),
        (_("An open question taken for a no, or for a yes."), ()),
        (_("A titre measured again until it fits the limit."), ()),
        (_("Patients who reached the target compared with those who died before they could."), ()),
    ]


def limits() -> list[Said]:
    """What nobody may take it for."""
    return [
        (_("For teaching, planning and research; never an order at the bedside."), ()),
        (
            _(
                "The trial's dose equation is in no text that could be read: the personalised dose"
                " here is a mass balance, an assumption of this software."
            ),
            (sources.OURS,),
        ),
        (_("All patients of the lessons are synthetic."), ()),
    ]
