"""The page of a virtual trial: its model, its cards, its figures and its tables."""

import json
import threading
from dataclasses import replace

import ipywidgets as ipw
import numpy as np
import pytest

from igmfat_nb.cli.progress import Progress, Silence, progress
from igmfat_nb.figures.trial import (
    convergence_figure,
    difference_figure,
    flow_figure,
    grid_convergence_figure,
    titre_figure,
)
from igmfat_nb.tables.trial import (
    grid_text,
    immortal_time_text,
    reconstruction_text,
    sample_size_text,
    single_trial_text,
    trial_lines,
)
from igmfat_nb.trial.design import design_of
from igmfat_nb.trial.immortal import immortal_time, without_effect
from igmfat_nb.trial.replicate import run_detail
from igmfat_nb.trial.sample_size import patients_per_arm, reconstructions
from igmfat_nb.trial.summary import run_grid_here, run_here, titre_bands
from igmfat_nb.widgets.parts.figure import FigureView
from igmfat_nb.widgets.trial.model import TrialModel
from igmfat_nb.widgets.trial.page import trial_panel
from igmfat_nb.widgets.trial.sample_size_panel import sample_size_panel

PLAN = design_of({"patients": 60, "arms": ["standard", "deficit"]})


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


# The model


def test_a_run_has_the_numbers_of_the_command_line():
    model = small()

    model.run()

    design = design_of({"patients": 40, "arms": ["standard", "deficit"]})
    assert model.finished.answer == run_here(design, 6, 1)[1]
    assert not model.finished.cancelled
    assert (model.done, model.running, model.message) == (6, False, "")


@pytest.mark.parametrize("effect", ["0", "-1"])
def test_bands_and_trap_are_those_of_the_same_patients_simulated_again(effect):
    model = small(patients="1000", replicates="9", effect=effect)  # blocks of two replicates

    model.run()

    design = model.typed.design
    again = run_detail(design, 1, 0, 9)
    for found, expected in zip(model.finished.bands, titre_bands(again), strict=True):
        assert np.array_equal(found, expected)
    plain = run_detail(without_effect(design), 1, 0, 9)
    assert model.finished.trap == immortal_time(plain)


def test_what_is_typed_reaches_the_design():
    model = small(
        arms="deficit, forecast", scenario="native", allocation="minimisation", effect="-0,2",
        missed_samples="0.1", late_infusion_h="3", price_eur_per_ml="5", baseline_mortality="0.4",
    )  # fmt: skip

    design = model.typed.design

    assert [arm.name for arm in design.arms] == ["deficit", "forecast"]
    assert (design.truth.scenario, design.allocation.method) == ("native", "minimisation")
    assert (design.truth.missed_samples, design.truth.late_infusion_h) == (0.1, 3)
    assert design.endpoint.log_odds_per_day_at_target == -0.2
    assert (design.endpoint.baseline_mortality, design.price_eur_per_ml) == (0.4, 5)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("patients", "12x", "12x"),
        ("patients", "10", "from 20 to 2000"),
        ("patients", "40.5", "a whole number"),
        ("replicates", "0", "from 1 to 5000"),
        ("seed", "-1", "from 0"),
        ("baseline_mortality", "45", "from 0.01 to 0.99"),
        ("effect", "nan", "nan"),
        ("price_eur_per_ml", "-1", "The price"),
        ("missed_samples", "", "missed titres"),
    ],
)
def test_a_refused_input_clears_the_result_and_says_why_beside_its_field(name, text, words):
    model = small()
    model.run()

    setattr(model, name, text)

    assert model.finished is None
    assert list(model.typed.refused) == [name]
    assert words in model.typed.refused[name]
    model.run()
    assert model.finished is None


def test_a_changed_input_clears_the_result():
    model = small()
    model.run()

    model.effect = "-0.1"

    assert model.finished is None
    assert model.typed.design is not None


def test_a_cancelled_run_keeps_what_was_done():
    model = small(patients="2000", replicates="50")
    model.observe(lambda change: model.cancel(), "done")

    model.run()

    assert model.finished.cancelled
    assert 0 < len(model.finished.block.metrics) < 50
    assert not model.running


def test_a_run_cancelled_at_once_says_so():
    model = small()
    model.observe(lambda change: model.cancel() if change.new else None, "running")

    model.run()

    assert model.finished is None
    assert "before the first replicate" in model.message


def test_inputs_that_change_during_a_run_do_not_get_its_result():
    model = small(patients="2000", replicates="8")
    model.observe(lambda change: setattr(model, "seed", "2"), "done")

    model.run()

    assert model.finished is None
    assert "changed while the trial ran" in model.message


def test_a_number_of_replicates_changed_during_a_run_does_not_get_its_result():
    model = small(patients="2000", replicates="8")
    model.observe(lambda change: setattr(model, "replicates", "9"), "done")

    model.run()

    assert model.finished is None
    assert "changed while the trial ran" in model.message


def test_a_design_that_cannot_be_simulated_ends_with_its_sentence():
    model = small(allocation="simple", patients="20", replicates="1")
    broken = model.typed.design.model_copy(update={"truth": hopeless()})
    model.typed = type(model.typed)(broken, 1, 1)

    model.run()

    assert "could enter this trial" in model.message
    assert not model.running


