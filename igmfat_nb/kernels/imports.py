"""What the fork server imports before its first fork: names only, so that nothing is imported here.

The standard library passes over a name that it cannot import; a test imports each.
"""

from pathlib import PurePath

#: First: without threads of the numerical libraries, which would not survive a fork.
SINGLE_THREADED = "igmfat_nb.kernels.single_threaded"
#: Last: what was imported is never looked at again by the collector, so its memory stays shared.
FROZEN = "igmfat_nb.kernels.frozen"
#: After that: what is not asked for at once is imported while nobody waits.
LATER = "igmfat_nb.kernels.later"

KERNEL = (
    "igmfat_nb.kernels.application",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.iostream",
    "ipykernel.comm",
    "ipywidgets",  # loaded by every kernel
    "IPython.core.completer",
    "IPython.core.debugger",
    "IPython.core.history",
    "IPython.core.magics",
    "encodings.unicode_escape",
    "importlib.readers",
    "numpy.random",
    "plotly.utils",  # asked for by the first figure
)
# Without pandas: pyarrow brings a thread of its allocator.
DOCUMENTS = (
    *KERNEL,
    "igmfat_nb.__main__",  # what the command was started as; a child looks it up
    "jinja2",  # asked for by the first part of a report
    # Asked for by the first figure and its static picture: a third of a report's own time.
    "matplotlib.backends.backend_svg",
    "matplotlib.figure",
    "plotly.graph_objects",
    "plotly.graph_objs._figure",
    "plotly.offline",
    "scipy.special",
    "igmfat_nb.figures.static.axes",
    "igmfat_nb.figures.static.picture",
    "igmfat_nb.reports.choices",
    "igmfat_nb.reports.patient",
    "igmfat_nb.reports.results",
    "igmfat_nb.reports.ready",  # after what it uses
)
#: For the processes of a batch, which run such documents: they are forked from the same process.
BATCH = (*DOCUMENTS, "igmfat_nb.reports.ready_to_build")
PAGES = (
    *KERNEL,
    "igmfat_nb.__main__",  # what the server was started as; a child looks it up
    "igmfat_nb.reports.results",
    "igmfat_nb.pages.bring_your_courses",
    "igmfat_nb.pages.dashboard",
    "igmfat_nb.pages.dose_calculator",
    "igmfat_nb.pages.eligibility",
    "igmfat_nb.pages.individualised_dosing",
    "igmfat_nb.pages.protocol_card",
    "igmfat_nb.pages.titre_kinetics",
    "igmfat_nb.pages.trial_simulation",
    "igmfat_nb.pages.what_matters",
    "igmfat_nb.workshop.lesson_page",
    "igmfat_nb.workshop.ready",
)


def of_page(notebook: str) -> tuple[str, ...]:
    """What the page of a notebook uses, and the rest later; a lesson uses nearly all of it."""
    page = f"igmfat_nb.pages.{PurePath(notebook).stem.partition('_')[2]}"
    return (*KERNEL, "igmfat_nb.__main__", page, FROZEN, LATER) if page in PAGES else PAGES
