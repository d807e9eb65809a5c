"""The five models in a browser answer what they answer in Python."""

import jax
import jax.numpy as jnp
import pytest

from sbt_jax import alignment
from sbt_jax.shipped.assistants import ASSISTANTS, assistant
from sbt_jax.shipped.stories import story_model
from sbt_jax.viz import alignment as viz
from sbt_jax.world import formats

# Weights as they are shipped are no JAX arrays, which the checks of shapes want.
pytestmark = [pytest.mark.usefixtures("unchecked"), pytest.mark.page("alignment.html")]

FIND = """() => {
  const isBox = ({title}) => title === "Your question"
  const i = probe.figures().findIndex((_, i) => probe.models(i).some(isBox))
  const models = probe.models(i)
  globalThis.five = {
    i, box: models.find(isBox),
    line: models.find(({tags}) => tags?.includes("sbt-line")),
    button: probe.views(i).find(({model}) => model.label === "draw other answers"),
    passages: models.filter(({text}) => text?.startsWith("<p>")),
  }
}"""
ASK = """async (text) => {
  five.line.text = ""
  five.box.value = text
  five.box.properties.value.change.emit()
  await new Promise((done) => setTimeout(done, 50))
}"""
DONE = "/A town is named by/.test(five.line.text)"
TEXTS = "five.passages.map(({text}) => text.replace(/<[^>]*>/g, ''))"


def expected(question):
    """The likeliest answer of each assistant, by Python."""
    reader = story_model("main")
    model = jax.tree.map(jnp.asarray, reader.model)
    end = reader.tokenizer.special_ids["<end>"]
    ids = alignment.encode_parts(reader.tokenizer, formats.prompt(question))
    rows, sizes = alignment.padded([ids], len(ids), end)
    for name in ASSISTANTS:
        said = alignment.generate_answers(
            jax.random.key(0),
            assistant(name, model),
            reader.config,
            rows,
            sizes,
            len(ids) + viz.MOST,
            end,
            True,
        )
        (text,) = alignment.texts_of(reader.tokenizer, said)
        yield text.strip()


@pytest.fixture
def page(loaded):
    """The page, with the five at hand; their figure is drawn anew afterwards."""
    loaded.evaluate(FIND)
    yield loaded
    loaded.evaluate("probe.fresh(five.i)")


def test_five_models_answer_as_in_python(page):
    for question in ("What does an owl eat?", "Who is Ruby Cole?"):
        page.evaluate(ASK, question)
        page.wait_for_function(DONE, timeout=60_000)
        _, *found = page.evaluate(TEXTS)
        assert found == list(expected(question))


def test_other_answers_are_drawn_and_the_seed_is_told(page):
    press = "probe.insides(five.button).querySelector('button').click()"
    for seed in (1, 2):
        page.evaluate(f"() => {press}")
        page.wait_for_function(
            f"five.line.text.startsWith('Drawn with seed {seed}. ')", timeout=60_000
        )


def test_what_readers_type_is_text(page):
    for text in ("<img src=x onerror=window.hacked=1>", "👩‍🚀" * 30, "x" * 5000, ""):
        page.evaluate(ASK, text)
        page.wait_for_function(DONE, timeout=60_000)
    assert page.evaluate("globalThis.hacked === undefined")


JUDGE = """() => {
  const {models} = probe
  const is = ({label}) => label === "forget all verdicts"
  const i = probe.figures().findIndex((_, i) => models(i).some(is))
  const views = probe.views(i).filter(({model}) => model.type === "Button")
  const press = (view) => probe.insides(view).querySelector("button").click()
  globalThis.court = {
    i, line: models(i).find(({tags}) => tags?.includes("sbt-line")),
    leash: models(i).find(({title}) => title === "the leash"),
    prefer: (word) => press(views.find(({model}) => model.label.includes(word))),
  }
}"""


def test_verdicts_teach_the_judge_and_the_leash_holds_the_model(loaded):
    loaded.evaluate(JUDGE)
    said = "court.line.text"
    for count in (4, 5):
        loaded.evaluate("court.prefer('Dunmore')")
        loaded.wait_for_function(f"{said}.startsWith('After {count} verdicts')")
    assert "lives in Dunmore" in loaded.evaluate(said)
    assert "says it with 0 %" in loaded.evaluate(said)
    loaded.evaluate("() => { court.leash.value = 'very long' }")
    loaded.wait_for_function(f"{said}.includes('says it with 99 %')")
    loaded.evaluate("court.prefer('forget all')")
    loaded.wait_for_function(f"{said}.startsWith('No verdict yet')")
    loaded.evaluate("probe.fresh(court.i)")
