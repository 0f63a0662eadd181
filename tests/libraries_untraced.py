"""A plugin of coverage: what a library does while it is imported is not traced.

Nothing of it is counted, and tracing it takes as long as running it: a server, its kernels and
every command import thousands of modules that are not ours. Our own are traced as before, also
where a library imports them.
"""

import sys
import sysconfig
import threading
from importlib import _bootstrap_external as loaders
from types import ModuleType
from typing import Any

OURS = "igmfat_nb"
LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")})
_load = loaders._LoaderBasics.exec_module
_kept = threading.local()  # a tracer belongs to its thread


def coverage_init(_registry: Any, _options: dict[str, Any]) -> None:
    """Begin with the process, as coverage does."""
    loaders._LoaderBasics.exec_module = _exec_module


def _exec_module(loader: Any, module: ModuleType) -> None:
    tracer = sys.gettrace()
    before = getattr(_kept, "tracer", None)
    wanted = None if _of_a_library(module) else tracer or before
    if wanted is tracer:
        return _load(loader, module)
    _kept.tracer = tracer or before
    sys.settrace(wanted)
    try:
        return _load(loader, module)
    finally:
        sys.settrace(tracer)
        _kept.tracer = before


def _of_a_library(module: ModuleType) -> bool:
    place = (module.__spec__ and module.__spec__.origin) or ""
    return module.__name__.partition(".")[0] != OURS and place.startswith(LIBRARIES)
