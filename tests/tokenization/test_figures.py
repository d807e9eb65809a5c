"""The figures of chapter 2: first frames, and what they are made of."""

import pytest
from bokeh.models import ColumnDataSource, Slider

from contracts.small.common import TOKENIZER
from figure_parts import frames, one, with_column
from sbt_jax.checkpoints import read_table
from sbt_jax.tokenization import encode, train_naive
from sbt_jax.viz import kit
from sbt_jax.viz import tokenization as viz
from sbt_jax.viz.tokenization import counting, drawings, pieces


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


def test_training_can_start_further_on():
    embed = viz.merge_by_merge([drawings.LEARNED, "aab"], 8, start=4)
    assert one(embed, Slider).value == 4
    assert embed.status.text == ("After 4 merges: 24 tokens. Next to merge: berr + y.")
    colors = with_column(embed, "count").data["color"]
    assert colors == [kit.ORANGE] + [kit.BLUE] * (len(colors) - 1)
    with pytest.raises(ValueError, match="start must be 0 to 1, got 9"):
        viz.merge_by_merge(["aa", "ab"], 8, start=9)


def test_the_drawing_is_of_the_merges_that_are_learned():
    svg = drawings.grown_together()
    tokenizer = train_naive(drawings.LEARNED, drawings.MERGES)
    ids = encode(tokenizer, drawings.WORD)
    assert [tokenizer.token_bytes[i] for i in ids] == [b"straw", b"berry"]
    assert all(f">{i}<" in svg for i in ids)
    assert svg.count("accent") == drawings.WORD.count("r") == 3
    assert " ".join(map(str, ids)) in drawings.two_tasks()
    assert str(list(b"a strawberry")[:3])[1:-1].replace(",", "") in (
        drawings.on_the_way()
    )


def test_the_vocabulary_figure_starts_where_its_line_says():
    table = read_table("vocabulary")
    embed = viz.vocabulary_tradeoff(table)
    middle = table["sizes"][len(table["sizes"]) // 2]
    assert embed.status.text.startswith(f"{middle['merges']} merges: ")


def test_letters_are_sorted_by_their_count_and_every_seed_is_a_dot():
    table = read_table("letters")
    embed = viz.right_by_count(table)
    sources = embed.layout.select({"type": ColumnDataSource})
    seeds = {row["seed"] for row in table["rows"]}
    sizes = sorted(len(source.data["share"]) for source in sources)
    assert sizes == [4, 4, 4 * len(seeds), 4 * len(seeds)]
    assert embed.table[1][0] == "0"
    rows = [[1.0, 0.5, 0.5, 0.25], [0.5, 0.5, 0.5, 0.75]]
    assert counting.means(rows)["share"] == [75.0, 50.0, 50.0, 50.0]
    assert counting.single(rows)["share"][:5] == [100.0, 50.0, 50.0, 25.0, 50.0]
    said = counting.count_line(rows, rows)
    assert "letters: 75 % where there is none, 50 % at 3 or more." in said


def test_a_wording_is_told_with_its_answer_and_its_score():
    way = {
        "kind": "counting",
        "name": "plain",
        "form": "Letter {letter}\nin {word}: ",
        "right": {"3": [1, 4], "9": [2, 4]},
        "said": "1" * 40,
    }
    assert counting.way_line(way, "berry") == (
        f"Asked: “Letter r / in berry:” Answer: “{'1' * 32}…”."
        " Over all words, 3 of 8 answers are right."
    )
    spelling = way | {"kind": "spelling", "said": "b-e"}
    table = {"ways": [way, spelling], "always": {"3": [2, 4], "9": [1, 4]}}
    embed = viz.asked_eight_ways(table, "berry")
    assert with_column(embed, "right").data["right"] == [25.0, 50.0]
    same = with_column(embed, "always")
    assert same.data["always"] == [50.0, 25.0]
    # Of spelling there is no answer that is always the same.
    assert frames(embed, same)["spelling: plain"]["data"]["always"] == []


def test_markup_in_a_text_is_shown_and_never_read():
    embed = viz.text_in_tokens(TOKENIZER, "<img src=x onerror=alert(1)>")
    page = embed.page_html()
    assert "<img" not in page
    assert "<img" not in kit.chips_html([("<img>", "<b>")])
