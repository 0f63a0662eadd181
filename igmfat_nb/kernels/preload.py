"""What the fork server imports before its first fork; nothing here starts a thread or a loop.

``igmfat_nb.kernels.choice.PRELOAD`` names this module to the fork server of the
standard library, which imports it and nothing else of ours.
"""

import gc
import importlib
import os

# A pool of threads would not survive the fork; pages are many small computations anyway.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")  # a warning of the debugger's

MODULES = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.iostream",
    "ipykernel.comm",
    "ipykernel.debugger",  # with debugpy: most of what a forked kernel would still import
    "IPython.core.completer",
    "IPython.core.history",
    "numpy.random",
    "igmfat_nb.__main__",  # what the server was started as; a child looks it up
    "igmfat_nb.reports.results",
    "igmfat_nb.widgets.course_dashboard",
    "igmfat_nb.widgets.protocol_panel",
    "igmfat_nb.widgets.sample_size_panel",
    "igmfat_nb.widgets.trial_panel",
    "igmfat_nb.workshop.as_results",
    "igmfat_nb.workshop.as_text",
    "igmfat_nb.workshop.panel",
)


def import_everything() -> None:
    """Import what pages use, and keep the collector off it: a page never touched stays shared."""
    for name in MODULES:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


import_everything()