def hopeless():
    return PLAN.truth.model_copy(update={"titre_median_mg_dl": 5000.0, "titre_log_sd": 0.1})


def test_the_time_left_is_what_the_done_part_took():
    ticks = iter(range(0, 1000, 10))
    model = small(clock=lambda: next(ticks), patients="2000", replicates="4")
    seen = []
    model.observe(lambda change: seen.append(change.new), "left_s")

    model.run()

    # One replicate a block: 10 s for the first, three to go.
    assert [left for left in seen if left is not None] == [30, 20, 10, 0]


def test_a_run_beside_the_page_does_not_start_twice():
    model = small()
    thread = model.start()
    model.run()
    thread.join(30)

    assert isinstance(thread, threading.Thread)
    assert model.finished is not None


# The page


def test_the_page_is_empty_until_run_and_full_after():
    model = small()
    panel = trial_panel(model)
    assert "Press Run" in text_of(panel)

    model.run()

    shown = text_of(panel)
    assert "Press Run" not in shown
    for words in ("What the arms give", "difference", "Type I error", "immortal-time trap"):
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


# Figures


@pytest.fixture(scope="module")
def ran():
    return run_here(PLAN, 12, 3)


def test_the_flow_adds_up(ran):
    block, _answer = ran

    texts = [one.text for one in flow_figure(PLAN, block).layout.annotations if one.text]

    screened, excluded = int(block.screened[0]), block.excluded[0]
    assert f"Assessed for eligibility: {screened}" in texts
    assert any(text.startswith(f"Excluded: {screened - 60}<br>") for text in texts)
    assert excluded.sum() == screened - 60
    assert "Randomised: 60" in texts
    first, second = block.patients[0, -1]
    assert f"<b>standard</b><br>allocated: {first}" in texts
    assert f"analysed: {second}, lost: 0<br>died by day 28: {block.deaths[0, -1, 1]}" in texts


def test_the_convergence_ends_at_the_shares_of_both_directions_and_their_intervals(ran):
    block, answer = ran

    figure = convergence_figure(PLAN, block)

    names = ["fewer deaths in deficit", "more deaths in deficit"]
    assert [trace.name for trace in figure.data if trace.name] == names
    assert figure.layout.yaxis.title.text == "Type I error [% of trials]"
    for place, direction in enumerate(("benefit", "harm")):
        band, line = figure.data[2 * place : 2 * place + 2]
        part = answer["operating"][direction]
        assert line.x[-1] == 12
        assert line.y[-1] == pytest.approx(100 * part["rate"])
        ends = band.y[len(line.x)], band.y[len(line.x) - 1]
        assert ends == pytest.approx([100 * bound for bound in part["rate_95"]])


def test_differences_show_every_replicate_of_both_arms(ran):
    figure = difference_figure(PLAN, ran[0], "volume_ml", "mL")

    assert [trace.name for trace in figure.data] == ["standard", "deficit"]
    half = 0.5 * (figure.data[1].x[1] - figure.data[1].x[0])
    for trace, values in zip(figure.data, ran[0].metrics[:, :, 2].T, strict=True):
        assert sum(trace.y) == len(values)
        inside = [sum(abs(values - middle) <= half * (1 + 1e-9)) for middle in trace.x]
        assert list(trace.y) == inside


def test_a_trial_whose_arm_got_nobody_is_left_out_of_the_distribution(ran):
    metrics = ran[0].metrics.copy()
    metrics[3, 1] = np.nan

    figure = difference_figure(PLAN, replace(ran[0], metrics=metrics), "volume_ml", "mL")

    assert [sum(trace.y) for trace in figure.data] == [12, 11]


def test_bands_are_quantiles_over_an_arms_patients():
    detail = run_detail(PLAN, 3, 0, 2)
    bands = titre_bands(detail)

    places, week, _result = detail.arms[1]
    assert np.array_equal(bands[1], np.quantile(week.igm_mg_dl, [0.05, 0.5, 0.95], axis=1))
    assert bands[1].shape == (3, 169)
    lines = [trace for trace in titre_figure(PLAN, bands).data if trace.name]
    assert [line.name for line in lines] == ["standard", "deficit"]
    assert lines[0].x[-1] == 7
    assert len(places) == week.igm_mg_dl.shape[1]


def test_a_grid_shows_each_scenario_with_its_error():
    family = run_grid_here(PLAN, {"endpoint.log_odds_per_day_at_target": [0, -2]}, 10, 1)

    text, figure = grid_text(family), grid_convergence_figure(family)

    assert [one.answer["operating"]["rejection_rate"] > 0.5 for one in family] == [False, True]
    assert text.count("±") == 2 * 4 + 1
    assert "over 10 trials" in text
    directions = ("fewer deaths in deficit", "more deaths in deficit")
    names = [f"{one.name}: {direction}" for one in family for direction in directions]
    assert [trace.name for trace in figure.data] == names
    # The standard arm is longer at target: with this effect its patients live.
    rows = [line.split() for line in text.splitlines()]
    (row,) = [row for row in rows if "\N{MINUS SIGN}2" in row and "yes" in row]
    harm = family[1].answer["operating"]["harm"]
    assert harm["rejections"] == family[1].answer["operating"]["rejections"]
    assert figure.data[3].y[-1] == pytest.approx(100 * harm["rate"])
    assert row[3:5] == ["0", "%"]
    # The design's own grid goes first.
    own = PLAN.model_copy(update={"grid": {"patients": [40]}})
    assert [one.fields for one in run_grid_here(own, {}, 1, 1)] == [{"patients": 40}]


