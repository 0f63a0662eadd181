"""Who has no log-in, comes from another site's page, or knows a kernel's id."""

import asyncio
import json
import os
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from igmfat_nb.server.page_session import PASS, PageSession
from strangers.asking import (
    SAMPLE,
    Answer,
    Look,
    Row,
    ask,
    behind_a_password,
    counted,
    served,
    upgraded,
)

KERNEL = re.compile(r'"kernelId": "([0-9a-f-]{36})"')
NO_KERNEL = "00000000-0000-4000-8000-000000000000"
#: Pages of ours, and what Jupyter and Voilà would answer to if they were let.
PAGES = ("", "home", "sample_page.ipynb", "seats", "visit", "trainer", "41/nowhere.ipynb")
JUPYTER = (
    *("api", "api/config/notebook", "api/contents", "api/contents/notebooks", "api/events"),
    *("api/kernels", f"api/kernels/{NO_KERNEL}/channels", f"api/kernels/{NO_KERNEL}/restart"),
    *("api/kernelspecs", "api/me", "api/nbconvert", "api/sessions", "api/shutdown"),
    *("api/spec.yaml", "api/status", "api/terminals", "doc/tree", "edit/pyproject.toml"),
    *("files/pyproject.toml", "hub/home", "kernelspecs/python3/logo-64x64.png", "lab", "lsp"),
    *("metrics", "nbconvert/html/sample_page.ipynb", "notebooks/sample_page.ipynb"),
    *("terminals/websocket/1", "tree", "view/sample_page.ipynb", "voila/api/contents"),
    *("voila/files/sample_page.ipynb", "voila/render/sample_page.ipynb", "voila/tree"),
)
DISGUISES = (
    *("{}", "{}/", "./{}", "%2e/{}", "x/../{}", "x/%2e%2e/{}", "igmfat/../{}", "igmfat/%2e%2e/{}"),
    *("igmfat/..%2f{}", "/{}", "{}?token=", "{}?token=wrong", "{}%00", "{};.css", "{}%2f.."),
    *("%5c{}", "login/../{}", "{}/igmfat.css"),
)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


def proxy(look: Look) -> Iterator[Row]:
    """A stranger asks nginx."""
    nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    what, asked = "stranger through nginx with TLS", "all 401"
    if nginx is None:
        yield Row(what, "not tried: nginx is not on the path", asked, held=None)
        return
    from nginx_in_front import behind_nginx

    with behind_a_password(look) as opened, behind_nginx(nginx, look.folder, opened["port"]) as at:
        cookie = opened["cookie"] if look.with_log_in else ""
        by = {"trusted": str(look.folder / "certificate.pem"), "Cookie": cookie}
        for kind, paths in (("page", PAGES), ("API", JUPYTER)):
            answers = [ask(at, path, **by).status for path in (paths[:4] if look.quick else paths)]
            yield Row(f"{what}: {kind}", counted(answers), asked, held=set(answers) == {401})
        status = upgraded(at, NO_KERNEL, **by)
        yield Row(f"{what}: websocket", counted([status]), asked, held=status == 401)
        entered = ask(at, "seats", trusted=by["trusted"], Cookie=opened["cookie"]).status
        yield Row("the same with a log-in", counted([entered]), "200", held=entered == 200)


def addresses(look: Look) -> Iterator[Row]:
    """Every address of ours and of Jupyter, plain and in disguise, by every method."""
    tries = [
        (disguise.format(path), method)
        for path in (*PAGES, *JUPYTER)
        for disguise in DISGUISES
        for method in (METHODS if disguise == "{}" else METHODS[:2])
    ]
    tries = tries[:: 10 if look.quick else 1]
    with behind_a_password(look) as opened, ThreadPoolExecutor(8) as crowd:
        address, forged = opened["address"], opened["cookie"].partition("=")[0] + "=forged"
        shown = opened["cookie"] if look.with_log_in else forged

        def tried(one: tuple[int, tuple[str, str]]) -> Answer:
            number, (path, method) = one  # an address may ask some hundred times at once
            cookie = shown if number % 2 else ""
            source = f"127.0.0.{2 + number // 200}"
            body = "" if method == "GET" else "{}"
            return ask(address, path, method, body, source, Cookie=cookie)

        answers = list(crowd.map(tried, enumerate(tries)))
        inside = [one for one in answers if 0 < one.status < 400 or KERNEL.search(one.text)]
        yield Row(
            f"{len(tries)} addresses without a log-in",
            f"{len(inside)} got in ({counted([one.status for one in answers])})",
            "none in",
            held=not inside and min(one.status for one in answers) >= 400,
        )
        known = [
            ask(address, path, method, Cookie=opened["cookie"]).status
            for path in (JUPYTER[::10] if look.quick else JUPYTER)
            for method in METHODS[:5]
        ]
        yield Row(
            f"{len(known)} addresses of Jupyter with a log-in",
            counted(known),
            "none answered",
            held=min(known) >= 400,
        )


def site(look: Look) -> Iterator[Row]:
    """A page of another site asks, without and with a visitor's cookie."""
    words = ("--notebook", str(SAMPLE), "--no-browser", "--seats", "3")
    with served(look, "dashboard", *words) as opened:
        address = opened["address"]
        visitor = PageSession(address)
        page = asyncio.run(visitor.visit())
        assert KERNEL.search(page.body.decode())
        free = json.loads(ask(address, "seats").text)["free"]
        kernels, statuses = 0, []
        for cookie in ("", visitor.cookie):
            for where in ("cross-site", "same-site"):
                shown = ask(address, Cookie=cookie, Sec_Fetch_Site=where)
                kernels += bool(KERNEL.search(shown.text))
                sent = json.dumps({"pass": PASS.search(shown.text)[1]})
                elsewhere = ({"Sec_Fetch_Site": where}, {"Origin": "http://evil.example"})
                statuses += [
                    ask(address, "visit", "POST", sent, Cookie=cookie, **one).status
                    for one in elsewhere
                ]
        taken = free - json.loads(ask(address, "seats").text)["free"]
        yield Row(
            f"a page of another site asks {len(statuses)} times for a seat",
            f"{taken} taken, {kernels} kernels shown ({counted(statuses)})",
            "none",
            held=taken == 0 and kernels == 0 and set(statuses) == {403},
        )


def kernel(look: Look) -> Iterator[Row]:
    """Somebody knows a kernel's id."""
    words = ("--notebook", str(SAMPLE), "--no-browser", "--seats", "3")
    with served(look, "dashboard", *words) as opened:
        address = opened["address"]
        owner, stranger = PageSession(address), PageSession(address)
        shown = asyncio.run(owner.visit()).body.decode()
        asyncio.run(stranger.visit())
        known = KERNEL.search(shown)[1]
        statuses = []
        for cookie in ("", stranger.cookie):
            statuses.append(upgraded(address, known, Cookie=cookie))
            for path, methods in (
                (f"api/kernels/{known}", ("GET", "DELETE")),
                (f"voila/api/shutdown/{known}", ("POST",)),
            ):
                statuses += [ask(address, path, method, Cookie=cookie).status for method in methods]
        owners = upgraded(address, known, Cookie=owner.cookie)
        yield Row(
            "a kernel's id alone, in another browser",
            counted(statuses),
            "none in; its own browser: 101",
            held=min(statuses) >= 400 and owners == 101,
        )
