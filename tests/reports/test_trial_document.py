"""The document of a run that a page has finished."""

from dataclasses import replace

from igmfat_nb.reports.document import with_library
from igmfat_nb.reports.run import build_report
from igmfat_nb.reports.trial_document import trial_document
from igmfat_nb.server.folder import notebook_named
from igmfat_nb.trial.design import example_or
from igmfat_nb.widgets.trial.model import TrialModel


def before_the_record(html):
    return html.partition("<body>")[2].partition("Run record")[0]


def test_the_document_of_a_finished_run_is_that_of_the_notebook():
    model = TrialModel()
    model.adopt(example_or(""), replicates=8, seed=3)
    model.run()

    of_the_page = trial_document(replace(model.finished, seconds=None))

    notebook = notebook_named("91_trial_report")
    run = build_report(notebook, {"replicates": 8, "seed": 3}, title="", inputs="")
    shown = before_the_record(of_the_page)
    assert shown.count("Plotly.newPlot") == 2
    assert shown == before_the_record(with_library(run.html))
    assert "replicates 8, seed 3" in of_the_page
    assert "script-src 'sha256-" in of_the_page
