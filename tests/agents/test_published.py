"""Published figures of chapter 11: what our code can recompute, and what is quoted."""

import pytest

from sbt_jax import agents
from sbt_jax.agents.findings import published_findings
from sbt_jax.published.agents import AGENTS


@pytest.mark.parametrize(
    ("name", "alone", "three", "four"),
    [("tau_gpt4o", 0.133, 0.431, 0.392), ("tau_sonnet", 0.229, 0.510, 0.465)],
)
def test_tries_of_one_task_go_together(name, alone, three, four):
    one, two, *rest = AGENTS[name].value
    assert agents.all_right(one, 4) == pytest.approx(alone, abs=0.001)
    for k, law, told in ((3, three, rest[0]), (4, four, rest[1])):
        assert agents.beta_law(one, two, k) == pytest.approx(law, abs=0.001)
        assert agents.beta_law(one, two, k) == pytest.approx(told, abs=0.01)


def test_chains_of_nearly_sure_steps():
    assert agents.all_right(0.95, 20) == pytest.approx(0.358, abs=0.001)
    assert agents.all_right(0.99, 100) == pytest.approx(0.366, abs=0.001)


def test_steady_failures_tie_lengths_together():
    assert agents.horizon(1.0, 0.8) == pytest.approx(0.322, abs=0.001)
    assert agents.horizon(1.0, 0.99) == pytest.approx(1 / 69, abs=0.001)
    metr = AGENTS["metr"].value
    assert agents.horizon(float(metr["half"]), 0.8) > metr["most"]


def test_react_is_not_above_thinking_alone_on_hotpotqa():
    react = AGENTS["react"].value
    assert react["ReAct"][0] < react["CoT"][0]
    assert react["ReAct"][1] > react["CoT"][1]
    assert max(react.values())[0] == react["ReAct to CoT-SC"][0]


def test_the_page_says_what_was_published():
    told = published_findings()
    assert told["tau_one"] == "60 %"
    assert told["tau_alone"] == "13 %"
    assert told["metr_steady"] == "19"
