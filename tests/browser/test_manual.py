"""The manual as it is built, in a browser: it opens offline, and finds a word."""

import subprocess
import sys

import pytest
from manual_server import ROOT, serving_beside


@pytest.mark.full
def test_the_manual_opens_from_help_and_finds_a_word(visitor, tmp_path):
    build = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir"]
    subprocess.run([*build, str(tmp_path / "site")], cwd=ROOT, check=True, capture_output=True)

    with serving_beside(tmp_path / "site") as address:
        page = visitor.open(f"{address}02_glossary.ipynb", wait_for="main")
        page.get_by_role("link", name="Manual").click()
        page.get_by_label("Search").first.click()
        page.keyboard.type("haematocrit")
        page.wait_for_selector(".md-search-result__item")
        page.close()

    assert visitor.complaints == []
