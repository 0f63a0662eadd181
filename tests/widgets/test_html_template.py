"""Templates escape what is put into them, and nothing twice."""

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from igmfat_nb.reports.section import Section, paragraph, table, titled
from igmfat_nb.widgets.parts.html_template import Parts


def test_a_text_is_escaped_and_a_part_made_by_a_template_is_not_escaped_again():
    inner = paragraph("<5 & more")

    whole = Section("<i>", inner)._repr_mimebundle_()["text/html"]

    assert inner == "<p>&lt;5 &amp; more</p>"
    section = '<section class="ig-part">'
    assert whole == f"{section}<h2>&lt;i&gt;</h2>\n<p>&lt;5 &amp; more</p>\n</section>"


def test_a_plain_text_in_the_place_of_a_part_is_escaped():
    whole = Section("", "<script>")._repr_mimebundle_()["text/html"]

    assert "<script>" not in whole


def test_parts_that_are_joined_stay_parts():
    joined = titled("A & B", 3) + table(("<",), [("x",)])

    assert isinstance(joined, Markup)
    assert joined.startswith("<h3>A &amp; B</h3><div")


def test_a_name_that_a_template_does_not_get_is_an_error(tmp_path):
    file = tmp_path / "parts.html.j2"
    file.write_text("{% macro line(text) %}{{ text }} {{ forgotten }}{% endmacro %}")

    with pytest.raises(UndefinedError, match="forgotten"):
        Parts(file)("line", "x")
