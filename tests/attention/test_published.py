"""The published model of chapter 4: the figure, and what the page says of it."""

from sbt_jax.attention.findings_induction import findings_published
from sbt_jax.checkpoints import read_table
from sbt_jax.viz import attention as viz

SCORES = {
    "previous": [[0.1, 0.9], [0.6, 0.2]],
    "induction": [[0.0, 0.0], [0.1, 0.2]],
    "sink": [[0.5, 0.0], [0.0, 0.0]],
}


def test_heads_from_the_line_on_are_counted_and_lit():
    figure = viz.kinds_of_heads(SCORES, 0.4)
    assert figure.status.text.startswith("2 of 4 heads give 40 %")
    assert figure.status.text.endswith("in layers 1 to 2.")
    assert [row[1] for row in figure.table[1:]] == ["2", "0", "1"]


def test_what_the_page_says_of_the_published_model_holds():
    texts, hold = findings_published(read_table("real_attention"))
    assert all(hold.values()), hold
    assert texts["real_heads"] == "270"
    assert (texts["real_big"], texts["real_small"]) == ("22", "5")
