"""Imported first by the fork server: a pool of threads would not survive the fork."""

import os
import sys

import igmfat_nb.kernels.without_grammar  # noqa: F401 - the kernels do without it as well

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
# A kernel of ours has one page: what it sets need not be told to others of the same kernel.
os.environ.setdefault("JUPYTER_WIDGETS_ECHO", "0")
# No page and no document is debugged; ipykernel does without what it cannot import.
sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]
