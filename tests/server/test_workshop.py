"""A workshop's server: codes, seats, the trainer's link, and a rehearsal of two seats."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from igmfat_nb.cli.workshop import _beside, workshop
from igmfat_nb.errors import UnreadableInput
from igmfat_nb.server.processes import kernels_below
from igmfat_nb.server.rehearse import Participant, _summed_up, rehearse
from igmfat_nb.server.workshop_run import Opened, read_code
from igmfat_nb.workshop.classroom import CODE_LENGTH, CODE_SIGNS, Classroom


@pytest.fixture(scope="module")
def opened():
    command = [sys.executable, "-m", "igmfat_nb", "workshop", "serve", "--seats", "2", "--json"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    yield json.loads(server.stdout.readline())
    server.terminate()
    assert server.wait(120) == 0


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args, **_kwargs):
        return None


def ask(address, body=None, **headers):
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(address, data=body, headers=names)
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=300) as answer:
            return answer.status, dict(answer.headers), answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read().decode()


def joined(opened):
    _status, headers, _page = ask(opened["address"], f"code={opened['code']}".encode())
    return headers["Set-Cookie"].partition(";")[0]


# ── A class in memory ──


def test_a_join_code_has_no_sign_that_looks_like_another():
    code = Classroom().code

    assert len(code) == CODE_LENGTH
    assert set(code) <= set(CODE_SIGNS)
    assert set("O0I1L") & set(CODE_SIGNS) == set()


def test_only_the_right_code_gives_a_seat():
    room = Classroom(code="ABC234")

    seat = room.join(" abc234 ")

    assert room.join("ABC235") is None
    assert room.join("é") is None
    assert room.knows(seat)
    assert not room.knows("")


def test_the_class_counts_who_opted_in_and_nobody_else():
    room = Classroom()
    first, _second = room.join(room.code), room.join(room.code)

    noted = room.note(first, "51-protein", "20000", 1.0)

    state = room.state()
    protein = next(one for one in state["questions"] if one["question"] == "51-protein")
    assert noted
    assert (state["joined"], state["opted_in"]) == (2, 1)
    assert protein["errors"] == ["mg (1)"]


@pytest.mark.parametrize(
    ("question", "text"), [("51-none", "1"), ("51-protein", "1" * 81), ("", "")]
)
def test_what_cannot_be_an_attempt_is_not_noted(question, text):
    room = Classroom()
    seat = room.join(room.code)

    assert not room.note(seat, question, text, 0.0)
    assert not room.note("nobody", "51-protein", "20", 0.0)


def test_nobody_fills_the_memory_with_one_question():
    room = Classroom()
    seat = room.join(room.code)

    noted = [room.note(seat, "51-protein", "1", 0.0) for _time in range(501)]

    assert noted[:500] == [True] * 500
    assert not noted[500]


def test_solutions_are_released_and_held_back_again():
    room = Classroom()

    room.release("51", released=True)
    after = sorted(room.released)
    room.release("51", released=False)

    assert after == ["51"]
    assert room.released == set()
    assert not room.release("54", released=True)


def test_a_trainers_own_code_is_checked():
    assert read_code(" abcd ") == "ABCD"
    for typed in ("abc", "A" * 13, "O0O0", "äbcd"):
        with pytest.raises(UnreadableInput, match="join code"):
            read_code(typed)


def test_what_is_announced_holds_address_code_seats_and_a_qr_code():
    found = Opened("http://a/", "http://a/?code=ABCD", "http://a/trainer/x/", "ABCD", 30)

    lines = "\n".join(found.lines())

    assert "http://a/" in lines
    assert "ABCD" in lines
    assert "30" in lines
    assert "▄" in lines or "█" in lines
    assert found.record()["free_seats"] == 30


# ── On a real server ──


def test_who_did_not_join_sees_the_question_for_the_code_only(opened):
    status, _headers, page = ask(opened["address"])

    lesson, moved, _body = ask(opened["address"] + "51_workshop_dosing.ipynb")

    assert status == 200
    assert "Join code" in page
    assert "Lessons" not in page
    assert lesson == 302
    assert moved["Location"] == "/"


def test_who_joined_sees_lessons_address_and_free_seats(opened):
    _status, headers, page = ask(opened["address"], Cookie=joined(opened))

    assert "51_workshop_dosing.ipynb" in page
    assert "2 of 2 seats are free" in page
    assert opened["address"] in page
    assert "default-src 'self'" in headers["Content-Security-Policy"]


def test_a_seat_is_a_cookie_that_no_script_and_no_other_site_gets(opened):
    _status, headers, _page = ask(opened["address"], f"code={opened['code']}".encode())

    assert "HttpOnly" in headers["Set-Cookie"]
    assert "SameSite=Strict" in headers["Set-Cookie"]


def test_another_site_cannot_send_for_a_participant(opened):
    cookie = joined(opened)

    status, _headers, _page = ask(
        opened["address"] + "workshop/attempt", b"{}", Cookie=cookie, Sec_Fetch_Site="cross-site"
    )

    assert status == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"question": "51-protein", "text": "20"}', 204),
        (b'{"question": "51-none", "text": "20"}', 400),
        (b'{"question": 1}', 400),
        (b"[]", 400),
        (b"{", 400),
    ],
)
def test_an_attempt_is_noted_or_refused(opened, body, status):
    found, _headers, page = ask(opened["address"] + "workshop/attempt", body, Cookie=joined(opened))

    assert found == status
    assert "Traceback" not in page


def test_without_a_seat_nothing_is_told_and_nothing_noted(opened):
    assert ask(opened["address"] + "workshop/released")[0] == 403
    body = b'{"question": "51-protein", "text": "20"}'
    assert ask(opened["address"] + "workshop/attempt", body)[0] == 403


def test_the_trainers_page_needs_its_token(opened):
    right = ask(opened["trainer"])
    wrong = ask(opened["address"] + "trainer/aaaaaaaaaaaaaaaa/")

    assert right[0] == 200
    assert opened["code"] in right[2]
    assert "<svg" in right[2]
    assert wrong[0] == 404


def test_the_trainer_releases_and_participants_are_told(opened):
    cookie = joined(opened)

    done = ask(opened["trainer"] + "release", b'{"lesson": "50", "released": true}')
    refused = ask(opened["trainer"] + "release", b'{"lesson": "54", "released": true}')
    nonsense = ask(opened["trainer"] + "release", b'{"lesson": 50}')

    told = json.loads(ask(opened["address"] + "workshop/released", Cookie=cookie)[2])
    assert done[0] == 200
    assert told == {"lessons": ["50"], "questions": []}
    assert (refused[0], nonsense[0]) == (400, 400)


def test_the_class_file_and_the_live_state_are_the_trainers(opened):
    state = json.loads(ask(opened["trainer"] + "state")[2])
    name = ask(opened["trainer"] + "class.html")

    assert {"joined", "opted_in", "questions", "released"} <= set(state)
    assert "attachment" in name[1]["Content-Disposition"]
    assert ask(opened["trainer"] + "trainer.js")[1]["Content-Type"].startswith("text/javascript")


def as_in_a_terminal():
    """A test run in the background has Ctrl-C ignored, and would hand that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("wait_s", [0.0, 0.6], ids=["at once", "kernels are starting"])
