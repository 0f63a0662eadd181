"""Who opts in, and out again; and seats that only the trainer frees."""

import json
import subprocess
import sys

import pytest

from igmfat_nb.workshop.classroom import Classroom
from tests.server.test_workshop import ask, joined


@pytest.fixture(scope="module")
def opened():
    command = [sys.executable, "-m", "igmfat_nb", "workshop", "serve", "--seats", "2", "--json"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    yield json.loads(server.stdout.readline())
    server.terminate()
    assert server.wait(120) == 0


def test_who_opts_in_counts_at_once_and_what_is_told_twice_counts_once():
    room = Classroom()
    seat = room.join(room.code)

    early = room.note(seat, "51-protein", "20", 1.0, number=1)
    room.opt_in(seat, agreed=True)
    told = [room.note(seat, "51-protein", text, 1.0, number=n) for n, text in NOTED]

    protein = next(one for one in room.state()["questions"] if one["question"] == "51-protein")
    assert not early
    assert told == [True] * len(NOTED)
    assert room.picture().participants == 1
    assert protein["attempts"] == 3
    room.opt_in(seat, agreed=False)
    assert room.picture().participants == 0
    assert not room.note(seat, "51-protein", "20", 1.0, number=4)
    assert not room.opt_in("nobody", agreed=True)


#: Number and text of attempts as a page tells them that was not sure whether they came through.
NOTED = [(1, "20000"), (1, "20000"), (2, "20"), (1, "20000"), (2, "20"), (3, "20")]


def test_participants_opt_in_and_out_on_their_own_seat_only(opened):
    cookie, address = joined(opened), opened["address"] + "workshop/agreed"

    before = json.loads(ask(address, Cookie=cookie)[2])
    done = ask(address, b'{"agreed": true}', Cookie=cookie)[0]
    after = json.loads(ask(address, Cookie=cookie)[2])
    ask(address, b'{"agreed": false}', Cookie=cookie)

    assert done == 204
    assert (before["opted_in"], after["opted_in"]) == (False, True)
    assert before["place"] == after["place"]
    assert len(before["place"]) == 8
    assert not json.loads(ask(address, Cookie=cookie)[2])["opted_in"]
    assert ask(address)[0] == ask(address, b'{"agreed": true}')[0] == 403
    assert ask(address, b'{"agreed": 1}', Cookie=cookie)[0] == 400


def test_only_the_trainer_frees_a_seat(opened):
    state = json.loads(ask(opened["trainer"] + "state")[2])

    free = ask(opened["trainer"] + "free", b'{"seat": 7}')
    nonsense = ask(opened["trainer"] + "free", b'{"seat": "7"}')
    stranger = ask(opened["address"] + "trainer/aaaaaaaaaaaaaaaa/free", b'{"seat": 1}')

    assert state["seats"] == {"all": 2, "free": 2, "taken": []}
    assert (free[0], nonsense[0], stranger[0]) == (200, 400, 404)
