"""A report runs the scripts that it was written with, and asks no host for anything."""

import re

from igmfat_nb.reports.document import POLICY, with_library

# printf 'draw()' | openssl dgst -sha256 -binary | base64
DRAW = "jm3FkV4tNIdBUr8jRVVl5n9PUixlaxTWD0pdpFiSH5A="


def policy_in(html):
    return re.search(r'content="([^"]*)"', with_library(html))[1]


def test_a_report_names_the_scripts_that_stand_in_it_and_no_host():
    policy = policy_in(f'<meta content="{POLICY}"><script>draw()</script>')

    assert f"script-src 'sha256-{DRAW}';" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe-eval" not in policy
    assert "http" not in policy


def test_a_report_without_scripts_allows_none():
    assert "script-src 'none';" in policy_in(f'<meta content="{POLICY}"><p>text</p>')
