"""Figures and tables of virtual trials; progress of a command."""

import ipywidgets as ipw
import numpy as np
import pytest

from igmfat_nb.cli.progress import Progress, Silence, progress
from igmfat_nb.figures.trial import titre_figure
from igmfat_nb.figures.trial_rates import (
    convergence_figure,
    grid_convergence_figure,
    power_spec,
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
from igmfat_nb.trial.power_curve import power_curves
from igmfat_nb.trial.replicate import run_detail
from igmfat_nb.trial.sample_size import patients_per_arm, reconstructions
from igmfat_nb.trial.summary import run_grid_here, run_here, titre_bands
from igmfat_nb.widgets.trial.sample_size_panel import sample_size_panel

PLAN = design_of({"patients": 60, "arms": ["standard", "deficit"]})


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


# Figures


@pytest.fixture(scope="module")
def ran():
    return run_here(PLAN, 12, 3)


def test_power_curves_end_in_their_names_and_show_the_run_between_its_interval():
    curves = power_curves(PLAN.analysis, 0.45, 0.30)

    spec = power_spec(curves, (356, 0.84, 0.8, 0.87))

    # Enumerated beside the package: 83.7 % with 178 an arm.
    whole = spec["data"][0]
    assert dict(zip(whole["x"].tolist(), whole["y"].tolist(), strict=True))[356] == 83.73
    names = [one["text"] for one in spec["layout"]["annotations"]]
    assert names == ["45 → 30 %", "45 → 35 %", "45 → 40 %", "45 → 45 %"]
    dot = spec["data"][-1]
    assert (dot["x"], dot["y"], dot["error_y"]["array"]) == ([356], [84.0], [3.0])
    assert dot["error_y"]["arrayminus"] == [4.0]


def test_a_rate_axis_names_every_mark_in_full(ran):
    axis = convergence_figure(PLAN, ran[0]).layout.xaxis

    assert axis.ticktext[:7] == ("1", "2", "5", "10", "20", "50", "100")
    assert axis.tickvals[:7] == (1, 2, 5, 10, 20, 50, 100)


def test_the_convergence_ends_at_the_shares_of_both_directions_and_their_intervals(ran):
    block, answer = ran

    figure = convergence_figure(PLAN, block)

    names = ["fewer deaths in personalised", "more deaths in personalised"]
    assert [trace.name for trace in figure.data if trace.name] == names
    assert figure.layout.yaxis.title.text == "Type I error [% of trials]"
    for place, direction in enumerate(("benefit", "harm")):
        band, line = figure.data[2 * place : 2 * place + 2]
        part = answer["operating"][direction]
        assert line.x[-1] == 12
        assert line.y[-1] == pytest.approx(100 * part["rate"])
        ends = band.y[len(line.x)], band.y[len(line.x) - 1]
        assert ends == pytest.approx([100 * bound for bound in part["rate_95"]])


def test_bands_are_quantiles_over_an_arms_patients():
    detail = run_detail(PLAN, 3, 0, 2)
    bands = titre_bands(detail)

    places, week, _result = detail.arms[1]
    assert np.array_equal(bands[1], np.quantile(week.igm_mg_dl, [0.05, 0.5, 0.95], axis=1))
    assert bands[1].shape == (3, 169)
    lines = [trace for trace in titre_figure(PLAN, bands).data if trace.name]
    assert [line.name for line in lines] == ["standard", "personalised"]
    assert lines[0].x[-1] == 7
    assert len(places) == week.igm_mg_dl.shape[1]


def test_a_grid_shows_each_scenario_with_its_error():
    family = run_grid_here(PLAN, {"endpoint.log_odds_per_day_at_target": [0, -2]}, 10, 1)

    text, figure = grid_text(family), grid_convergence_figure(family)

    assert [one.answer["operating"]["rejection_rate"] > 0.5 for one in family] == [False, True]
    assert text.count("±") == 2 * 4 + 1
    assert "over 10 trials" in text
    directions = ("fewer deaths in personalised", "more deaths in personalised")
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
    assert ratio.endswith("–      No patient died in standard, so the ratio is not defined.")


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
    assert set(without_effect(fixed).endpoint.mortality.values()) == {0.5}  # the first arm's
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

    assert ["unpooled", "160", "79.4", "%", "356", "30.0", "%"] in [
        line.split() for line in text.splitlines()
    ]
    assert "–" in sample_size_text(0.01, 0.005, 0.0)


def cells(method, *values):
    return f'<th scope="row">{method}</th>' + "".join(f"<td>{value}</td>" for value in values)


def test_the_page_of_sample_sizes_follows_what_is_typed():
    panel = sample_size_panel()
    assert cells("unpooled", "160", "79.4 %", "356", "30.0 %") in text_of(panel)
    assert "356 patients, 10 % lost, tell 45 from 30 % deaths apart" in text_of(panel)
    assert "with 79.4 % power" in text_of(panel)  # enumerated beside the package
    assert "reconstruction, not the protocol" in text_of(panel)

    field(panel, "Drop-out rule").value = "multiply"
    assert cells("arcsine", "162", "79.7 %", "358") in text_of(panel)
    assert "leaves fewer than needed" in text_of(panel)

    field(panel, "Deaths, personalised").value = "145"
    assert "The treated proportion is 145 %; expected a number between 0 and 100." in text_of(panel)
    assert "arcsine</th><td>162" not in text_of(panel)

    field(panel, "Deaths, personalised").value = "45"
    assert "no sample size can detect a difference" in text_of(panel)
    assert "&amp;" not in text_of(panel)


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
