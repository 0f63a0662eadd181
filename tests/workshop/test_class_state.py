"""What the trainer's page shows: a sign a seat, where the class is, solutions one by one."""

from igmfat_nb.workshop.classroom import Classroom


def a_class(*plays):
    """A class whose seats answered one after the other, and all of them show it."""
    room, at_s = Classroom(), 0.0
    for answers in plays:
        seat = room.join(room.code)
        room.opt_in(seat, agreed=True)
        for question, text in answers:
            at_s += 1
            room.note(seat, question, text, at_s)
    return room


def asked(room, key):
    return next(one for one in room.state()["questions"] if one["question"] == key)


CLASS = (
    [("50-plain", "eligible"), ("50-unit", "42")],
    [("50-plain", "not eligible"), ("50-plain", "eligible"), ("50-unit", "4.2")],
    [],
    [("50-plain", "?"), ("50-plain", "cannot tell")],
    [("50-unit", "4.2"), ("50-unit", "0.42"), ("50-unit", "42")],
)


def test_a_seat_has_the_same_place_in_every_row():
    room = a_class(*CLASS)

    assert asked(room, "50-plain")["seats"] == ["once", "later", "", "wrong", ""]
    assert asked(room, "50-unit")["seats"] == ["once", "wrong", "", "", "later"]
    assert asked(room, "53-size")["seats"] == [""] * 5


def test_who_opts_out_has_no_place_any_more():
    room = a_class(*CLASS)

    room.opt_in(next(iter(room._seats)), agreed=False)

    assert asked(room, "50-plain")["seats"] == ["later", "", "wrong", ""]


def test_the_class_is_at_the_question_answered_last_or_beyond_it_if_that_was_right():
    state = a_class(*CLASS).state()

    # seat 1 and 5 are beyond question 2, seat 2 still at it, seat 4 at the first
    assert state["places"]["50"] == [1, 1, 2, 0, 0, 0, 0, 0]
    assert sum(state["places"]["51"]) == 0
    assert state["lesson"] == "50"
    assert a_class([("50-plain", "eligible"), ("52-assay", "5")]).state()["lesson"] == "52"
    assert a_class([]).state()["lesson"] == "50"


def test_first_answers_are_numbers_in_the_unit_asked_for_or_counts_of_choices():
    room = a_class(*CLASS)

    found = asked(room, "50-unit")["firsts"]
    assert found["numbers"] == [4.2, 4.2, 42]
    assert found["right"] == [41.5, 42.5]  # ± 0.5 mg/dL
    assert (found["low"], found["high"]) == (0, 84)
    # eligible, not eligible, cannot tell; what could not be read was no answer
    assert asked(room, "50-plain")["firsts"] == {"chosen": [1, 1, 1]}
    assert asked(room, "50-unit")["errors"] == ["divided by 10 (2)", "g/L (1)"]


def test_a_solution_is_released_and_held_back_by_itself_or_with_its_lesson():
    room = a_class([])

    assert room.release_question("50-unit", released=True)
    assert [one["question"] for one in room.state()["questions"] if one["released"]] == ["50-unit"]
    assert room.state()["released_questions"] == ["50-unit"]
    room.release("50", released=True)
    assert asked(room, "50-missing")["released"]
    assert not asked(room, "51-rate")["released"]
    room.release("50", released=False)
    assert asked(room, "50-unit")["released"]
    room.release_question("50-unit", released=False)
    assert not asked(room, "50-unit")["released"]
    assert not room.release_question("50-no", released=True)