# Tables


def test_a_run_to_read_gives_both_arms_and_their_difference(ran):
    text = "\n".join(trial_lines(ran[1]))

    assert "deficit minus standard" in text
    gap = ran[1]["operating"]["difference"]["volume_ml"]["mean"]
    assert f"{gap:,.0f}".replace("-", "\N{MINUS SIGN}") in text


def test_one_trial_is_analysed_by_every_method():
    text = single_trial_text(PLAN, 3)

    for words in ("Newcombe", "Miettinen-Nurminen", "GEE by centre", "sceptical", "enthusiastic"):
        assert words in text


def test_what_one_trial_cannot_tell_is_a_dash():
    endpoint = {"model": "fixed", "mortality": {"standard": 0.0, "deficit": 0.0}}
    plan = design_of({"patients": 40, "arms": ["standard", "deficit"], "endpoint": endpoint})

    lines = single_trial_text(plan, 1).splitlines()

    ratio = next(line for line in lines if line.startswith("risk ratio"))
    assert ratio.endswith("–      Nobody died in standard: there is no ratio to it.")


def test_the_trap_is_shown_under_zero_effect_whatever_the_design_says():
    strong = design_of(
        {
            "patients": 400,
            "arms": ["standard", "deficit"],
            "endpoint": {"model": "exposure", "log_odds_per_day_at_target": -2.0},
        }
    )
    fixed = design_of(
        {
            "patients": 400,
            "arms": ["standard", "deficit"],
            "endpoint": {"model": "fixed", "mortality": {"standard": 0.5, "deficit": 0.3}},
        }
    )

    assert set(without_effect(strong).endpoint.mortality.values()) == {0.367}
    assert set(without_effect(fixed).endpoint.mortality.values()) == {0.4}
    naive, _fair = immortal_time(run_detail(without_effect(strong), 1, 0, 2))
    assert f"{naive.reached_died}/{naive.reached}" in immortal_time_text(strong, 1, 2)


def test_every_reconstruction_gives_356_and_the_evidences_rows_are_among_them():
    rows = {
        (one.comparison.control, one.comparison.treated, one.comparison.method, one.dropout)
        for one in reconstructions()
    }

    for one in reconstructions():
        assert patients_per_arm(one.comparison) == one.per_arm
    assert {
        (0.45, 0.30, "unpooled", 0.10),
        (0.45, 0.30, "arcsine", 0.10),
        (0.46, 0.31, "pooled-cc", 0.0),
        (0.41, 0.27, "arcsine", 0.0),
    } <= rows
    assert len(reconstruction_text().splitlines()) == len(rows) + 1


def test_sample_sizes_come_by_every_method():
    text = sample_size_text(0.45, 0.30, 0.10)

    assert ["unpooled", "160", "79.4", "%", "356", "30", "%"] in [
        line.split() for line in text.splitlines()
    ]
    assert "–" in sample_size_text(0.01, 0.005, 0.0)


def test_the_page_of_sample_sizes_follows_what_is_typed():
    panel = sample_size_panel()
    assert "<td>unpooled</td><td>160</td><td>79.4 %</td><td>356</td><td>30 %</td>" in text_of(panel)
    assert "reconstruction, not the protocol" in text_of(panel)

    field(panel, "Drop-out rule").value = "multiply"
    assert "<td>arcsine</td><td>162</td><td>79.7 %</td><td>358</td>" in text_of(panel)

    assert "leaves fewer than needed" in text_of(panel)

    field(panel, "Deaths, personalised").value = "45"
    assert "expected a number between 0 and 1" in text_of(panel)
    assert "<td>arcsine</td><td>162</td><td>79.7 %</td><td>358</td>" not in text_of(panel)


# Progress of a command


def test_a_piped_run_says_now_and_then_how_long_it_takes(monkeypatch, capsys):
    monkeypatch.setattr("igmfat_nb.cli.progress.SECONDS_BETWEEN_LINES", -1.0)
    counter = Progress(1000, "replicates")

    counter.update(250)
    counter.update(750)

    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("250 of 1,000 replicates, about")


def test_progress_is_silent_quiet_or_a_bar_by_where_it_is_shown(monkeypatch, capsys):
    with progress(3, "replicates", quiet=True) as counter:
        counter.update(3)
        assert isinstance(counter, Silence)
    with progress(3, "replicates", quiet=False) as counter:
        assert isinstance(counter, Progress)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with progress(3, "replicates", quiet=False) as counter:
        counter.update(3)
    assert "3/3" in capsys.readouterr().err
