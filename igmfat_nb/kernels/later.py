"""Imported by the fork server of one page: it forks that page's kernel first, and imports the rest.

A timer interrupts it where it waits for somebody who wants a kernel; who comes meanwhile waits
for the imports, as without this.
"""

import gc
import signal
from contextlib import suppress
from importlib import import_module

from igmfat_nb.kernels.imports import PAGES

#: Until the rest is imported, in seconds: the first page is there by then, and the next one warm.
LATER_S = 5.0


def _import_the_rest(*_signal: object) -> None:
    for name in PAGES:
        with suppress(ImportError):  # as the standard library does
            import_module(name)
    gc.collect()
    gc.freeze()


signal.signal(signal.SIGALRM, _import_the_rest)
signal.setitimer(signal.ITIMER_REAL, LATER_S)
