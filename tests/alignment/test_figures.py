"""The figures of chapter 8: first frames."""

from bokeh.models import CategoricalSlider, Select, TextInput

from contracts.small import ANSWERS, ASKED, DPO, RUNS, SPEC
from figure_parts import frames, one, with_column
from sbt_jax.viz import alignment as viz
from sbt_jax.viz.alignment import measures
from sbt_jax.world.words import TOWNS


def test_the_reward_model_is_counted_from_its_first_score():
    assert measures.paths(RUNS)["y"][0] == [0.0, 0.5, 1.5]


def test_the_first_frame_of_the_leash():
    figure = viz.leash({"β = 0.1": RUNS, "best of n": RUNS[:1]}, ASKED)
    slider, pick = one(figure, CategoricalSlider), one(figure, Select)
    assert (slider.value, pick.value) == ("β = 0.1", "Who?")
    assert with_column(figure, "y").data["y"][1] == RUNS[0]["gold"]
    assert figure.status.text == measures.leash_line("β = 0.1", RUNS)
    best = frames(figure, figure.status)["best of n"]
    assert best["text"] == measures.leash_line("best of n", RUNS[:1])
    assert "<b>A dog" not in figure.page_html()


def test_the_first_frame_of_both_sides():
    figure = viz.chosen_and_rejected(DPO)
    assert one(figure, CategoricalSlider).value == "10"
    assert figure.table[1] == (5, "0.25 to 0.50", "-0.50 to -0.25")
    mark = with_column(figure, "y", "color")
    assert mark.data["y"] == [-1.0, -0.5, -4.0, -3.0]
    said = measures.sides_line(10, [-1.0, -0.5], [-4.0, -3.0])
    assert figure.status.text == said
    assert "the gap is 2.50 to 3.00" in said


def test_the_first_frame_of_before_and_after():
    figure = viz.before_and_after(
        {"a home": "Where?", "else": "Who?"}, ANSWERS, "Redhill", TOWNS, SPEC
    )
    assert one(figure, TextInput).value == "Where?"
    assert set(viz.MODELS.values()) - {""} <= set(figure.models)
    assert figure.table[2] == ("fine-tuned", "In Redhill.")
