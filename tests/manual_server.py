"""A server with a manual of a test's choosing: the package as in a wheel, beside a site."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent


@contextmanager
def serving_beside(site: Path, *options: str) -> Iterator[str]:
    """Address of a dashboard whose package stands in the folder of a site."""
    top = site.parent
    if not (top / "igmfat_nb").exists():
        cached = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "igmfat_nb", top / "igmfat_nb", ignore=cached)
        shutil.copytree(ROOT / "notebooks", top / "igmfat_nb" / "notebooks")
        shutil.copy(ROOT / "docs" / "glossary.md", top / "igmfat_nb" / "pages")
    command = [sys.executable, "-m", "igmfat_nb", "dashboard", "--no-browser", "--json"]
    process = subprocess.Popen(
        [*command, *options],
        cwd=top,
        env={**os.environ, "PYTHONPATH": str(top)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        yield json.loads(line)["address"]
    finally:
        process.terminate()
        _out, complaints = process.communicate(timeout=60)
    assert process.returncode == 0, complaints
