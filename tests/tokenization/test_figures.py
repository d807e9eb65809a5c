"""The figures of chapter 2: first frames, and their browser half against Python."""

from pathlib import Path

import numpy as np
import pytest
from bokeh.models import ColumnDataSource, Div, Slider

from sbt_jax.checkpoints import browser_script, read_table
from sbt_jax.shipped.letters import LETTER_KINDS, count_letters, letter_models
from sbt_jax.tokenization import encode, train
from sbt_jax.viz import kit
from sbt_jax.viz import tokenization as viz
from sbt_jax.viz.tokenization import experiments, pieces

WORDS = ["strawberry", "banana", "a", "zzz", "mississippi", "unbelievable"]
EXPERIMENTS_JS = Path(experiments.__file__).with_suffix(".mjs").as_uri()
TOKENIZER = train("low lower lowest slow slower", 20)


def lines(embed):
    """The text line of a figure."""
    return [m.text for m in embed.layout.select({"type": Div}) if "sbt-line" in m.tags]


def test_the_first_frame_is_pythons_encoding():
    embed = viz.text_in_tokens(TOKENIZER, "slow é")
    ids = encode(TOKENIZER, "slow é")
    assert [row[1] for row in embed.table[1:]] == [str(i) for i in ids]
    assert lines(embed) == [f"6 characters, 7 bytes, {len(ids)} tokens, 2.50 a word."]


@pytest.mark.parametrize(
    "text", ["", "a", "é 字 🍓", "two words", " \n\t ", "👩‍👩‍👧‍👦"]
)
def test_the_count_line_is_the_same_in_the_browser(call_js, text):
    size = len(text.encode())
    theirs = call_js("tokenization/pieces", "countLine", text, size, 3)
    assert theirs == pieces.count_line(text, 3)


@pytest.mark.parametrize("rule", pieces.TIE_RULES)
def test_the_state_line_is_the_same_in_the_browser(call_js, rule):
    for step, state in enumerate(pieces.training_states("low lower lowest", 9, rule)):
        ours = pieces.state_line(state, step)
        assert call_js("tokenization/pieces", "stateLine", state, step) == ours


def test_the_switch_for_ties_changes_the_first_merge():
    first = [
        pieces.training_states("low lower lowest", 0, r)[0]["next"]
        for r in ("lowest ids", "highest ids")
    ]
    assert first == ["l + o", "o + w"]


def test_training_starts_before_the_first_merge():
    embed = viz.merge_by_merge(["low lower lowest"], 5)
    (slider,) = embed.layout.select({"type": Slider})
    (source,) = embed.layout.select({"type": ColumnDataSource})
    assert slider.value == 0
    assert source.data["count"][:2] == [3, 3]


def test_numbers_are_worded_the_same_in_the_browser(call_js):
    name = "tokenization/experiments"
    values = [[77.1, 82.6, 80.0], [31.0, 30.2, 35.7]]
    spread = experiments.spread(values[0])
    assert call_js(name, "spread", values[0]) == spread == "79.90 (77.10 to 82.60)"
    ours = experiments.accuracy_line(64, values)
    assert call_js(name, "accuracyLine", 64, values) == ours
    for size in read_table("vocabulary")["sizes"]:
        ours = experiments.tradeoff_line(size, values[1])
        assert call_js(name, "tradeoffLine", size, values[1]) == ours


@pytest.mark.parametrize("kind", LETTER_KINDS)
def test_the_letter_counters_answer_the_same_in_the_browser(live_js, kind):
    code = """(script, name, spec, words, url) => import(url).then((module) => {
      (0, eval)(script)
      const [reader, model] = [sbt.tokenizer(spec), sbt.transformer(sbt.weights[name])]
      return words.map((word) =>
        module.countLetters(model, reader.encode(` ${word}`), "r"))
    })"""
    spec = letter_models()[kind].tokenizer.spec()
    name = f"letters_{kind}"
    theirs = live_js(code, browser_script(name), name, spec, WORDS, EXPERIMENTS_JS)
    ours = count_letters(kind, WORDS, ["r"] * len(WORDS))
    np.testing.assert_allclose(theirs, ours, atol=1e-4)


def test_the_vocabulary_figure_starts_where_its_line_says():
    table = read_table("vocabulary")
    embed = viz.vocabulary_tradeoff(table)
    middle = table["sizes"][len(table["sizes"]) // 2]
    assert lines(embed)[0].startswith(f"{middle['merges']} merges: ")


def test_the_accuracy_figure_shows_every_seed():
    table = read_table("letters")
    (which,) = viz.letters_by_vocabulary(table).layout.select({"name": "Asked about"})
    assert which.active == 0
    assert len(viz.letters_by_vocabulary(table).table) == 1 + len(
        {row["merges"] for row in table["rows"]}
    )


def test_markup_in_a_text_is_shown_and_never_read():
    embed = viz.text_in_tokens(TOKENIZER, "<img src=x onerror=alert(1)>")
    page = embed.page_html()
    assert "<img" not in page
    assert "<img" not in kit.chips_html([("<img>", "<b>")])


def test_a_figure_without_words_is_refused():
    with pytest.raises(ValueError, match="alt must say"):
        kit.Embed(kit.status("x"), alt=" ", status=kit.status("x"))
