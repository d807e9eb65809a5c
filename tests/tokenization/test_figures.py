"""The figures of chapter 2: first frames, and what they are made of."""

import pytest
from bokeh.models import ColumnDataSource, Slider

from contracts.small import TOKENIZER
from figure_parts import one, with_column
from sbt_jax.checkpoints import read_table
from sbt_jax.tokenization import encode
from sbt_jax.viz import kit
from sbt_jax.viz import tokenization as viz
from sbt_jax.viz.tokenization import pieces, vocabulary


def test_the_first_frame_is_pythons_encoding():
    embed = viz.text_in_tokens(TOKENIZER, "slow é")
    ids = encode(TOKENIZER, "slow é")
    assert [row[1] for row in embed.table[1:]] == [str(i) for i in ids]
    assert (
        embed.status.text == f"6 characters, 7 bytes, {len(ids)} tokens, 2.50 a word."
    )


@pytest.mark.parametrize("rule", pieces.TIE_RULES)
def test_every_state_of_training_has_its_sentence(rule):
    states = pieces.training_states("low lower lowest", 9, rule)
    for step, state in enumerate(states):
        assert state["line"] == pieces.state_line(state, step)
        assert f"{len(state['pieces'])} tokens" in state["line"]


def test_the_switch_for_ties_changes_the_first_merge():
    first = [
        pieces.training_states("low lower lowest", 0, r)[0]["next"]
        for r in ("lowest ids", "highest ids")
    ]
    assert first == ["l + o", "o + w"]


def test_training_starts_before_the_first_merge():
    embed = viz.merge_by_merge(["low lower lowest"], 5)
    assert one(embed, Slider).value == 0
    assert with_column(embed, "count").data["count"][:2] == [3, 3]


def test_seeds_are_told_by_their_mean_and_their_ends():
    said = vocabulary.accuracy_line(64, [[0.771, 0.826, 0.8], [0.31, 0.302, 0.357]])
    assert "80 % (77 to 83) from letters, 32 % (30 to 36) with 64 merges." in said


def test_the_vocabulary_figure_starts_where_its_line_says():
    table = read_table("vocabulary")
    embed = viz.vocabulary_tradeoff(table)
    middle = table["sizes"][len(table["sizes"]) // 2]
    assert embed.status.text.startswith(f"{middle['merges']} merges: ")


def test_the_accuracy_figure_shows_every_seed():
    table = read_table("letters")
    embed = viz.letters_by_vocabulary(table)
    (which,) = embed.layout.select({"name": "Asked about"})
    assert which.active == 0
    assert len(embed.table) == 1 + len({row["merges"] for row in table["rows"]})
    sources = embed.layout.select({"type": ColumnDataSource})
    shown = [len(source.data["bits"]) for source in sources if "bits" in source.data]
    assert max(shown) == len(table["rows"])


def test_markup_in_a_text_is_shown_and_never_read():
    embed = viz.text_in_tokens(TOKENIZER, "<img src=x onerror=alert(1)>")
    page = embed.page_html()
    assert "<img" not in page
    assert "<img" not in kit.chips_html([("<img>", "<b>")])
