"""The language of each answer: a reader's own choice, the server's, the browser's, English."""

import asyncio
import re
from http.cookies import SimpleCookie
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from tornado.httpclient import AsyncHTTPClient
from translations.altered import CODE

from igmfat_nb import language
from igmfat_nb.server.page_session import PageSession
from igmfat_nb.server.readers import CHOICE, Readers

PAGE = "40_dashboard.ipynb"


@pytest.fixture
def three(monkeypatch):
    monkeypatch.setattr(language, "languages", lambda: ("en", "it", "de"))
    monkeypatch.delenv(language.VARIABLE, raising=False)
    return monkeypatch


def asking(accepts="", kept=""):
    cookies = SimpleCookie({CHOICE: kept} if kept else {})
    return SimpleNamespace(cookies=cookies, headers={"Accept-Language": accepts})


@pytest.mark.parametrize(
    ("accepts", "meant"),
    [
        ("it-IT,it;q=0.9,en;q=0.8", "it"),
        ("fr,en;q=0.4,de;q=0.5", "de"),
        ("it;q=0, en;q=0.1", "en"),
        ("it;q=nonsense", "en"),
        ("en;q=0.1, en-GB;q=0.9, it;q=0.5", "en"),
        ("fr", "en"),
        ("*", "en"),
        ("", "en"),
    ],
)
def test_a_browser_s_language_is_the_one_of_ours_that_it_likes_best(three, accepts, meant):
    assert Readers().language_of(asking(accepts)) == meant


def test_a_reader_s_choice_goes_before_the_server_s_and_that_before_the_browser_s(three):
    assert Readers().language_of(asking("de", kept="it")) == "it"
    assert Readers().language_of(asking("de", kept="xx")) == "de"
    three.setenv(language.VARIABLE, "en")
    assert Readers().language_of(asking("de")) == "en"
    assert Readers().language_of(asking("de", kept="it")) == "it"


def test_a_class_reads_its_trainer_s_language_whatever_the_browsers_ask_for(three):
    of_class = Readers(together="it")

    assert of_class.language_of(asking("de")) == "it"
    assert of_class.language_of(asking("de", kept="en")) == "en"


def test_a_choice_made_at_another_port_of_the_host_is_none_here(three):
    elsewhere = SimpleNamespace(
        cookies=SimpleCookie({f"{CHOICE}-8866": "en"}), headers={"Accept-Language": ""}
    )

    assert Readers(together="it", port=8867).language_of(elsewhere) == "it"
    assert Readers(together="it", port=8866).language_of(elsewhere) == "en"


async def played(address, code, weights):
    """Open the page in a language and type weights, one after the other; what it says to each."""
    page = PageSession(address, language=code)
    html = (await page.visit(PAGE)).body.decode()
    await page.open(PAGE)
    field = next(
        name
        for name, state in page.states.items()
        if re.search(r"^⟦?Weight", str(state.get("description")))
    )
    said = []
    for weight in weights:
        await page.change(field, value=str(weight))
        texts = [str(state.get("value")) for state in page.states.values()]
        said.append({dose for text in texts for dose in re.findall(r"[\d.,]+(?= <small>)", text)})
    await page.leave()
    return html, said, page.states


def test_two_people_on_one_server_read_two_languages_at_the_same_time(two_languages):
    weights = (280, 80, 281)

    async def both():
        where = two_languages.address
        return await asyncio.gather(played(where, "en", weights), played(where, CODE, weights))

    english, other = asyncio.run(both())

    assert '<html lang="en">' in english[0]
    assert f'<html lang="{CODE}">' in other[0]
    assert "⟦" not in re.sub(r"<button [^>]*language.*?</button>", "", english[0])
    assert not any("⟦" in str(state) for state in english[2].values())
    for of_english, of_other in zip(english[1], other[1], strict=True):
        assert of_other == {dose.replace(",", ".") for dose in of_english}
    assert "1,400" in english[1][0]  # 250 mg/kg of 280 kg over 50 mg/mL


def test_the_switch_keeps_the_choice_and_says_no_to_other_sites_and_other_words(two_languages):
    def ask(where, **options):
        asked = {"raise_error": False, "follow_redirects": False, **options}

        async def fetch():
            return await AsyncHTTPClient().fetch(f"{two_languages.address}{where}", **asked)

        return asyncio.run(fetch())

    home = ask("home", headers={"Accept-Language": f"{CODE}, en;q=0.5"}).body.decode()
    assert f'<html lang="{CODE}">' in home
    assert '<button formaction="/language/en" lang="en">English</button>' in home

    chosen = ask("language/en", method="POST", body="")
    cookie = chosen.headers["Set-Cookie"]
    assert chosen.code == 204
    assert {"SameSite=Lax", "HttpOnly"} <= set(cookie.split("; "))
    kept = {"Accept-Language": CODE, "Cookie": cookie.partition(";")[0]}
    for where in ("home", PAGE, "nothing"):
        answer = ask(where, headers=kept)
        assert '<html lang="en">' in answer.body.decode()
        assert "no-store" in answer.headers["Cache-Control"]

    assert ask("language/xx", method="POST", body="").code == 404
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert ask("language/en", method="POST", body="", headers=elsewhere).code == 403
    by_form = {"Accept": "text/html,*/*;q=0.8", "Origin": "null"}
    followed = ask(f"language/{CODE}", method="POST", body="", headers=by_form)
    assert (followed.code, followed.headers["Location"]) == (303, "/")
    assert cookie.startswith(f"igmfat-language-{urlsplit(two_languages.address).port}=en")
    image = ask(f"language/{CODE}")  # asked for by whoever shows it, and by plain http unsaid
    assert (image.code, image.headers.get("Set-Cookie")) == (405, None)
