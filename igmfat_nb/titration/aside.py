"""A surprising titre that today's dose follows from, and the answer without it."""

from dataclasses import dataclass

from igmfat_nb.case import CaseTitre
from igmfat_nb.case.remarks import is_kept
from igmfat_nb.titration.decision import Decision, decide


@dataclass(frozen=True, slots=True, eq=False)
class SetAside:
    """The answer if the outlying titre that today's dose follows from is set aside."""

    titre: CaseTitre
    decision: Decision


def asked_about(decision: Decision) -> CaseTitre | None:
    """The outlying titre that today's dose follows from, while nobody has said it is right."""
    today, notes = decision.situation.titre_today, decision.situation.case.notes
    for one in decision.outlying:
        if today is not None and one.time_h == today.time_h:
            return None if is_kept(notes, one.time_h, one.igm_mg_dl) else today
    return None


def set_aside(decision: Decision, *, seed: int) -> SetAside | None:
    """Decide again, at the same hour and alike, without the titre that is asked about.

    None where none is asked about.
    """
    titre, case = asked_about(decision), decision.situation.case
    if titre is None:
        return None
    rest = tuple(one for one in case.titres if one != titre)
    without = decide(
        case.model_copy(update={"titres": rest}),
        at_h=decision.situation.at_h,
        probability=decision.forecast.probability,
        seed=seed,
        assumptions=decision.assumptions,
    )
    return SetAside(titre, without)
