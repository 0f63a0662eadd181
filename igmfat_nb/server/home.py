"""The start page: a door for each reader, what this browser keeps, what is not known."""

from collections.abc import Mapping
from typing import Any

from igmfat_nb.language import _
from igmfat_nb.notation import kept_together, quantity_text
from igmfat_nb.pages.contents import EVIDENCE, PATIENT, REPORTS, TEACH, TRIAL
from igmfat_nb.pages.help import HELP_SECTIONS as HELP
from igmfat_nb.pages.terms import sections
from igmfat_nb.protocol.product import LABEL_RATE
from igmfat_nb.widgets.parts.browser_keys import CASE_KEY

FOLLOWED = "21_individualised_dosing"
CLASS_SECTION = "open-a-class"


def home_words(frame: Mapping[str, Any]) -> dict[str, Any]:
    """What the template of the start page says, leading only to pages that are served.

    Parameters
    ----------
    frame : mapping
        As ``page_frame`` gives it.
    """
    pages = {group["key"]: group["pages"] for group in frame["groups"]}
    patient = pages.get(PATIENT, [])
    going_on = [page for page in patient if page["notebook"] == FOLLOWED] or patient
    return {
        "words": _words(),
        "doors": [door for door in _doors(frame, pages) if door["pages"]],
        "assumed": _assumed(),
        "evidence": pages.get(EVIDENCE, []),
        "kept_key": CASE_KEY,
        "kept_address": going_on[0]["address"] if going_on else "",
    }


def glossary_words(frame: Mapping[str, Any]) -> dict[str, Any]:
    """What the template of the glossary says: the manual, how pages are used, and their words."""
    absent = _("The manual was not built here: make docs, in a checkout, then start again.")
    return {
        "words": {
            "title": _("Help and glossary"),
            "manual": _("Manual"),
            "in_manual": _("guides, method, validation, Python, changes (English)"),
            "no_manual": "" if frame["manual"] else absent,
            "glossary": _("Glossary"),
            "not": _("not"),
        },
        "help": [(key, _(title), [_(one) for one in said]) for key, (title, said) in HELP.items()],
        "sections": list(sections().items()),
    }


def _doors(frame: Mapping[str, Any], pages: dict[str, Any]) -> list[dict[str, Any]]:
    patient, trial = pages.get(PATIENT, []), pages.get(TRIAL, [])
    lessons = pages.get(TEACH, [])
    documents = [*trial, *pages.get(REPORTS, [])]
    how = f"{frame['help']}#{CLASS_SECTION}" if frame["help"] else ""
    return [
        {
            "picture": "patient",
            "who": _("For clinicians"),
            "title": _("One patient"),
            "what": _("Screening, the first dose of both arms, then the course, titre by titre."),
            "pages": patient,
            "button": _("Start with a patient"),
            "address": patient[0]["address"] if patient else "",
        },
        {
            "picture": "class",
            "who": _("For trainers"),
            "title": _("A class"),
            "what": _("Lessons about synthetic patients. Answers stay with the participant."),
            "pages": lessons,
            "button": _("Open a class") if how else _("Start with the first lesson"),
            "address": how or (lessons[0]["address"] if lessons else ""),
        },
        {
            "picture": "trial",
            "who": _("For analysts"),
            "title": _("Trials and tables"),
            "what": _("Virtual trials of the design, and documents to keep."),
            "pages": documents,
            "button": trial[0]["title"] if trial else _("Read a report"),
            "address": documents[0]["address"] if documents else "",
        },
    ]


def _assumed() -> list[tuple[str, str]]:
    rate = kept_together(quantity_text(LABEL_RATE.value, LABEL_RATE.unit, 1))
    return [
        (
            _("The dose equation"),
            _("The trial publishes the target. Ours is a mass balance, marked wherever it shows."),
        ),
        (_("The infusion rate"), _("The label’s {rate} stands in.").format(rate=rate)),
        (_("Clearance in septic shock"), _("Three assumed values; look at all.")),
    ]


def _words() -> dict[str, Any]:
    return {
        "title": _("The IgM-FAT protocol, to try out"),
        "what": _(
            "IgM-enriched immunoglobulin, dosed to the titre, in septic shock with low serum IgM:"
            " whom the trial includes, what each arm gives, how the titre moves."
        ),
        "assumed": _("Not known, and assumed here"),
        "evidence": _("Evidence"),
        "kept": {
            "title": _("Kept in this browser"),
            "go_on": _("Go on"),
            "unnamed": _("A patient without a pseudonym"),
            "standard": _("standard arm"),
            "personalised": _("personalised arm"),
            "titres": _("titres: {n}"),
            "doses": _("doses: {n}"),
            "changed": _("changed {when}"),
        },
    }
