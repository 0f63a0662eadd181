"""A design on the page: where it starts, files, links, a saved run, the command line."""

import json
import subprocess
import sys

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from igmfat_nb.errors import IgmFatError
from igmfat_nb.language import reading
from igmfat_nb.trial.design import design_of
from igmfat_nb.trial.design_text import design_link, design_of_link, design_of_yaml, design_yaml
from igmfat_nb.trial.summary import run_here
from igmfat_nb.widgets.parts.file_opener import FileOpener
from igmfat_nb.widgets.trial.model import TrialModel
from igmfat_nb.widgets.trial.tools import results

ODD = {
    "patients": 120,
    "centres": 5,
    "arms": [
        "standard",
        {"name": "low", "rule": "deficit", "target_mg_dl": 80},
    ],
    "truth": {"recovery": 0.8, "missed_samples": 0.05, "scenario": "native"},
    "analysis": {"alpha": 0.01, "looks": [0.3, 0.6]},
    "endpoint": {"model": "fixed", "mortality": {"standard": 0.4, "low": 0.275}},
    "price_eur_per_ml": 7.25,
}


@pytest.mark.parametrize(("code", "price"), [("en", "6.6020"), ("it", "6,6020")])
def test_an_untouched_page_starts_from_the_reconstruction(code, price):
    with reading(code):
        model = TrialModel()

        assert model.price_eur_per_ml == price  # 6.602 would be refused in Italian
        assert model.preset == "reconstructed"
    assert model.typed.refused == {}
    assert model.typed.design.patients == 356
    assert model.typed.design.endpoint.mortality == {"standard": 0.45, "deficit": 0.3}


def test_a_start_fills_the_fields_and_a_change_makes_it_ones_own():
    model = TrialModel(replicates="12", seed="7", looks="half")

    model.start_from("none")
    assert model.typed.design.endpoint.mortality == {"standard": 0.45, "deficit": 0.45}
    assert (model.looks, model.replicates, model.seed) == ("none", "12", "7")
    assert model.preset == "none"

    model.second_mortality = "44"
    assert model.preset == ""
    model.start_from("half")
    assert model.second_mortality == "37.5"


def test_a_reading_of_the_rule_can_be_an_arm():
    model = TrialModel(second_arm="fill-120")

    assert model.typed.design.arms[1].reading.name == "fill-120"
    again = TrialModel()
    again.adopt(model.typed.design)
    assert again.typed.design == model.typed.design


def test_an_opened_design_is_whole_also_where_the_page_has_no_field():
    model = TrialModel()

    model.open_file("mine.yaml", yaml.safe_dump(ODD).encode())

    assert model.typed.design == design_of(ODD)
    assert model.preset == ""
    assert (model.second_arm, model.second_mortality, model.looks) == ("low", "27.5", "file")
    for words in ("mine.yaml is open.", "centres 5", "truth.recovery 0.8", "analysis.alpha 0.01"):
        assert words in model.opened
    model.patients = "200"
    assert model.typed.design == design_of(ODD | {"patients": 200})


def test_a_refused_file_or_link_leaves_the_design_and_its_result():
    model = TrialModel(patients="40", replicates="4")
    model.run()
    before = model.typed, model.finished

    model.open_file("bad.yaml", b"patients: 12\narms: [standard, deficitt]\n")
    assert "deficitt" in model.opened
    model.open_file("bad.yaml", b"\xff\xfe")
    assert "bad.yaml is not UTF-8 text." in model.opened
    model.open_link("nonsense")
    assert "damaged" in model.opened
    model.open_run("folder", {"manifest.jsonl": b"{}\n"})
    assert "folder" in model.opened

    assert (model.typed, model.finished) == before


def test_a_grid_stays_with_its_design_and_is_said_to_run_elsewhere():
    model = TrialModel()

    model.open_file("grid.yaml", yaml.safe_dump(ODD | {"grid": {"patients": [100, 200]}}).encode())

    assert "Its grid runs by the command" in model.opened
    assert yaml.safe_load(design_yaml(model.typed.design))["grid"] == {"patients": [100, 200]}


DESIGNS = st.builds(
    lambda patients, share, rest: design_of(
        ODD | {"patients": patients, "truth": {"missed_samples": share}} | rest
    ),
    st.integers(4, 100_000),
    st.floats(0, 1),
    st.sampled_from(
        [{}, {"endpoint": {"baseline_mortality": 0.3, "log_odds_per_day_at_target": -0.125}}]
    ),
)


@settings(max_examples=40, deadline=None)
@given(DESIGNS, st.integers(1, 5000), st.integers(0, 2**31))
def test_a_design_survives_its_file_and_its_link(design, replicates, seed):
    assert design_of_yaml(design_yaml(design).encode(), "design.yaml") == design
    assert design_of_link(design_link(design, replicates, seed)) == (design, replicates, seed)


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_a_link_that_lost_its_end_is_refused(cut):
    link = design_link(design_of(ODD), 10, 1)

    with pytest.raises(IgmFatError, match="damaged"):
        design_of_link(link[:-cut])


def test_a_link_opens_the_design_its_trials_and_its_seed():
    model = TrialModel()

    model.open_link(design_link(design_of(ODD), 33, 9))

    assert (model.typed.design, model.typed.replicates, model.typed.seed) == (
        design_of(ODD),
        33,
        9,
    )


# A saved run


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")
    (folder / "design.yaml").write_text(yaml.safe_dump(ODD))
    command = [sys.executable, "-m", "igmfat_nb", "trial", "design.yaml", "--replicates", "20"]
    subprocess.run(
        [*command, "--seed", "3", "--out", "run", "--quiet"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return {path.name: path.read_bytes() for path in (folder / "run").iterdir()}


def test_a_finished_run_of_the_command_line_opens_without_running_again(saved, monkeypatch):
    model = TrialModel()

    def never(_model):
        raise AssertionError("it ran")

    monkeypatch.setattr(TrialModel, "run", never)
    model.open_run("run", saved)

    again = run_here(design_of(ODD), 20, 3)[1]
    assert model.finished.answer == again
    assert (model.replicates, model.seed, model.patients) == ("20", "3", "120")
    assert "run is open; nothing was run again." in model.opened


def test_files_of_an_opened_folder_arrive_one_by_one(saved):
    heard = []
    opener = FileOpener(
        "Open", r"manifest\.jsonl|part-.*\.parquet", lambda *all_: heard.append(all_)
    )
    names = sorted(saved)

    for place, name in enumerate(names):
        message = {
            "file": name,
            "folder": "run",
            "first": place == 0,
            "left": len(names) - 1 - place,
        }
        opener._handle_custom_msg(message, [memoryview(saved[name])])
        assert bool(heard) == (place == len(names) - 1)
    opener._handle_custom_msg({"file": "../x", "folder": "run", "first": True, "left": 0}, [b"1"])

    assert heard == [("run", saved)]


def test_a_torn_part_is_no_trial(saved):
    model = TrialModel()
    torn = {name: part[:-1] if name.endswith("parquet") else part for name, part in saved.items()}

    model.open_run("run", torn)

    assert model.finished is None
    assert "contains no whole trial" in model.opened


# What leaves


def test_the_results_have_the_names_of_the_command_line_and_both_sides():
    model = TrialModel(patients="40", replicates="5")
    model.run()

    found = json.loads(json.dumps(results(model.finished)))

    assert {"replicates", "seed", "arms", "operating", "screening", "result_sha256"} <= set(found)
    assert found["replicates"] == found["without_effect"]["operating"]["trials"] == 5
    assert found["design"]["endpoint"]["mortality"] == {"standard": 0.45, "deficit": 0.3}
