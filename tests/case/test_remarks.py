"""What was decided about a titre: a line of the case's notes, the same in every language."""

import pytest

from igmfat_nb.case import CaseTitre
from igmfat_nb.case.remarks import Remark, is_kept, kept, remarks, set_aside
from igmfat_nb.language import reading


@pytest.mark.parametrize("code", ["en", "it"])
@pytest.mark.parametrize(
    ("time_h", "titre", "said"),
    [
        (24.5, 38.5, "titre at 24.5 h: 38.5 mg/dL kept: asked about and right"),
        (0.0, 1000.0, "titre at 0 h: 1000 mg/dL kept: asked about and right"),
        (24.125, 171.0, "titre at 24.125 h: 171 mg/dL kept: asked about and right"),
    ],
)
def test_a_titre_that_was_kept_is_known_again_in_every_language(code, time_h, titre, said):
    with reading(code):
        notes = kept("seen by B", CaseTitre(time_h=time_h, igm_mg_dl=titre))

    assert notes == f"seen by B\n{said}"
    assert is_kept(notes, time_h, titre)


def test_what_was_set_aside_is_read_back():
    with reading("it"):
        notes = set_aside("", CaseTitre(time_h=48.25, igm_mg_dl=171.5))

    assert remarks(notes) == (Remark(48.25, 171.5, set_aside=True),)
