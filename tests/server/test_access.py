"""Who may come in: names, log-in, sessions and guesses, with a clock as an argument."""

import pytest
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine

from igmfat_nb.errors import UnreadableInput
from igmfat_nb.server.access import Access, is_of_our_page, read_base_url, read_hosts
from igmfat_nb.server.pace import LONGEST_DELAY_S, Guesses, Pace, network_of
from igmfat_nb.server.password import NoPassword, hash_in, hash_of
from igmfat_nb.server.sessions import LONGEST_IDLE_S, MOST_SESSIONS, PASS_S, Sessions
from igmfat_nb.workshop.classroom import MOST_SEATS, Classroom


class Hand:
    """The hand of a clock."""

    now_s = 1000.0

    def __call__(self):
        return self.now_s


class Nobody:
    """A connection on which nothing is said."""

    context = None


def asked(remote_ip="127.0.0.1", **headers):
    named = HTTPHeaders({name.replace("_", "-"): value for name, value in headers.items()})
    line = RequestStartLine("GET", "/", "HTTP/1.0")
    request = HTTPServerRequest(start_line=line, headers=named, connection=Nobody())
    request.remote_ip = remote_ip
    return request


LOCAL = {"Host": "127.0.0.1:8866"}


# ── The log-in ──


def test_this_computer_alone_needs_no_log_in():
    assert not Access().needs_a_log_in(asked(**LOCAL))
    assert not Access(host="::1").needs_a_log_in(asked("::1", Host="[::1]:8866"))
    assert not Access(host="localhost").needs_a_log_in(asked(Host="localhost"))


@pytest.mark.parametrize(
    ("access", "request_of"),
    [
        (Access(host="0.0.0.0"), asked(**LOCAL)),  # noqa: S104
        (Access(host="192.0.2.7"), asked(**LOCAL)),
        (Access(trust_proxy=True), asked(**LOCAL)),
        (Access(base_url="/igmfat/"), asked(**LOCAL)),
        (Access(), asked(Host="ward.example")),
        (Access(), asked()),
        (Access(), asked("192.0.2.9", **LOCAL)),
        (Access(), asked(**LOCAL, X_Forwarded_For="192.0.2.9")),
        (Access(), asked(**LOCAL, X_Real_Ip="127.0.0.1")),
    ],
    ids=[
        "bound to all", "bound elsewhere", "a proxy", "a prefix", "another name", "no name",
        "from elsewhere", "forwarded", "a proxy that hides",
    ],
)  # fmt: skip
def test_anything_else_needs_one(access, request_of):
    assert access.needs_a_log_in(request_of)


@pytest.mark.parametrize(
    ("host", "name", "answers"),
    [
        ("127.0.0.1", "localhost", True),
        ("127.0.0.1", "evil.example", False),
        ("127.0.0.1", "192.0.2.7", False),
        ("127.0.0.1", "", False),
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "127.0.0.1", False),
        ("0.0.0.0", "192.0.2.7", True),  # noqa: S104 - an address cannot be bent
        ("0.0.0.0", "evil.example", False),  # noqa: S104
        ("127.0.0.1", "ward.example", True),
    ],
)
def test_a_server_answers_to_its_address_and_to_allowed_names(host, name, answers):
    assert Access(host=host, allowed_hosts=("ward.example",)).answers_to(name) is answers


