"""The frame of every page: it leads to pages that this server has, under its own address."""

import re
import shutil
from pathlib import Path

import pytest

from igmfat_nb.protocol.product import LABEL_RATE
from igmfat_nb.server.frame import navigation, page_frame
from igmfat_nb.server.home import home_words

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"


def addresses(found):
    return [page["address"] for group in found["groups"] for page in group["pages"]]


def test_the_navigation_has_a_link_to_every_notebook_below_the_server_s_own_address():
    found = navigation("/igm/", NOTEBOOKS)

    assert [group["name"] for group in found["groups"]] == [
        "Patient",
        "Trial",
        "Teach",
        "Reports",
        "Evidence",
    ]
    there = {path.name for path in NOTEBOOKS.glob("*.ipynb")} - {"00_start_here.ipynb"}
    assert {re.sub("#.*", "", one) for one in addresses(found)} == {f"/igm/{n}" for n in there}


def test_what_is_not_served_is_not_led_to(tmp_path):
    for name in ("40_dashboard", "90_patient_report"):
        shutil.copy(NOTEBOOKS / f"{name}.ipynb", tmp_path)

    found = page_frame("/", {}, tmp_path)

    assert addresses(found) == ["/40_dashboard.ipynb", "/90_patient_report.ipynb"]
    assert found["then"] == {
        "90_patient_report": {
            "notebook": "40_dashboard",
            "title": "First dose",
            "about": "both arms",
            "address": "/40_dashboard.ipynb",
        }
    }
    assert found["sources"] == ""
    doors = home_words(found)["doors"]
    assert [door["title"] for door in doors] == ["One patient", "Trials and tables"]


def test_a_class_is_led_to_lessons_pages_to_explore_and_the_evidence():
    found = navigation("/", NOTEBOOKS, lambda line: line.in_class)

    names = {re.sub(r"/(\d\d).*", r"\1", one) for one in addresses(found)}
    assert {"50", "51", "52", "53", "40", "21", "30", "01"} <= names
    assert not {"90", "91", "92"} & names


def test_home_says_the_label_s_rate_and_that_the_equation_is_ours():
    said = dict(home_words(page_frame("/", {}, NOTEBOOKS))["assumed"])

    assert LABEL_RATE.value == 0.4  # the label's; see tests/protocol
    assert said["The infusion rate"] == "The label’s 0.4\xa0mL/kg/h stands in."
    assert "Ours is a mass balance" in said["The dose equation"]


@pytest.mark.parametrize("where", ["home", "00_start_here.ipynb"])
def test_home_is_there_without_a_session_and_takes_no_seat(server_of, where):
    import json
    from urllib.request import urlopen

    server = server_of("40_dashboard")
    with urlopen(f"{server.address}seats", timeout=60) as answer:
        free = json.load(answer)["free"]
    with urlopen(server.address + where, timeout=60) as answer:
        page = answer.read().decode()
    with urlopen(f"{server.address}seats", timeout=60) as answer:
        assert json.load(answer)["free"] == free

    assert page.count("Not for treatment decisions.") == 1
    assert 'href="/40_dashboard.ipynb"' in page
    assert "<title>IgM-FAT protocol explorer</title>" in page
