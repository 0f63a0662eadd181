"""The IgM-FAT trial protocol as an interactive suite, for research and teaching only.

Never a bedside order: synthetic patients, sourced numbers, the working always shown.
``import igmfat_nb as igm`` offers the names of ``__all__``, each loaded at first use;
their types stand in ``__init__.pyi``.
"""

__version__ = "0.1.0"

__all__ = [
    "Assumptions",
    "DoseRule",
    "IgmFatError",
    "cohort_doses",
    "curve",
    "design",
    "doses",
    "eligibility",
    "figure",
    "new_case",
    "next_dose",
    "patient",
    "read_case",
    "sample_size",
    "sources",
    "table",
    "teaching_case",
    "virtual_trial",
]

_ELSEWHERE = {
    "Assumptions": "igmfat_nb.courses.simulated",
    "DoseRule": "igmfat_nb.bedside.dose_rule",
    "IgmFatError": "igmfat_nb.errors",
    "new_case": "igmfat_nb.case",
}


def __getattr__(name: str) -> object:
    """Load a public name at its first use."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(_ELSEWHERE.get(name, "igmfat_nb.api.calls")), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
