"""The page of a virtual trial without a browser."""

import json
import threading

import ipywidgets as ipw
import numpy as np
import pytest

from igmfat_nb.trial.immortal import immortal_time, without_effect
from igmfat_nb.trial.replicate import run_detail
from igmfat_nb.trial.summary import run_here
from igmfat_nb.widgets.parts.figure import FigureView
from igmfat_nb.widgets.trial.model import TrialModel
from igmfat_nb.widgets.trial.page import trial_panel


def small(**texts):
    return TrialModel(**({"patients": "40", "replicates": "6"} | texts))


def every(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from every(child)


def text_of(widget):
    return " ".join(one.value for one in every(widget) if isinstance(one, ipw.HTML))


def field(panel, label):
    kinds = (ipw.Text, ipw.Dropdown, ipw.ToggleButtons, ipw.Button)
    return next(one for one in every(panel) if isinstance(one, kinds) and one.description == label)


def figures_of(panel):
    """Data and layout of every figure on the page as the browser gets them."""
    return [json.loads(one.figure) for one in every(panel) if isinstance(one, FigureView)]


def is_away(panel):
    """Whether the part with the figures is taken off the page."""
    (part,) = [
        one
        for one in every(panel)
        if any(isinstance(plot, FigureView) for plot in every(one))
        and "ig-main" in one._dom_classes
        and not any("ig-noprint" in inner._dom_classes for inner in every(one))
    ]
    return "ig-away" in part._dom_classes


def nothing_is_left(panel):
    """No word, table or point of a result."""
    text = text_of(panel)
    empty = all(not one["data"] and "annotations" not in one["layout"] for one in figures_of(panel))
    return empty and "<td>" not in text and "Type I error" not in text


# The page


def test_the_page_is_empty_until_run_and_full_after():
    model = small()
    panel = trial_panel(model)
    assert "Press Run" in text_of(panel)

    model.run()

    shown = text_of(panel)
    assert "Press Run" not in shown
    for words in ("What the arms give", "difference", "Type I error", "Immortal time bias"):
        assert words in shown
    assert "Cost of opened vials [EUR]" in shown


def test_the_evidence_stands_beside_the_effect():
    text = text_of(trial_panel(small()))

    assert "inconsistent" in text
    assert "Zero unless you change it" in text
    assert "the trial&#x27;s is not known" in text or "the trial's is not known" in text


def test_typing_into_the_page_is_read_and_refused_beside_the_field():
    model = small()
    panel = trial_panel(model)
    model.run()

    field(panel, "Patients").value = "1"
    assert "Waiting for" in text_of(panel)
    assert field(panel, "Run").disabled
    assert "ig-bad" in str(
        [one._dom_classes for one in every(panel) if "ig-bad" in one._dom_classes]
    )

    field(panel, "Patients").value = "40"
    field(panel, "Arms").value = "standard, forecast"
    assert model.typed.design.arms[1].rule == "forecast"
    assert not field(panel, "Run").disabled


def test_buttons_and_bar_follow_a_run():
    model = small()
    panel = trial_panel(model)
    states = []

    def note(_change):
        states.append((field(panel, "Run").disabled, field(panel, "Cancel").disabled))
        states.append(text_of(panel))

    model.observe(note, "left_s")
    model.run()

    assert (True, False) in states
    assert any("replicates, about" in str(state) for state in states)
    assert not field(panel, "Run").disabled
    assert field(panel, "Cancel").disabled
    bar = next(one for one in every(panel) if isinstance(one, ipw.IntProgress))
    assert (bar.value, bar.max) == (6, 6)


def test_the_buttons_run_and_cancel():
    model = small(patients="2000", replicates="400")
    panel = trial_panel(model)
    ended = threading.Event()
    model.observe(lambda change: ended.set() if not change.new else None, "running")
    model.observe(lambda change: field(panel, "Cancel").click(), "done")

    field(panel, "Run").click()

    assert ended.wait(60)
    assert "Cancelled: only the replicates above" in text_of(panel)
    done = len(model.finished.block.metrics)
    assert f"Cancelled after {done} of 400 replicates" in text_of(panel)


def test_a_message_is_shown_where_results_would_be():
    model = small()
    panel = trial_panel(model)
    model.observe(lambda change: model.cancel() if change.new else None, "running")

    model.run()

    assert "Cancelled before the first replicate" in text_of(panel)


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
    design = model.typed.design
    assert_shown(panel, design, seed=2)
    for old, new in zip(first, figures_of(panel), strict=True):
        assert old["layout"]["height"] == new["layout"]["height"]
    assert first[0] != figures_of(panel)[0]
    assert first[3] != figures_of(panel)[3]


def assert_shown(panel, design, seed):
    """The page against the same trial simulated anew: table, bands, bars, rate, flow, trap."""
    block, answer = run_here(design, 6, seed)
    text = text_of(panel)
    for arm in answer["arms"].values():
        assert f"<td>{arm['cost']['mean']:,.0f} <span" in text
    titres, exposure, convergence, flow = figures_of(panel)
    detail = run_detail(design, seed, 0, 6)
    for number, (_places, week, _result) in enumerate(detail.arms):
        middle = np.median(week.igm_mg_dl, axis=1)
        assert titres["data"][2 * number + 1]["y"] == pytest.approx(middle, abs=0.00501)
        at_target = block.metrics[:, number, 0]
        bars = exposure["data"][number]
        assert np.dot(bars["x"], bars["y"]) / 6 == pytest.approx(at_target.mean(), abs=0.02)
    rate = answer["operating"]["rejection_rate"]
    ends = [line["y"][-1] for line in convergence["data"][1::2]]
    assert sum(ends) == pytest.approx(100 * rate)
    words = [one["text"] for one in flow["layout"]["annotations"]]
    assert f"Assessed for eligibility: {block.screened[0]}" in words
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

    next(one for one in every(panel) if isinstance(one, FigureView)).observe(
        type_meanwhile, "figure"
    )
    model.run()
    typing[0].join(10)

    assert model.finished is None
    assert is_away(panel)
    assert nothing_is_left(panel)
