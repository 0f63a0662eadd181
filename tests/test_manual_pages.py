"""Pages of the manual that are made when it is built: performance as measured, notebooks as run."""

import importlib.util
import json
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
STORED = json.loads((ROOT / "docs" / "performance.json").read_text(encoding="utf-8"))


def module_of(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_performance_page_shows_what_was_printed_and_where():
    page = module_of(ROOT / "docs" / "hooks.py").performance_page(
        {
            "machine": {"cores": 2, "memory_gib": 8},
            "runs": [
                {
                    "about": "Tables",
                    "date": "2026-01-02",
                    "version": "0.1.0",
                    "command": "python benchmarks/cohort.py",
                    "seconds": 6.1,
                    "processor_seconds": 1.2,
                    "load_before": 0.5,
                    "said": ["rows  us a row", "10    192.5"],
                }
            ],
        }
    )

    assert "`make figures`: cores 2, memory gib 8." in page
    assert "`python benchmarks/cohort.py` on 2026-01-02, version 0.1.0: 6.1 s by the clock" in page
    assert "```text\nrows  us a row\n10    192.5\n```" in page


def test_the_stored_figures_are_of_commands_that_are_there_and_of_no_named_machine():
    asked = [command for _about, command in module_of(ROOT / "benchmarks" / "figures.py").SET]

    assert [run["command"] for run in STORED["runs"]] == [f"python benchmarks/{c}" for c in asked]
    assert all(run["said"] for run in STORED["runs"])
    assert all((ROOT / run["command"].split()[1]).is_file() for run in STORED["runs"])
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", run["date"]) for run in STORED["runs"])
    assert set(STORED["machine"]) >= {"cores", "processor", "memory_gib", "python"}
    assert not re.search(r"(?<![\w.:/\-])/(?:work|root|home|Users|opt|tmp)/", json.dumps(STORED))
