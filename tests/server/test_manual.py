"""The manual under Help: files that were built, and nothing else of the disk."""

import urllib.error
import urllib.request
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from manual_server import serving_beside

from igmfat_nb.server.home import glossary_words
from igmfat_nb.server.manual import manual_files, policy_of
from igmfat_nb.server.settings import CONTENT_SECURITY_POLICY

PAGE = "<html><script>let a=1</script><script src='a.js'></script><h1>Guide</h1></html>"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    top = tmp_path_factory.mktemp("installed")
    (top / "secret.html").write_text("secret")
    site = top / "site"
    (site / "guides").mkdir(parents=True)
    (site / "index.html").write_text(PAGE)
    (site / "guides" / "one.html").write_text(PAGE)
    (site / "a.js").write_text("let b=2")
    (site / "hooks.pyc").write_text("code")
    (site / "linked.html").symlink_to(top / "secret.html")
    (site / "outside").symlink_to(top)
    return site


@pytest.fixture(scope="module")
def address(site):
    with serving_beside(site) as found:
        yield found


def asked(address, path):
    """Status and headers of a path that is sent as it stands."""
    link = HTTPConnection(urlsplit(address).netloc, timeout=60)
    link.request("GET", path)
    answer = link.getresponse()
    answer.read()
    link.close()
    return answer.status, answer.headers


def test_a_page_of_the_manual_may_run_its_own_scripts_and_no_others(address):
    _status, headers = asked(address, "/manual/guides/one.html")
    _status, of_pages = asked(address, "/02_glossary.ipynb")

    # printf 'let a=1' | openssl dgst -sha256 -binary | base64
    assert headers["Content-Security-Policy"] == of_pages["Content-Security-Policy"].replace(
        "'self' blob:;", "'self' 'sha256-DIGEST';", 1
    ).replace("DIGEST", "+Q3dsIT3kYyYXlBldxY4Baal1kEoF6cDrlPvZn4iLYs=")
    assert of_pages["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/manual", 302),
        ("/manual/", 302),
        ("/manual/index.html", 200),
        ("/manual/a.js", 200),
        ("/manual/guides", 404),
        ("/manual/guides/", 404),
        ("/manual/linked.html", 404),
        ("/manual/outside/secret.html", 404),
        ("/manual/hooks.pyc", 404),
        ("/manual/../secret.html", 404),
        ("/manual/%2e%2e/secret.html", 404),
        ("/manual//secret.html", 404),
    ],
)
def test_only_what_was_built_answers(address, path, status):
    assert asked(address, path)[0] == status


def test_help_leads_to_the_manual(address):
    with urllib.request.urlopen(f"{address}02_glossary.ipynb", timeout=60) as page:
        assert '<a href="/manual/index.html">Manual</a>' in page.read().decode()


def test_the_manual_stands_behind_the_door(site):
    with serving_beside(site, "--base-url", "/igmfat/") as link:
        place = urlsplit(link)
        refused, _headers = asked(link, "/igmfat/manual/index.html")
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(f"http://{place.netloc}/igmfat/manual/a.js", timeout=60)

    assert refused == 401


def test_where_no_manual_was_built_help_says_how():
    assert "make docs" in glossary_words({"manual": ""})["words"]["no_manual"]
    assert manual_files(None) == {}


def test_data_within_a_page_is_no_script():
    data = b'<script id="__config" type="application/json">{}</script>'

    assert "sha256" not in policy_of(data)
