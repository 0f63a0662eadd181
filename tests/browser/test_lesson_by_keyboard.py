"""A lesson by the keyboard alone, as a screen reader has it named, and in forced colours."""

import pytest
from polling import until

FOCUSED = "document.activeElement"


@pytest.fixture
def lesson_50(page_of):
    return page_of("50_workshop_eligibility")


def tab_to(page, name, *, most=60):
    """Press Tab until what has the focus is called so."""
    for _press in range(most):
        page.keyboard.press("Tab")
        said = page.evaluate(f"{FOCUSED}.ariaLabel || {FOCUSED}.innerText || {FOCUSED}.name || ''")
        if said.strip().startswith(name):
            return
    raise AssertionError(f"Tab never came to {name}")


def heading_has_focus(page, text):
    until(page, f"{FOCUSED}.className === 'ig-title' && {FOCUSED}.innerText.includes({text!r})")


def test_a_lesson_is_played_by_keyboard_alone(visitor, lesson_50):
    page = visitor.open(lesson_50, wait_for=".ig-quest .ig-title")
    page.locator(".ig-step[aria-current]").wait_for()

    tab_to(page, "Question 1")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")  # to the steps' neighbours until the choices
    while page.evaluate(f"{FOCUSED}.type") != "radio":
        page.keyboard.press("Tab")
    page.keyboard.press("Space")  # the first: eligible
    tab_to(page, "Check")
    page.keyboard.press("Enter")
    page.get_by_text("“Eligible” is right.").wait_for()
    until(page, f"{FOCUSED}.innerText.startsWith('Next question')")  # Check became it
    page.keyboard.press("Enter")
    heading_has_focus(page, "A laboratory that reports g/L")
    page.keyboard.press("Tab")
    until(page, f"{FOCUSED}.tagName === 'INPUT'")
    page.keyboard.type("4.2")
    page.keyboard.press("Enter")  # checks
    page.get_by_text("A litre has ten decilitres").wait_for()
    tab_to(page, "Hint 1 of 2")
    page.keyboard.press("Enter")
    page.get_by_text("A gram is 1,000 mg, and a litre is 10 dL.").wait_for()
    tab_to(page, "Worked solution")
    page.keyboard.press("Enter")
    page.get_by_text("Answer: 42 mg/dL").wait_for()
    assert visitor.complaints == []


def test_the_parts_of_a_question_are_named_and_news_is_told_politely(visitor, lesson_50):
    page = visitor.open(lesson_50, wait_for=".ig-quest .ig-title")
    page.locator(".ig-step[aria-current]").wait_for()

    page.get_by_role("navigation", name="Questions").wait_for()
    group = page.get_by_role("group", name="Question 1 of 7 A man with pneumonia")
    group.wait_for()
    group.get_by_role("radiogroup", name="Your answer").wait_for()
    group.get_by_role("img", name="His IgM beside the limit of enrolment").wait_for()
    told = page.locator(".ig-told .widget-html-content[role=status]")
    assert told.count() == 1
    told.evaluate("(one) => { one.was = true; }")
    group.get_by_label("Not eligible").check()
    group.get_by_role("button", name="Check").click()
    page.get_by_text("“Not eligible” is not right.").wait_for()
    assert told.evaluate("(one) => one.was")  # the region stayed, its words changed
    assert page.locator("[role=status]:has-text('is not right')").count() == 1  # said once
    page.get_by_role("button", name="Check again").click()
    page.get_by_role("button", name="Question 2,").click()
    group = page.get_by_role("group", name="Question 2 of 7")
    group.get_by_role("button", name="Check").click()
    group.locator(".ig-err [role=status]", has_text="Type an answer first.").wait_for()


def test_what_is_chosen_and_where_one_is_can_be_seen_in_forced_colours(browser, lesson_50):
    context = browser.new_context(forced_colors="active", reduced_motion="reduce")
    page = context.new_page()
    page.goto(lesson_50)
    page.locator(".ig-step[aria-current]").wait_for()
    chosen = page.get_by_label("Not eligible")
    before = chosen.screenshot()

    chosen.check()
    page.locator("body").focus()

    assert chosen.screenshot() != before
    here, there = page.locator(".ig-step").nth(0), page.locator(".ig-step").nth(1)
    style = "(one) => getComputedStyle(one).borderTopColor"
    assert here.evaluate(style) != there.evaluate(style)
    assert here.evaluate("(one) => getComputedStyle(one).textDecorationLine") == "underline"
    context.close()
