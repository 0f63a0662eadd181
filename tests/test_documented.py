"""What ``.ci/documented.py`` takes for a command, and that it sees one that would not work."""

import importlib.util
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / ".ci" / "documented.py"
MOST_LEFT_OUT = 13

spec = importlib.util.spec_from_file_location("documented", SCRIPT)
documented = importlib.util.module_from_spec(spec)
sys.modules["documented"] = documented  # its dataclass looks itself up
spec.loader.exec_module(documented)

TEXT = """
Run `igmfat score` or `make docs`; `igmfat-case/2` is a schema, `mine.json` a file.

```sh
igmfat next course.json   # three rules
```

- also

    ```sh
    export A=1
    ```
"""


def test_lines_of_blocks_are_typed_and_spans_of_sentences_named():
    shown = documented.shown_in(TEXT)

    assert [one.text for one in shown if one.typed] == ["igmfat next course.json", "export A=1"]
    assert [one.text for one in shown if not one.typed] == ["igmfat score", "make docs"]


@pytest.mark.parametrize(
    ("command", "works"),
    [
        ("igmfat sample-size --control 0.45", True),
        ("igmfat sample-size --contorl 0.45", False),
        ("igmfat dosis", False),
        ("make docs", True),
        ("make dcos", False),
        ("python benchmarks/soak.py --minutes 5", True),
        ("python benchmarks/soak.py --minute 5", False),
        ("python benchmarks/soaked.py", False),
    ],
)
def test_what_a_sentence_names_must_be_there_with_its_options(tmp_path, command, works):
    asked = documented.Document(tmp_path, "", Counter(), only_list=False).ask(command)

    assert (asked == "") == works, asked


def test_of_what_a_sentence_names_nothing_is_run(tmp_path):
    document = documented.Document(tmp_path, "", Counter(), only_list=False)

    assert document.ask("igmfat sensitivity CASE|touch; touch there > written") == ""
    assert list(tmp_path.iterdir()) == []


def test_same_commands_with_other_python_are_run_too(tmp_path, monkeypatch, capsys):
    for name, code in (("one", "x = 1"), ("two", "y = 2"), ("three", "y = 2")):
        (tmp_path / f"{name}.md").write_text(f"```sh\nmake docs\n```\n\n```python\n{code}\n```\n")
    paths = [tmp_path / f"{name}.md" for name in ("one", "two", "three")]
    monkeypatch.setattr(documented, "ROOT", tmp_path)
    monkeypatch.setattr(documented, "documents", lambda: paths)
    monkeypatch.setattr(sys, "argv", ["documented.py", "--list"])

    documented.main()

    said = capsys.readouterr().out
    assert "run: x = 1" in said
    assert "run: y = 2" in said
    assert "three.md: the 1 commands of two.md" in said


def test_a_line_that_fails_is_told(tmp_path):
    document = documented.Document(tmp_path, "", Counter(), only_list=False)

    assert "exit code 2" in document.run("igmfat next absent.json", "bash")


def test_little_is_left_out_and_each_with_its_reason():
    said = subprocess.run(
        [sys.executable, str(SCRIPT), "--list"], capture_output=True, text=True, check=True
    ).stdout
    lines = [line.strip() for line in said.splitlines() if line.startswith("  left out: ")]
    left_out = [line for line in lines if not line.endswith("on this machine")]  # no zsh, no fish

    assert 0 < len(left_out) <= MOST_LEFT_OUT
    assert all(line.endswith(tuple(documented.LEFT_OUT.values())) for line in left_out)
