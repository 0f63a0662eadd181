"""SECURITY.md promises nothing that no test holds."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)
PROMISES = TEXT.partition("## What is promised")[2].partition("\n## ")[0]


@pytest.mark.parametrize(("file", "test"), NAMED, ids=[test for _file, test in NAMED])
def test_a_named_test_exists(file, test):
    assert re.search(rf"^def {test}\(", (ROOT / file).read_text(encoding="utf-8"), re.M)


def test_each_promise_names_its_test():
    rows = [line for line in PROMISES.splitlines() if line.startswith("| ")][1:]

    assert len(rows) >= 15
    assert [
        row for row in rows if not re.search(r"`tests/[\w/]+\.py::\w+` \|$|`, `tests", row)
    ] == []


def test_no_file_that_is_named_is_missing():
    for target in re.findall(r"\]\((?!https:)([^)#]+)\)", TEXT):
        assert (ROOT / target).exists(), target