def test_a_proxy_is_believed_only_if_it_is_trusted_and_here():
    forwarded = {"X_Forwarded_For": "198.51.100.1, 192.0.2.9", "X_Forwarded_Proto": "https"}
    believed, not_asked, elsewhere = (
        asked(**forwarded),
        asked(**forwarded),
        asked("192.0.2.1", **forwarded),
    )

    Access(trust_proxy=True).take_over(believed)
    Access().take_over(not_asked)
    Access(trust_proxy=True).take_over(elsewhere)

    assert (believed.remote_ip, believed.protocol) == ("192.0.2.9", "https")
    assert not_asked.remote_ip == "127.0.0.1"
    assert elsewhere.remote_ip == "192.0.2.1"


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"Sec_Fetch_Site": "same-origin"}, True),
        ({"Sec_Fetch_Site": "none"}, False),
        ({"Sec_Fetch_Site": "same-site"}, False),  # another port of this computer
        ({"Sec_Fetch_Site": "cross-site"}, False),
        ({"Origin": "http://127.0.0.1:8866"}, True),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "http://127.0.0.1:9999"}, False),
    ],
)
def test_a_page_of_another_site_is_told_from_ours(headers, ours):
    assert is_of_our_page(asked(**LOCAL, **headers)) is ours
    if headers.get("Sec_Fetch_Site") == "none":
        assert is_of_our_page(asked(**LOCAL, **headers), may_be_typed=True)


@pytest.mark.parametrize(
    ("typed", "read"), [("/", "/"), ("igmfat", "/igmfat/"), ("/a/b/", "/a/b/")]
)
def test_a_base_url_begins_and_ends_with_a_slash(typed, read):
    assert read_base_url(typed) == read


@pytest.mark.parametrize(
    "typed", ["//evil", "/a b/", "/../", "http://x/", "/a?b", "/(.*)/", "/a\n/"]
)
def test_a_base_url_that_is_no_plain_path_is_refused(typed):
    with pytest.raises(UnreadableInput, match="expected a path"):
        read_base_url(typed)


def test_an_allowed_host_has_no_scheme_and_no_port():
    assert read_hosts(("Ward.example", "192.0.2.7", "fe80::1")) == (
        "ward.example",
        "192.0.2.7",
        "fe80::1",
    )
    for typed in ("https://ward.example", "ward.example:443", "", "*", "a\nb"):
        with pytest.raises(UnreadableInput, match="allowed host"):
            read_hosts((typed,))


# ── Sessions ──


def test_a_session_is_found_by_its_cookie_until_it_was_silent_too_long():
    hand = Hand()
    sessions = Sessions(clock=hand)
    session = sessions.open(logged_in=True)

    hand.now_s += LONGEST_IDLE_S - 1
    assert sessions.find(session.key) is session
    hand.now_s += LONGEST_IDLE_S - 1
    assert sessions.find(session.key) is session
    hand.now_s += LONGEST_IDLE_S + 1
    assert sessions.find(session.key) is None
    assert sessions.find("forged") is None
    assert sessions.find(None) is None


def test_sessions_do_not_grow_without_end_and_the_quietest_goes():
    sessions = Sessions(clock=Hand())
    first, second = sessions.open(), sessions.open()
    sessions.find(first.key)

    for _more in range(MOST_SESSIONS - 1):
        sessions.open()

    assert sessions.find(second.key) is None
    assert sessions.find(first.key) is first


def test_a_pass_is_of_this_server_for_one_purpose_and_some_minutes():
    hand = Hand()
    sessions = Sessions(clock=hand)
    shown = sessions.new_pass("visit")

    assert sessions.is_pass("visit", shown)
    assert not sessions.is_pass("browser", shown)
    assert not Sessions(clock=hand).is_pass("visit", shown)
    for forged in ("", "x", "1.2.3", shown + "0", "9" + shown, 7, None, "é"):
        assert not sessions.is_pass("visit", forged)
    hand.now_s += PASS_S + 2
    assert not sessions.is_pass("visit", shown)


# ── Guesses ──


def test_turns_are_free_at_once_up_to_a_number_and_then_come_one_by_one():
    hand = Hand()
    pace = Pace(2, 10.0, clock=hand)

    pace.take("a")
    assert pace.wait_s("a") == 0
    pace.take("a")
    assert pace.wait_s("a") == pytest.approx(10)
    assert pace.wait_s("b") == 0
    hand.now_s += 10
    assert pace.wait_s("a") == 0


