"""``igmfat lab``: the notebooks in JupyterLab, and the reader's home folder as it was."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"


def test_jupyterlab_shows_the_notebooks_and_leaves_the_home_folder_alone(tmp_path):
    home, scratch = tmp_path / "home", tmp_path / "scratch"
    home.mkdir()
    scratch.mkdir()
    places = {"HOME": str(home), "TMPDIR": str(scratch)}
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "igmfat_nb", "lab", "--no-browser", "--json"],
        env={**environment, **places},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        address = json.loads(process.stdout.readline())["address"]
        page = urlopen(address, timeout=300).read().decode()
        place = urlsplit(address)
        (token,) = parse_qs(place.query)["token"]
        listing = f"{place.scheme}://{place.netloc}/api/contents?token={token}"
        contents = json.loads(urlopen(listing, timeout=300).read())["content"]
    finally:
        process.send_signal(signal.SIGTERM)

    assert process.wait(120) == 0
    assert "JupyterLab" in page
    assert re.findall(r'(?:src|href)="https?://', page) == []
    names = {entry["name"] for entry in contents if entry["type"] == "notebook"}
    assert {path.name for path in NOTEBOOKS.glob("*.ipynb")} <= names
    assert list(home.iterdir()) == []
    assert [path for path in scratch.iterdir() if path.name.startswith("igmfat")] == []


#: Another server takes the port between our look at it and JupyterLab's start.
TAKEN = """
import runpy, socket, sys
import igmfat_nb.server.lab as lab
other = socket.create_server(("127.0.0.1", 0))
lab.listening_sockets = lambda serving: [other.dup()]
print(other.getsockname()[1], flush=True)
sys.argv = ["igmfat", "lab", "--no-browser", "--json"]
runpy.run_module("igmfat_nb", run_name="__main__")
"""


def test_a_port_that_another_server_takes_first_is_left_to_it():
    process = subprocess.Popen([sys.executable, "-c", TAKEN], stdout=subprocess.PIPE, text=True)
    try:
        taken = int(process.stdout.readline())
        port = urlsplit(json.loads(process.stdout.readline())["address"]).port
    finally:
        process.send_signal(signal.SIGTERM)

    assert process.wait(120) == 0
    assert port != taken
