"""A folder of cases: read, refused with a sentence, the same bits, taken up again."""

import json

import pytest

from igmfat_nb.errors import MissingInput
from igmfat_nb.scoring import folder as folders
from igmfat_nb.scoring.folder import CaseFile, case_files, kept_scores, score_files, write_scores
from igmfat_nb.scoring.settings import Settings
from igmfat_nb.scoring.simulated import simulated_folder

QUICK = Settings(scenarios=("intermediate", "averaged"), particles=300)


def files(patients=3, **planted):
    return [CaseFile.of_text(*one) for one in simulated_folder(patients, 1, **planted)]


def test_two_workers_give_the_same_bits_as_one():
    assert score_files(files(), QUICK, workers=2) == score_files(files(), QUICK, workers=1)


def test_what_was_scored_is_not_scored_again(tmp_path, monkeypatch):
    first = score_files(files(3), QUICK)
    path = tmp_path / "scores.jsonl"
    write_scores(path, first)
    with path.open("a", encoding="utf-8") as file:
        file.write('{"digest": "torn')
    asked = []
    score = folders.score_file
    monkeypatch.setattr(
        folders,
        "score_file",
        lambda file, settings: asked.append(file.name) or score(file, settings),
    )

    again = score_files(files(4), QUICK, kept=kept_scores(path))

    assert asked == ["C4-004.json"]
    assert again.cases[:3] == first.cases
    score_files(files(3), Settings(seed=2, particles=300), kept=kept_scores(path))
    assert len(asked) == 4  # another seed is another score


def test_every_file_is_scored_or_named_with_its_sentence(tmp_path):
    good = json.loads(files(1)[0].content)
    (tmp_path / "rome").mkdir()
    (tmp_path / "rome" / "a.json").write_text(json.dumps(good), encoding="utf-8")
    (tmp_path / "same.json").write_text(json.dumps(good), encoding="utf-8")
    (tmp_path / "torn.json").write_text("{", encoding="utf-8")
    low = good | {"subject": "X-9", "titres": [{"time_h": 0, "igm_mg_dl": 0.38}]}
    (tmp_path / "X-9.json").write_text(json.dumps(low), encoding="utf-8")

    scored = score_files(case_files(tmp_path), QUICK)

    assert [(one["file"], one["centre"]) for one in scored.cases] == [("rome/a.json", "rome")]
    refused = {one.name: one for one in scored.refused}
    assert refused.keys() == {"X-9.json", "same.json", "torn.json"}
    assert refused["X-9.json"].titre
    assert (refused["X-9.json"].centre, "1 g/L is 100 mg/dL" in refused["X-9.json"].sentence) == (
        "X", True,
    )  # fmt: skip
    assert "rome/a.json" in refused["same.json"].sentence


@pytest.mark.parametrize("made", [True, False])
def test_a_folder_without_cases_is_refused(tmp_path, made):
    with pytest.raises(MissingInput):
        case_files(tmp_path if made else tmp_path / "nowhere")


def test_a_case_with_one_titre_is_scored_from_none_alone():
    document = json.loads(files(1)[0].content)
    document["titres"] = document["titres"][:1]

    (case,) = score_files([CaseFile.of_text("one.json", json.dumps(document))], QUICK).cases

    assert {row["known"] for row in case["rows"]} == {0}
    assert (case["npde"], case["simulated"]) == ([], [])


def test_a_titre_below_the_limit_is_scored_as_a_chance():
    document = json.loads(files(1)[0].content)
    document["schema"] = "igmfat-case/2"
    document["titres"][-1] = {"time_h": 144.0, "igm_below_mg_dl": 500.0}

    (case,) = score_files([CaseFile.of_text("one.json", json.dumps(document))], QUICK).cases

    last = [row for row in case["rows"] if row["titre"] == 6]
    assert all(row["below"] and row["crps"] is None for row in last)
    # Nearly certain to lie below 500: the log of a chance near 1, and a rank drawn below it.
    later = [row for row in last if row["known"]]
    assert all(-0.01 < row["log_score"] <= 0 and 0 < row["pit"] < 1 for row in later), later
    assert len(case["npde"]) == 5
