"""``igmfat sensitivity`` of a case with later titres: the next dose, given what they taught."""

import json

import pytest
from click.testing import CliRunner

from igmfat_nb.case import case_text
from igmfat_nb.cli import main
from igmfat_nb.protocol.register import sourced_constants
from igmfat_nb.teaching_cases import teaching_case


@pytest.fixture
def case(tmp_path):
    path = tmp_path / "late.json"
    path.write_text(case_text(teaching_case("late-result").case), encoding="utf-8")
    return path


def answer(*args):
    result = CliRunner().invoke(main, [*map(str, args), "--json"])
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_the_next_dose_under_each_assumption_is_that_of_the_command_next(case, tmp_path):
    found = answer("sensitivity", case, "--draws", 2, "--quiet", "--figure", tmp_path / "pictures")

    later = found["after_titres"]
    bars = {bar["name"]: bar for bar in later["one_at_a_time"]}

    def same(results, *options):
        told = answer("next", case, *options)
        rule = told["rules"]["deficit"]
        assert told["at_h"] == later["at_h"]
        assert results("dose_now_ml") == rule["volume_ml"]
        assert results("next_titre_chance") == pytest.approx(rule["chance"])

    same(later["base_results"].get)
    for name, tried, options in (
        ("reading", "fill-140", ("--reading", "fill-140")),
        ("reading", "ladder", ("--reading", "ladder")),
        ("clearance", 1.7, ("--scenario", "intermediate")),
        ("clearance", 7.3, ("--scenario", "fast")),
        ("maintenance", 5.0, ("--maintenance-ml-per-kg", "5")),
    ):
        bar = bars[name]
        place = bar["tried"].index(tried)
        same(lambda output, bar=bar, place=place: bar["results"][output][place], *options)
    assert {bar["source"] for bar in bars.values()} - {None} <= set(sourced_constants())
    assert (tmp_path / "pictures" / "after_titres_tornado_dose_now_ml.svg").exists()


def test_faster_clearance_leaves_less_on_day_7_and_day_7_is_left_out_once_it_is_over(case):
    later = answer("sensitivity", case, "--draws", 2, "--quiet")["after_titres"]

    clearance = next(one for one in later["one_at_a_time"] if one["name"] == "clearance")
    native, intermediate, fast = clearance["results"]["day_7_no_more_mg_dl"]
    assert native > intermediate > fast
    assert native > later["base_results"]["day_7_no_more_mg_dl"] > fast

    document = json.loads(case.read_text(encoding="utf-8"))
    document["titres"].append({"time_h": 170, "igm_mg_dl": 60})
    case.write_text(json.dumps(document), encoding="utf-8")
    over = answer("sensitivity", case, "--draws", 2, "--quiet")["after_titres"]
    assert over["outputs"] == ["dose_now_ml", "next_titre_chance"]


def test_stated_values_are_of_the_week_alone(case):
    assert "after_titres" not in answer("sensitivity", case, "--explore", "clearance=1")
