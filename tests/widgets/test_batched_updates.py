"""What changes together is sent together, and nothing of it is lost."""

import json

import comm
import ipywidgets as ipw
import pytest
from comm.base_comm import BaseComm

from igmfat_nb.widgets.parts import batched_updates as burst
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.appearance import BY_VOILA, SERVED
from igmfat_nb.widgets.parts.batched_updates import LINE, one_batch


@pytest.fixture
def told(monkeypatch):
    """Every update that leaves, as (comm, state or states), in order."""
    messages = []

    class Line(BaseComm):
        def publish_msg(self, msg_type, data=None, **_rest):
            if msg_type == "comm_msg":
                messages.append((self.comm_id, data.get("state", data.get("states"))))

    monkeypatch.setattr(comm, "create_comm", lambda **asked: Line(**asked))
    burst._line.cache_clear()
    yield messages
    burst._line.cache_clear()


@pytest.fixture
def served(monkeypatch):
    monkeypatch.setenv(SERVED, BY_VOILA)


def test_a_page_of_ours_hears_of_all_changes_at_once_and_of_the_last_value_only(told, served):
    dose, plan = lean.HTML("400 mL"), lean.HTML("day 1")

    with one_batch():
        dose.value = "405 mL"
        plan.value = "day 1, day 2"
        dose.value = "410 mL"
        assert told == []

    expected = {dose.model_id: {"value": "410 mL"}, plan.model_id: {"value": "day 1, day 2"}}
    assert told == [(LINE, expected)]


def test_elsewhere_each_widget_speaks_for_itself_when_the_burst_ends(told, monkeypatch):
    monkeypatch.delenv(SERVED, raising=False)
    dose, plan = lean.HTML("400 mL"), lean.HTML("day 1")

    with one_batch():
        dose.value = "405 mL"
        plan.value = "day 1, day 2"
        assert told == []

    assert told == [
        (dose.model_id, {"value": "405 mL"}),
        (plan.model_id, {"value": "day 1, day 2"}),
    ]


def test_outside_a_burst_a_change_goes_at_once(told, served):
    dose = lean.HTML("400 mL")

    dose.value = "405 mL"

    assert told == [(dose.model_id, {"value": "405 mL"})]


def test_a_burst_within_a_burst_ends_with_the_outer_one_and_an_error_loses_nothing(told, served):
    dose, plan = lean.HTML("400 mL"), lean.HTML("day 1")

    def fail_halfway():
        with one_batch():
            with one_batch():
                dose.value = "405 mL"
            assert told == []
            plan.value = ""
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()

    assert told == [(LINE, {dose.model_id: {"value": "405 mL"}, plan.model_id: {"value": ""}})]
    dose.value = "410 mL"
    assert told[1:] == [(dose.model_id, {"value": "410 mL"})]


def test_children_are_named_as_the_page_knows_them(told, served):
    panel, inside = lean.VBox([]), ipw.Label("a child from elsewhere")

    with one_batch():
        panel.children = [inside]

    ((line, states),) = told
    assert line == LINE
    assert states == {panel.model_id: {"children": [f"IPY_MODEL_{inside.model_id}"]}}
    assert json.loads(json.dumps(states)) == states