def guess_until_refused(guesses, browser, address):
    number = 0
    while guesses.wait_s(browser, address) <= LONGEST_DELAY_S and number < 10_000:
        guesses.take(browser, address)
        number += 1
    return number


def test_who_guesses_is_slowed_first_and_the_neighbour_not_at_all():
    guesses = Guesses(clock=Hand())

    tried = guess_until_refused(guesses, "browser 1", "192.0.2.7")

    assert tried <= 6
    assert guesses.wait_s("browser 2", "192.0.2.7") == 0


def test_who_takes_a_new_cookie_for_each_guess_is_slowed_by_address():
    guesses = Guesses(clock=Hand())
    tried = 0
    while guesses.wait_s(f"browser {tried}", "192.0.2.7") <= LONGEST_DELAY_S:
        guesses.take(f"browser {tried}", "192.0.2.7")
        tried += 1

    assert tried < 100
    assert guesses.wait_s("another", "192.0.2.8") == 0


def test_who_shows_no_cookie_does_not_slow_those_who_do():
    guesses = Guesses(clock=Hand())

    assert guess_until_refused(guesses, "", "192.0.2.7") < 100

    assert guesses.wait_s("a browser", "192.0.2.7") == 0


def test_guesses_from_everywhere_are_slowed_in_total():
    guesses = Guesses(clock=Hand())
    for number in range(2000):
        address = f"198.51.{number // 200}.{number % 200}"
        if guesses.wait_s("", address) <= LONGEST_DELAY_S:
            guesses.take("", address)
            last = number

    assert last < 400


def test_right_joins_of_a_whole_class_cost_nothing():
    guesses = Guesses(clock=Hand())

    for number in range(200):
        assert guesses.wait_s(f"browser {number}", "192.0.2.7") == 0
        guesses.take(f"browser {number}", "192.0.2.7")
        guesses.was_right(f"browser {number}", "192.0.2.7")


def test_an_ipv6_visitor_is_a_network():
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1")
    assert network_of("2001:db8::1") != network_of("2001:db8:0:1::1")
    assert network_of("192.0.2.7") == "192.0.2.7"


def test_one_participant_cannot_use_up_the_joins():
    room = Classroom(code="ABC234")
    honest, answering = room.join("ABC234"), room.join("ABC234")
    room.note(answering, "51-protein", "20", 0.0)

    for _again in range(2 * MOST_SEATS):
        room.join("ABC234")
        assert room.hears(honest)  # their page asks every few seconds

    assert room.join("ABC234")
    assert room.knows(honest)
    assert room.has_opted_in(answering)
    assert room.joined == MOST_SEATS


# ── The password's file ──


def test_a_password_file_keeps_only_the_hash(tmp_path):
    file = tmp_path / "password"
    file.write_text("correct horse battery\n")
    file.chmod(0o600)

    hashed = hash_in(file)

    assert "correct" not in file.read_text()
    assert hashed.startswith("argon2:$argon2id$")
    assert hash_in(file) == hashed == file.read_text().strip()


@pytest.mark.parametrize(
    ("content", "mode", "sentence"),
    [
        (b"short", 0o600, "5 characters"),
        (b"", 0o600, "0 characters"),
        (b"two lines\nof text", 0o600, "in one line"),
        (b"\xff\xfe", 0o600, "it is not text"),
        (b"correct horse battery", 0o644, "open to every user"),
        (None, 0, "cannot be read: no such file"),
    ],
)
def test_a_password_file_of_no_use_is_one_sentence(tmp_path, content, mode, sentence):
    file = tmp_path / "password"
    if content is not None:
        file.write_bytes(content)
        file.chmod(mode)

    with pytest.raises(NoPassword, match=sentence):
        hash_in(file)


def test_a_password_is_not_in_its_hash():
    assert "correct horse" not in hash_of("correct horse battery")
    assert hash_of("correct horse battery") != hash_of("correct horse battery")
