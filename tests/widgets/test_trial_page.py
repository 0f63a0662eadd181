"""The page of a virtual trial without a browser."""

import json
import re
import threading

import ipywidgets as ipw
import numpy as np
import pytest

from igmfat_nb.trial.immortal import immortal_time, without_effect
from igmfat_nb.trial.replicate import run_detail
from igmfat_nb.trial.summary import run_here
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.figure import FigureView
from igmfat_nb.widgets.trial.model import TrialModel
from igmfat_nb.widgets.trial.page import trial_panel


def small(**texts):
    usual = {"patients": "40", "replicates": "6", "deaths": "exposure"}
    return TrialModel(**(usual | texts))


def every(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from every(child)


def text_of(widget):
    text = " ".join(one.value for one in every(widget) if isinstance(one, ipw.HTML))
    return text.replace("\N{NO-BREAK SPACE}%", " %")


def field(panel, label):
    kinds = (ipw.Text, ipw.Dropdown, ipw.ToggleButtons, ipw.Button)
    return next(one for one in every(panel) if isinstance(one, kinds) and one.description == label)


def figures_of(panel):
    """Data and layout of every figure on the page as the browser gets them."""
    return [json.loads(one.figure) for one in every(panel) if isinstance(one, FigureView)]


def is_away(panel):
    """Whether the parts with results are taken off the page, both of them."""
    parts = [one for one in every(panel) if "ig-results" in getattr(one, "_dom_classes", ())]
    (away,) = {"ig-away" in one._dom_classes for one in parts}
    return away


def results_of(panel):
    return [one for one in every(panel) if "ig-results" in getattr(one, "_dom_classes", ())]


def nothing_is_left(panel):
    """No word, table or point of a result."""
    words = [
        one.value
        for part in results_of(panel)
        for one in every(part)
        if isinstance(one, ipw.HTML) and "ig-card-head" not in one.value
    ]
    empty = all(not one["data"] and "annotations" not in one["layout"] for one in figures_of(panel))
    return empty and not any(words)


# The page


def test_the_page_answers_by_formula_until_it_is_run():
    model = TrialModel(replicates="6")
    panel = trial_panel(model)

    text = text_of(panel)
    # By hand: Phi(0.15 sqrt(178) / sqrt(0.4575) - 1.95996) = 84.1 %; enumerated with SciPy 83.7 %.
    assert "By formula, 356 patients give 84 % power." in text
    assert "Enumerated exactly: 83.7 %." in text
    assert "What a run answers" in text
    assert figures_of(panel) == []

    field(panel, "Deaths, arm 2").value = "45"
    assert "any difference found is a type I error" in text_of(panel)
    field(panel, "Patients").value = "1"
    assert "By formula" not in text_of(panel)
    assert "Waiting for" in text_of(panel)


def test_a_finished_page_holds_every_answer_and_no_formula():
    model = small(deaths="set", looks="half")
    panel = trial_panel(model)

    model.run()

    shown = text_of(panel)
    for words in (
        "Power", "Type I error", "How often", "Stops at 50 % of patients", "Doses and cost",
        "Cost of opened vials, EUR", "Screened", "Odds ratio, sceptical prior",
        "Immortal time bias", "The figure as a table",
    ):  # fmt: skip
        assert words in shown, words
    assert not is_away(panel)
    assert "&amp;" not in shown


def test_the_evidence_stands_beside_the_effect():
    text = text_of(trial_panel(small()))

    assert "inconsistent" in text
    assert "Zero unless you change it" in text
    assert "one reconstruction that gives 356 patients" in text
    assert "the trial&#x27;s is not known" in text or "the trial's is not known" in text


def test_typing_into_the_page_is_read_and_refused_beside_the_field():
    model = small()
    panel = trial_panel(model)
    model.run()

    field(panel, "Patients").value = "1"
    assert "Waiting for" in text_of(panel)
    assert field(panel, "Run 6 trials").disabled
    (refused,) = [one for one in every(panel) if "ig-bad" in getattr(one, "_dom_classes", ())]
    assert "expected a whole number from 20 to 2000" in text_of(refused)

    field(panel, "Patients").value = "40"
    field(panel, "Arm 2").value = "forecast"
    assert model.typed.design.arms[1].rule == "forecast"
    assert not field(panel, "Run 6 trials").disabled


def test_buttons_and_bar_follow_a_run():
    model = small()
    panel = trial_panel(model)
    buttons = {one.description.split()[0]: one for one in every(panel) if type(one) is lean.Button}
    states = []

    def note(_change):
        states.append((buttons["Run"].disabled, buttons["Cancel"].disabled))
        states.append(text_of(panel) + buttons["Cancel"].description)

    model.observe(note, "left_s")
    model.run()

    assert (True, False) in states
    assert any("s left" in str(state) and "of 6 trials are done" in str(state) for state in states)
    assert any("Cancel, keep" in str(state) for state in states)
    assert not buttons["Run"].disabled
    assert buttons["Cancel"].disabled
    bar = next(one for one in every(panel) if isinstance(one, ipw.IntProgress))
    assert (bar.value, bar.max) == (6, 6)


def test_the_share_so_far_is_drawn_while_the_trial_runs():
    model = small(patients="2000", replicates="3", deaths="set")
    panel = trial_panel(model)
    seen = []
    model.observe(lambda _change: seen.append(figures_of(panel)[0]), "left_s")

    model.run()

    # A block of one trial each; the last is the result's to show.
    lines = [one["data"][1] for one in seen if one["data"]]
    assert [line["x"] for line in lines][:2] == [[1], [1, 2]]


def test_the_buttons_run_and_cancel():
    model = small(patients="2000", replicates="400")
    panel = trial_panel(model)
    cancel = field(panel, "Cancel")
    ended = threading.Event()
    model.observe(lambda change: ended.set() if not change.new else None, "running")
    model.observe(lambda _change: cancel.click(), "done")

    field(panel, "Run 400 trials").click()

    assert ended.wait(60)
    done = model.finished.trials
    assert f"Cancelled after {done} of 400 trials; the results are of these." in text_of(panel)
    assert f"Cancelled: these are the {done} trials that were done." in text_of(panel)


def test_a_message_is_shown_where_results_would_be():
    model = small()
    panel = trial_panel(model)
    model.observe(lambda change: model.cancel() if change.new else None, "running")

    model.run()

    assert "Cancelled before the first trial" in text_of(panel)


def test_nothing_is_built_before_the_first_run():
    panel = trial_panel(small())

    assert figures_of(panel) == []


def test_a_second_run_shows_its_own_numbers_and_figures_in_the_same_cards():
    model = small()
    panel = trial_panel(model)
    model.run()
    widgets, first = list(every(panel)), figures_of(panel)

    model.seed = "2"
    model.run()

    assert [id(one) for one in every(panel)] == [id(one) for one in widgets]
    assert not is_away(panel)
    assert_shown(panel, model.typed.design, seed=2)
    for old, new in zip(first, figures_of(panel), strict=True):
        assert old["layout"]["height"] == new["layout"]["height"]
    assert first[-1] != figures_of(panel)[-1]


def assert_shown(panel, design, seed):
    """The page against the same trial simulated anew: table, bands, flow, trap."""
    block, answer = run_here(design, 6, seed)
    text = text_of(panel)
    for arm in answer["arms"].values():
        assert f"<td>{arm['cost']['mean']:,.0f} <span" in text
    titres = figures_of(panel)[-1]
    detail = run_detail(design, seed, 0, 6)
    for number, (_places, week, _result) in enumerate(detail.arms):
        middle = np.median(week.igm_mg_dl, axis=1)
        assert titres["data"][2 * number + 1]["y"] == pytest.approx(middle, abs=0.00501)
    assert f"Screened {block.screened[0]}" in text
    for number, css in enumerate(("ig-std", "ig-per")):
        died, patients = block.deaths[0, -1, number], block.patients[0, -1, number]
        assert re.search(rf'class="{css}">\w+ {patients}</b>.*\n?.*{died} died by day 28', text)
    naive, _fair = immortal_time(run_detail(without_effect(design), seed, 0, 6))
    assert f"{naive.reached_died}/{naive.reached}" in text


@pytest.mark.parametrize(("name", "text"), [("patients", "1"), ("seed", "2"), ("effect", "x")])
def test_what_was_shown_is_gone_when_an_input_is_changed_or_refused(name, text):
    model = small()
    panel = trial_panel(model)
    model.run()
    assert not nothing_is_left(panel)

    setattr(model, name, text)

    assert is_away(panel)
    assert nothing_is_left(panel)


def test_nothing_of_the_last_run_is_seen_during_the_next():
    model = small()
    panel = trial_panel(model)
    model.run()
    seen = []
    model.observe(lambda _change: seen.append((is_away(panel), nothing_is_left(panel))), "left_s")

    model.run()

    assert set(seen) == {(True, True)}
    assert not is_away(panel)


def test_an_input_that_changes_while_a_result_is_being_shown_takes_it_away():
    model = small()
    panel = trial_panel(model)
    model.run()
    typing = []

    def type_meanwhile(change):
        """While the first figure of the second run is filled, somebody types."""
        if json.loads(change.new)["data"] and not typing:
            typing.append(threading.Thread(target=setattr, args=(model, "effect", "-1")))
            typing[0].start()
            typing[0].join(0.5)

    shown = (one for part in results_of(panel) for one in every(part))
    next(one for one in shown if isinstance(one, FigureView)).observe(type_meanwhile, "figure")
    model.run()
    typing[0].join(10)

    assert model.finished is None
    assert is_away(panel)
    assert nothing_is_left(panel)
