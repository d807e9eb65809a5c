"""The published model of chapter 1: the figure, and what the page says of it."""

from sbt_jax.checkpoints import read_table
from sbt_jax.foundations.findings import findings_published
from sbt_jax.viz import foundations as viz

ROWS = [
    {"prompt": "a\nb", "tokens": [[" c", 0.5], ["\n", 0.25]]},
    {"prompt": "<b>", "tokens": [["<i>", 0.75], [" d", 0.125]]},
]


def test_the_first_text_is_shown_and_nothing_is_markup():
    figure = viz.next_in_a_published_model(ROWS)
    assert figure.status.text == "After “a⏎b” the likeliest token is “ c”, with 50 %."
    assert figure.table[1:] == [["c", "50 %"], ["⏎", "25 %"]]
    assert "<i>" not in figure.page_html().replace("\\u003ci>", "")


def test_what_the_page_says_of_the_published_model_holds():
    texts, hold = findings_published(read_table("real_foundations"))
    assert all(hold.values()), hold
    assert texts["real_pairs"] == "12"
