"""What the page says of the further measurements rests on the shipped tables."""

import numpy as np
import pytest

from sbt_jax.checkpoints import read_table
from sbt_jax.interpretability import findings_further as further


@pytest.fixture(scope="module")
def tables():
    kinds = ("traces", "steering", "frontier")
    return [read_table(f"interpretability_{kind}") for kind in kinds]


def test_every_claim_holds(tables):
    broken = [said for said, so in further.further_claims(*tables).items() if not so]
    assert not broken


def test_a_mean_over_names_is_what_the_page_shows(tables):
    _, steered, _ = tables
    told = np.mean([one["asked"]["told"] for one in steered.values()])
    shown = further.steering_findings(steered)
    assert shown["asked_told"] == f"{100 * told:.0f} %"
    assert shown["alone_off"] == "0.00"


def test_graphs_add_up_and_depths_are_all_there(tables):
    traces, _, sparse = tables
    for graph in traces["graphs"].values():
        assert graph["graph"] == pytest.approx(graph["lead"], abs=0.01)
    shown = further.frontier_findings(sparse)
    assert {name.split("_")[1] for name in shown if name.startswith("depth")} == {
        *"01234"
    }
