"""A question's patient in a line: the case's numbers, and what its story adds."""

from igmfat_nb.case import Case
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.workshop.question import AnyQuestion

#: What is known beside the numbers, case by case; the stories are ``teaching_cases/*.md``.
STORIES: dict[str, tuple[str, ...]] = {
    "plain-eligible": (
        mark("shock for 9 h, pneumonia"),
        mark("all screening questions answered, none bars him; no contraindication of the label"),
    ),
    "titre-in-g-per-l": (mark("shock for 4 h, cholangitis"), mark("nothing else bars him")),
    "just-above-60": (mark("shock for 11 h, peritonitis"), mark("nothing else bars her")),
    "just-below-60": (mark("shock for 6 h, urinary infection"), mark("nothing else bars her")),
    "bmi-above-40": (mark("shock for 5 h, skin infection"), mark("nothing else bars him")),
    "iga-deficiency": (
        mark("shock for 8 h, pneumonia"),
        mark("absolute IgA deficiency with antibodies against IgA, known since a reaction to"
             " plasma"),
    ),
    "answers-missing": (
        mark("shock for 3 h"),
        mark("focus still being looked for; whether another hospital gave immunoglobulin this"
             " morning is not known; nobody has spoken to the family yet"),
    ),
    "obesity": (mark("shock for 7 h, cholecystitis"),),
    "very-low-titre": (mark("shock for 12 h, pneumonia"),),
    "beyond-a-day": (mark("shock after long illness"),),
    "vasopressors-stop-day-3": (
        mark("personalised arm, a dose after each titre"),
        mark("noradrenaline stopped 62 h after the first titre"),
    ),
    "fast-clearance": (
        mark("personalised arm, each morning what the deficit rule asked for"),
        mark("vasopressors still run"),
    ),
    "surprising-titre": (
        mark("personalised arm"),
        mark("the last titre was drawn 48 h after the first; an infusion was late, and blood came"
             " from the same catheter"),
    ),
}  # fmt: skip
#: Titres as their laboratory writes them, where that is the question.
AS_WRITTEN = {"titre-in-g-per-l": mark("IgM 0.42 g/L")}


def patient_line(question: AnyQuestion) -> list[str]:
    """Who it is about: sex and age first, the titre last; nothing where nobody is."""
    if not question.about_patient:
        return []
    case, name = question.case, question.case_name
    return [_who(case), _body(case), *(_(part) for part in STORIES[name]), _igm(case, name)]


def _who(case: Case) -> str:
    person = _("Woman, {age} years") if case.sex == "female" else _("Man, {age} years")
    return person.format(age=number_text(case.age_years))


def _body(case: Case) -> str:
    return _("{height} cm, {weight} kg, haematocrit {haematocrit}").format(
        height=number_text(case.height_cm),
        weight=number_text(case.weight_kg),
        haematocrit=number_text(case.haematocrit, 2),
    )


def _igm(case: Case, name: str) -> str:
    if name in AS_WRITTEN:
        return _(AS_WRITTEN[name])
    titres = [number_text(one.measured_mg_dl) for one in case.titres]
    if len(titres) == 1:
        return _("IgM {titre}").format(titre=quantity_text(case.titres[0].measured_mg_dl, "mg/dL"))
    return _("IgM on {n} mornings {titres} mg/dL").format(n=len(titres), titres=", ".join(titres))
