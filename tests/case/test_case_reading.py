"""A case that names a reading of the personalised rule: read, written, and answered by it."""

import json

import pytest
from click.testing import CliRunner

from igmfat_nb.case import case_text, deviations, new_case, read_case
from igmfat_nb.case.typed import kept_text, typed_case, typed_kept
from igmfat_nb.case.typed_reading import read_typed
from igmfat_nb.cli import main
from igmfat_nb.errors import IgmFatError

DOCUMENT = {
    "schema": "igmfat-case/2", "subject": "SIM-001", "sex": "male", "age_years": 60,
    "height_cm": 175, "weight_kg": 80, "haematocrit": 0.30, "reading": "fill-140/1",
    "titres": [{"time_h": 0, "igm_mg_dl": 38}], "vasopressor_stopped_h": None,
}  # fmt: skip


def refused(**changes):
    with pytest.raises(IgmFatError) as error:
        read_case(json.dumps(DOCUMENT | changes))
    return str(error.value)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "case.json"
    path.write_text(json.dumps(DOCUMENT), encoding="utf-8")
    return path


def answer(*args):
    result = CliRunner().invoke(main, [*map(str, args), "--json"])
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_a_reading_is_read_written_typed_and_kept():
    case = read_case(json.dumps(DOCUMENT))

    assert case.rule().fill_to_mg_dl == 140
    again = read_case(case_text(read_typed(typed_case(case)).case))
    assert (again.reading, again.schema_) == ("fill-140/1", "igmfat-case/2")
    assert typed_kept(kept_text(typed_case(case), None))[0].reading == "fill-140/1"


def test_a_case_without_one_is_written_as_before():
    fields = {name: value for name, value in DOCUMENT.items() if name not in ("schema", "reading")}
    written = case_text(new_case(**fields))

    assert '"igmfat-case/1"' in written
    assert "reading" not in written
    assert typed_kept(_before_readings(written))[0].reading == ""


def _before_readings(written):
    kept = json.loads(kept_text(typed_case(read_case(written)), None))
    del kept["typed"]["reading"]
    return json.dumps(kept)


def test_what_is_no_reading_is_refused_with_a_sentence():
    assert "reading needs the schema “igmfat-case/2”" in refused(schema="igmfat-case/1")
    assert "“fill-140/2” is no reading of this software" in refused(reading="fill-140/2")
    for other in ("fill-140", "../secret.yaml", 140):  # never a file, never without its version
        assert "expected name and version of a reading" in refused(reading=other)


def test_the_next_dose_goes_by_it_unless_the_command_states_another(file):
    def volume(*more):
        found = answer("next", file, "--at-h", "0", *more)
        return found["reading"]["name"], found["rules"]["deficit"]["volume_ml"]

    assert volume() == ("fill-140", 710)  # 102 × 37.563 ÷ 5.4, by hand
    assert volume("--reading", "deficit") == ("deficit", 431)
    assert volume("--volume-rule", "nadler") == ("deficit", 431)
    assert volume("--recovery", "1") == ("fill-140", 639)


def test_a_dose_by_it_is_no_deviation_and_what_matters_starts_from_it(file):
    given = {"doses": [{"start_h": 2, "volume_ml": 710, "duration_h": 22.2}]}
    case = read_case(json.dumps(DOCUMENT | given | {"arm": "personalised"}))

    assert deviations(case) == []
    found = answer("sensitivity", file, "--explore", "reading=deficit", "--quiet")
    assert found["base_results"]["first_dose_ml"] == 710
    assert (found["reading"], found["base"]["reading"]) == ("fill-140/1", "fill-140")
    assert found["one_at_a_time"][0]["results"]["first_dose_ml"] == [431]
