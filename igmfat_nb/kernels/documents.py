"""Kernels of notebooks that are run one after another: reports, sweeps, the pack."""

from typing import Any

from igmfat_nb.kernels.choice import forked, start_fork_server
from igmfat_nb.kernels.imports import DOCUMENTS

#: On a busy machine a kernel starts late, and an output comes long after its cell is done: by
#: default it is given up after 4 s, and the report is lost.
PATIENCE = {"start_timeout": 120, "iopub_timeout": 60}


def kernel_of_many() -> dict[str, Any]:
    """What papermill is told where many notebooks run; for one, a fork server costs more."""
    if not forked():
        return {}
    from igmfat_nb.kernels.provisioner import ForkedManager

    start_fork_server(DOCUMENTS)
    return {"kernel_manager_class": ForkedManager}
