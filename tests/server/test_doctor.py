"""`igmfat doctor`: what it says of this computer, and of one that is not fit."""

import json
import socket
import tempfile

import mpmath
import pytest
from click.testing import CliRunner

from igmfat_nb.cli import main
from igmfat_nb.server import doctor
from igmfat_nb.server.settings import PREFERRED_PORT

NAMES = ["versions", "fonts", "chromium", "port", "disk", "dose", "curve", "seats"]


def run(*options):
    return CliRunner().invoke(main, ["doctor", *options])


def checked(name):
    return next(check for check in doctor.examine() if check.name == name)


def test_one_line_for_each_check_and_exit_code_0():
    result = run()

    assert [line.split()[0] for line in result.stdout.splitlines()] == NAMES
    assert result.exit_code == 0


def test_the_json_names_status_and_detail():
    answer = json.loads(run("--json").stdout)

    assert set(answer) == {"ok", "checks"}
    assert answer["ok"] is True
    assert [check["name"] for check in answer["checks"]] == NAMES
    for check in answer["checks"]:
        assert set(check) == {"name", "status", "detail"}
        assert check["status"] in ("ok", "warning")
        assert check["detail"]


def test_the_textbook_titres_are_those_of_the_formula():
    with mpmath.workdps(30):
        terms = [(mpmath.mpf(5) / 9, mpmath.mpf("0.1")), (mpmath.mpf(4) / 9, mpmath.mpf("0.01"))]
        after = [
            10 * sum(c / k * (1 - mpmath.exp(-12 * k)) * mpmath.exp(-k * h) for c, k in terms)
            for h in (0, 12)
        ]

    assert list(doctor.TEXTBOOK_MG_DL) == pytest.approx(list(map(float, after)), abs=1e-9)


def test_a_wrong_dose_fails_and_so_does_the_command(monkeypatch):
    monkeypatch.setattr(
        "igmfat_nb.bedside.dosing.standard_volume_ml", lambda weight_kg: 4 * weight_kg
    )

    result = run("--json")

    (failed,) = [one for one in json.loads(result.stdout)["checks"] if one["status"] == "failed"]
    assert failed["name"] == "dose"
    assert failed["detail"] == "320; 517 mL instead of 400; 517 mL"
    assert result.exit_code == 1


def test_no_browser_no_fonts_and_a_busy_port_are_warnings(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(doctor, "FONT_FOLDERS", (str(tmp_path),))
    with socket.socket() as busy:
        busy.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            busy.bind(("127.0.0.1", PREFERRED_PORT))
            busy.listen()
        except OSError:
            pass  # busy already
        result = run("--json")

    status = {check["name"]: check["status"] for check in json.loads(result.stdout)["checks"]}
    assert status["chromium"] == status["fonts"] == status["port"] == "warning"
    assert result.exit_code == 0


def test_a_package_that_is_missing_or_too_old_is_named(monkeypatch):
    asked = ["numpy>=99.1", "no-such-package>=1.0", "click>=8.2", 'mpmath>=99; extra == "test"']
    monkeypatch.setattr("importlib.metadata.requires", lambda _name: asked)

    check = checked("versions")

    assert check.status == "failed"
    assert "numpy is " in check.detail
    assert "needs 99.1" in check.detail
    assert "no-such-package is missing" in check.detail
    assert "click" not in check.detail
    assert "mpmath" not in check.detail


def test_a_temporary_folder_that_is_not_there_fails(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))

    check = checked("disk")

    assert check.status == "failed"
    assert check.detail == "temporary files cannot be written: no such file or directory"


def test_a_computer_without_memory_for_one_seat_fails(monkeypatch):
    monkeypatch.setattr("igmfat_nb.server.processes.available_mib", lambda: 40.0)
    none = checked("seats")
    monkeypatch.setattr("igmfat_nb.server.processes.available_mib", lambda: 1000.0)
    few = checked("seats")

    assert none.status == "failed"
    assert few.status == "warning"
