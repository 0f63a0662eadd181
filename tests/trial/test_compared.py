"""Readings of the rule in virtual trials: the issue's numbers, and the same patients throughout."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from igmfat_nb.bedside.readings import editions, reading_named
from igmfat_nb.cli import main
from igmfat_nb.errors import IgmFatError
from igmfat_nb.figures.as_text import figure_text
from igmfat_nb.figures.readings import contrast_figure
from igmfat_nb.trial.compared import (
    compared,
    compared_designs,
    contrast_record,
    with_reading,
)
from igmfat_nb.trial.design import design_of, scenarios
from igmfat_nb.trial.replicate import run_block
from igmfat_nb.trial.runs import Run, saved_run

ARMS = {"arms": ["standard", "deficit"]}
HELD = design_of(ARMS | {"truth": {"synthesis": "baseline"}})


def run(*args):
    return CliRunner().invoke(main, [str(arg) for arg in args])


@pytest.mark.parametrize(
    ("reading", "expected", "at_target"),
    # The contrasts of an independent engine: 12,000 patients, so an error of 0.005.
    [("deficit", -0.46, 0.04), ("fill-120", -0.16, None), ("fill-140", 0.02, None)],
)
def test_contrasts_of_readings_are_those_of_an_independent_engine(reading, expected, at_target):
    designs = compared_designs(HELD, [reading_named(reading)])

    record = contrast_record(designs[0], compared(designs, 7, 28)[0])

    error = np.hypot(record["contrast"]["se"], 0.005)
    assert record["contrast"]["mean"] == pytest.approx(expected, abs=3 * error + 0.005)
    assert record["standard_at_target"] == pytest.approx(0.51, abs=0.02)
    if at_target is not None:
        assert record["at_target"] == pytest.approx(at_target, abs=0.01)


def test_a_compared_reading_has_the_bits_of_its_own_trial_whatever_the_workers():
    designs = compared_designs(HELD, [reading_named("ladder"), reading_named("fill-140")])

    together = compared(designs, 3, 4)
    in_processes = compared(designs, 3, 4, workers=2)

    for design, block, other in zip(designs, together, in_processes, strict=True):
        alone = run_block(design, 3, 0, 4)
        assert np.array_equal(alone.metrics, block.metrics)
        assert np.array_equal(alone.deaths, other.deaths)
        assert np.array_equal(block.metrics, other.metrics)
    # The standard arm is one and the same.
    assert np.array_equal(together[0].metrics[:, 0], together[1].metrics[:, 0])


def test_an_arm_is_named_by_its_reading_and_a_file_is_read_beside_the_design(tmp_path):
    document = reading_named("fill-140").document() | {"name": "ours", "fill_to_mg_dl": 130.0}
    (tmp_path / "ours.yaml").write_text(json.dumps(document), encoding="utf-8")
    arms = ["standard", {"name": "own", "rule": "deficit", "reading": "ours.yaml"}]

    design = design_of({"arms": arms}, tmp_path)

    assert design.arms[1].dose_rule(design.belief).fill_to_mg_dl == 130
    assert design_of(design.model_dump(mode="json")) == design
    assert design_of({"arms": ["standard", "ladder"]}).arms[1].name == "ladder"


@pytest.mark.parametrize(
    ("arm", "sentence"),
    [
        ("fil-140", "Did you mean fill-140?"),
        ({"name": "a", "rule": "forecast", "reading": "ladder"}, "belongs to the rule “deficit”"),
        ({"name": "a", "rule": "deficit", "reading": "lader"}, "Did you mean ladder?"),
        ({"name": "a", "rule": "deficit", "reading": {"schema": "igmfat-reading/1", "cap": 1}},
         "cap is not a part of a reading"),
    ],
)  # fmt: skip
def test_an_unknown_reading_of_an_arm_is_refused_in_a_sentence(arm, sentence):
    with pytest.raises(IgmFatError) as refused:
        design_of({"arms": ["standard", arm]})

    assert sentence in str(refused.value)


def test_the_belief_fills_what_a_reading_leaves_open():
    design = design_of(ARMS | {"belief": {"recovery": 1.0, "rounding": "vials"}})

    rule = with_reading(design, reading_named("fill-140")).arms[1].dose_rule(design.belief)

    assert (rule.recovery, rule.rounding, rule.fill_to_mg_dl) == (1.0, "vials", 140)


def test_a_run_saved_before_a_field_existed_goes_on(tmp_path):
    design = design_of(ARMS | {"patients": 8})
    list(Run(design, 1, tmp_path).blocks(2, lambda tasks: [run_block(design, 1, *tasks[0])]))
    manifest = tmp_path / "manifest.jsonl"
    first, *parts = manifest.read_text(encoding="utf-8").splitlines()
    older = json.loads(first)
    for arm in older["design"]["arms"]:
        del arm["reading"]
    manifest.write_text("\n".join([json.dumps(older), *parts]) + "\n", encoding="utf-8")

    saved, count = saved_run(tmp_path)

    assert (saved.design, count) == (design, 2)
    assert len(list(Run(design, 1, tmp_path).blocks(2, lambda _tasks: []))) == 1


@pytest.mark.parametrize(("true", "meant"), [("baseline", None), ("recovering", "baseline")])
def test_a_forecast_saved_before_it_had_a_synthesis_held_the_first_titre(tmp_path, true, meant):
    design = design_of(ARMS | {"patients": 8, "truth": {"synthesis": true}})
    list(Run(design, 1, tmp_path).blocks(1, lambda tasks: [run_block(design, 1, *tasks[0])]))
    manifest = tmp_path / "manifest.jsonl"
    first, *parts = manifest.read_text(encoding="utf-8").splitlines()
    older = json.loads(first)
    del older["design"]["belief"]["synthesis"]
    manifest.write_text("\n".join([json.dumps(older), *parts]) + "\n", encoding="utf-8")

    saved, count = saved_run(tmp_path)

    assert (saved.design.belief.synthesis, count) == (meant, 1)
    if meant:
        with pytest.raises(IgmFatError, match=r"belief.synthesis: baseline there, None here"):
            list(Run(design, 1, tmp_path).blocks(1, lambda _tasks: []))


def test_a_grid_of_more_than_anybody_reads_is_refused():
    grid = {"patients": list(range(2, 102)), "truth.recovery": [0.3 + i / 100 for i in range(11)]}
    with pytest.raises(IgmFatError, match="The grid has 1,100 combinations; at most 1,000 are run"):
        scenarios(design_of(ARMS | {"grid": grid}))


def test_a_design_that_cannot_be_compared_says_why():
    for arms in (["standard", "forecast"], ["deficit", {"name": "b", "rule": "deficit"}]):
        with pytest.raises(IgmFatError, match="one standard and one deficit arm"):
            compared_designs(design_of({"arms": arms}), editions())
    grid = design_of(ARMS | {"grid": {"patients": [8, 12]}})
    with pytest.raises(IgmFatError, match="grid"):
        compared_designs(grid, editions())
    assert len(scenarios(with_reading(grid, reading_named("ladder")))) == 2


def test_the_command_compares_all_readings_and_draws_them(tmp_path):
    picture = tmp_path / "contrasts.svg"

    result = run("trial", "compare", "--replicates", 2, "--quiet", "--json", "--figure", picture)

    assert result.exit_code == 0, result.stderr
    records = json.loads(result.stdout)["readings"]
    assert [one["reading"] for one in records] == [one.label for one in editions()]
    for one in records:
        low, high = one["contrast"]["interval_95"]
        assert low <= one["contrast"]["mean"] <= high
    text = picture.read_text(encoding="utf-8")
    for title in ("Fill to 140 mg/dL", "A ladder by titre"):
        assert title in text
    assert "Fill to 140 mg/dL" in figure_text(contrast_figure(records))


def test_a_trial_run_takes_a_reading_and_names_it(tmp_path):
    path = tmp_path / "design.yaml"
    path.write_text(json.dumps(ARMS | {"patients": 40}), encoding="utf-8")

    result = run("trial", path, "--replicates", 2, "--quiet", "--reading", "ladder", "--json")
    text = run("trial", path, "--replicates", 2, "--quiet", "--reading", "ladder").stdout
    refused = run("trial", path, "--reading", "lader")

    readings = json.loads(result.stdout)["readings"]
    assert readings["standard"] is None
    assert readings["deficit"]["name"] == "ladder"
    assert "deficit doses by the reading ladder/1, assumption of this software" in text
    assert refused.exit_code == 2
    assert "Did you mean ladder?" in refused.stderr
