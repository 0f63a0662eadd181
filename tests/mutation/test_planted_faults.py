"""Every planted fault still has its place: a text that is gone would plant nothing."""

import pytest
from mutation.planted_faults import FAULTS, ROOT, Fault

PACKAGE = ROOT / "igmfat_nb"


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_text_of_a_planted_fault_is_in_its_module_once(fault: Fault):
    source = (PACKAGE / fault.module).read_text(encoding="utf-8")

    assert source.count(fault.text) == 1
    assert fault.instead != fault.text
    assert (ROOT / "notebooks" / f"{fault.notebook}.ipynb").is_file()
