"""Teaching cases, all synthetic: a library with vignettes, and a seeded generator of more.

One case is two files beside this one: ``NAME.json``, a case file, and
``NAME.md``, its vignette with the point it teaches.
"""

from igmfat_nb.teaching_cases.library import (
    PAGE_EXAMPLES,
    TeachingCase,
    case_names,
    library,
    teaching_case,
)
from igmfat_nb.teaching_cases.make import made_cases

__all__ = ["PAGE_EXAMPLES", "TeachingCase", "case_names", "library", "made_cases", "teaching_case"]