def test_ctrl_c_ends_everything_even_what_is_only_starting(tmp_path, wait_s):
    command = [sys.executable, "-m", "igmfat_nb", "workshop", "serve", "--seats", "2", "--json"]
    server = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        preexec_fn=as_in_a_terminal,
    )
    server.stdout.readline()
    time.sleep(wait_s)
    started = set(kernels_below(server.pid))

    server.send_signal(signal.SIGINT)
    _out, complaints = server.communicate(timeout=300)

    assert (server.returncode, complaints) == (0, "")
    for _attempt in range(600):  # the fork server ends when it notices that its server has
        if not [pid for pid in started if Path(f"/proc/{pid}").exists()]:
            break
        time.sleep(0.1)
    assert not [pid for pid in started if Path(f"/proc/{pid}").exists()]
    assert list(tmp_path.glob("igmfat_*")) == []


def test_a_bad_code_for_serve_is_one_sentence():
    run = CliRunner().invoke(workshop, ["serve", "--code", "no!"])

    assert run.exit_code == 2
    assert "join code" in run.output


# ── The rehearsal ──


def test_two_seats_are_rehearsed_without_loss_or_mixture():
    found = rehearse(2)

    assert (found.seats, found.lost, found.mixed) == (2, 0, 0)
    assert found.reasons == {}
    assert found.feedback_p95_s > 0
    assert found.open_p95_s > 0
    assert found.seat_mib > 10
    assert found.processor_s > 1  # imports alone take longer


def test_started_and_forked_kernels_stand_beside_each_other_with_the_goals():
    person = Participant(1.0, [0.1, 1.9], [0.2])
    found = {
        "spawn": _summed_up(1, [person], 80.0, 1000.0, 23.4),
        "fork": _summed_up(1, [Participant()], None, 1000.0, 3.0),
    }

    *table, started, forked = _beside(found)

    assert started.startswith("spawn: This machine can serve them: yes")
    assert forked.startswith("fork: This machine can serve them: no")
    lines = {line.partition("  ")[0]: line.split("  ")[1:] for line in table}
    shown = {name: [part.strip() for part in parts if part] for name, parts in lines.items()}
    assert shown["kernels"] == ["spawn", "fork", "goal: at most"]
    assert shown["memory of a seat"] == ["80 MiB", "not measured", "40 MiB"]
    assert shown["processor time of server and kernels"] == ["23.4 s", "3 s"]
    assert shown["page open, 95th percentile"] == ["1 s", "not measured", "5 s"]


def test_a_lost_session_is_counted_with_its_reason():
    people = [Participant(1.0, [0.1, 0.3], [0.2]), Participant(lost="page 503")]

    found = _summed_up(2, people, 100.0, 1000.0)

    assert found.lost == 1
    assert found.reasons == {"page 503": 1}
    assert found.feedback_p50_s == pytest.approx(0.2)
    assert found.seats_that_fit == 8  # 1,000 MiB, a fifth kept, 100 MiB a seat
    assert _summed_up(1, [], None, None).seats_that_fit is None


@pytest.mark.parametrize(
    ("person", "holds"),
    [
        (Participant(1.0, [0.1, 1.9], [0.2]), True),
        (Participant(1.0, [0.1, 9.0], [0.2]), False),
        (Participant(1.0, [0.1], [0.2], lost="page 503"), False),
        (Participant(1.0, [0.1], [0.2], mixed=1), False),
        (Participant(), False),  # nobody answered anything
    ],
)
def test_a_machine_holds_a_class_only_if_nobody_is_lost_mixed_up_or_kept_waiting(person, holds):
    found = _summed_up(1, [person], None, None)

    assert found.holds is holds
    assert found.record()["holds"] is holds
