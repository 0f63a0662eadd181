"""The cases of the workshop, read from the files beside this module."""

from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files

from igmfat_nb.bedside.patient import TypedPatient
from igmfat_nb.case import Case, read_case
from igmfat_nb.errors import MissingInput
from igmfat_nb.language import _
from igmfat_nb.notation import field_text

POINT = "## Teaching point"
#: What the patient's page offers: each with an answer to every criterion.
PAGE_EXAMPLES = ("plain-eligible", "just-above-60", "surprising-titre", "late-result", "obesity")


@dataclass(frozen=True, slots=True)
class TeachingCase:
    """A case file with its vignette, in the reader's language.

    Attributes
    ----------
    name : str
        Of its files, without their endings.
    title, vignette, point : str
        What a participant reads first; the story (Markdown); what it teaches,
        which is for afterwards.
    """

    name: str
    title: str
    vignette: str
    point: str
    case: Case

    @property
    def typed(self) -> TypedPatient:
        """The patient at the first titre, as typed into a page."""
        patient = self.case.patient()
        return TypedPatient(
            sex=patient.sex,
            age_years=field_text(patient.age_years),
            height_cm=field_text(patient.height_cm),
            weight_kg=field_text(patient.weight_kg),
            haematocrit=field_text(patient.haematocrit),
            igm=field_text(patient.igm_mg_dl),
            igm_unit="mg/dL",
        )


def case_names() -> list[str]:
    """Names of all teaching cases, in alphabetical order."""
    folder = files("igmfat_nb.teaching_cases")
    return sorted(
        entry.name.removesuffix(".json") for entry in folder.iterdir() if _is_case(entry.name)
    )


def teaching_case(name: str) -> TeachingCase:
    """Return the teaching case of a name.

    Raises
    ------
    MissingInput
        If there is none; the sentence names the nearest.
    """
    if name not in case_names():
        near = get_close_matches(name, case_names(), n=1)
        message = _("There is no teaching case “{name}”.")
        if near:
            message = _("There is no teaching case “{name}”; did you mean “{near}”?")
        raise MissingInput(message.format(name=name, near=near[0] if near else ""))
    title, vignette, point = story(name)
    return TeachingCase(name, _(title), _(vignette), _(point), _case(name))


@lru_cache  # read once a process: they are part of the package
def story(name: str) -> tuple[str, str, str]:
    """Title, vignette and teaching point of a case, as written: in English."""
    text = (files("igmfat_nb.teaching_cases") / f"{name}.md").read_text(encoding="utf-8")
    heading, _line, rest = text.partition("\n")
    vignette, _heading, point = rest.partition(POINT)
    return heading.removeprefix("# "), vignette.strip(), point.strip()


@lru_cache  # the same; a case cannot be changed
def _case(name: str) -> Case:
    return read_case((files("igmfat_nb.teaching_cases") / f"{name}.json").read_bytes())


def library() -> list[TeachingCase]:
    """All teaching cases, in the order of their names."""
    return [teaching_case(name) for name in case_names()]


def _is_case(name: str) -> bool:
    return name.endswith(".json")
