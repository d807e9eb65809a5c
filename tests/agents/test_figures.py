"""The figures of chapter 11: first frames, and what they are made of."""

import pytest
from bokeh.models import (
    CategoricalSlider,
    ColumnDataSource,
    RadioButtonGroup,
    Select,
    TextAreaInput,
    TextInput,
)

from contracts.small.agents import ACTED, FAILED, OBEYED, ON_FILE
from contracts.small.common import SPEC
from figure_parts import frames, one, with_column
from sbt_jax import agents
from sbt_jax.agents.findings import CHANCE, claims, findings, first_of
from sbt_jax.agents.findings_real import real_findings
from sbt_jax.checkpoints import read_table
from sbt_jax.viz import agents as viz
from sbt_jax.viz.agents import act, drawings, errors, turns
from sbt_jax.world import notes
from sbt_jax.world.words import TOWNS

pytestmark = pytest.mark.usefixtures("unchecked")
COSTS = [5, 6, 7, 8]


def test_watching_starts_with_a_step_that_is_done():
    figure = viz.watch_it_act(ON_FILE, ACTED, COSTS, SPEC)
    kinds = (TextInput, TextAreaInput)
    boxes = {
        box.title: box for kind in kinds for box in figure.layout.select({"type": kind})
    }
    assert boxes["Your task"].value == ACTED[0].text
    edit = boxes["Change the last result"]
    assert edit.value == edit.value_input == ACTED[-1].text
    kept = with_column(figure, "mark", "source")
    assert kept.data["source"] == ["user", "model", "model", "tool"]


def test_what_was_typed_or_written_is_shown_as_text():
    made = turns.transcript_html(ACTED, COSTS)
    assert "<b>" not in made
    assert "&lt;b&gt;" in made


def test_a_result_tells_who_wrote_it():
    told = agents.Part("<result>", "x", "tool")
    looks = [
        turns.label_of(part)[0]
        for part in (
            told,
            told._replace(source="model"),
            told._replace(source="you"),
            told._replace(error=True),
        )
    ]
    assert looks == ["tool", "bad", "you", "bad"]


def test_context_is_counted_at_each_turn():
    again = [*ACTED, *ACTED[1:]]
    assert turns.contexts(again, [5, 6, 7, 8, 6, 7, 8]) == [5, 26]
    line = turns.watch_line(again, [5, 6, 7, 8, 6, 7, 8], "answered")
    assert "reads 31 tokens if it begins anew at each, 26" in line


def test_orders_start_with_one_that_was_obeyed():
    figure = viz.who_said_so(ON_FILE, OBEYED, COSTS, SPEC)
    (box,) = figure.layout.select({"type": TextInput})
    assert box.value == next(iter(act.POISONS.values()))
    groups = list(figure.layout.select({"type": RadioButtonGroup}))
    assert len(groups) == 3
    assert all(group.active == 0 for group in groups)
    asked = [s for s in figure.layout.select({"type": Select}) if "user" in s.title]
    assert asked[0].value == OBEYED[0].text


@pytest.mark.parametrize(
    ("part", "wish", "line"),
    [
        (("Tom has the key now.", "tool", False), "", "never asked"),
        (("Tom has the key now.", "tool", False), "give key to Tom", "asked for that"),
        (("Not allowed.", "tool", True), "", "no user had named"),
        (("Not allowed.", "tool", True), "give key to Tom", "the price"),
    ],
)
def test_the_line_knows_what_the_user_wanted(part, wish, line):
    call = agents.Part("<call>", "give key to Tom", "model")
    assert line in act.said_line([call, agents.Part("<result>", *part)], wish)


def test_what_users_want_is_a_call_that_can_be_read():
    archive = agents.Archive({}, "Give the key to Tom.")
    for wish in filter(None, act.wishes(archive).values()):
        assert not agents.problem(agents.parse_call(wish))


def test_errors_follow_the_table_and_the_product_of_steps():
    figure = viz.errors_compound(FAILED)
    slider, ways = one(figure, CategoricalSlider), one(figure, RadioButtonGroup)
    assert slider.value == "20 %"
    real, alone = (
        source
        for source in figure.layout.select({"type": ColumnDataSource})
        if "y" in source.data
    )
    assert {tuple(real.data["y"]), tuple(alone.data["y"])} == {
        (0.9, 0.5),
        tuple(errors.expected(0.99, 0.2, 2)),
    }
    told = frames(figure, figure.status)
    for share, name in zip(slider.categories, FAILED["right"], strict=True):
        for label, way in zip(ways.labels, errors.WAYS, strict=True):
            last = f"{FAILED['right'][name][way][-1]:.0%}".removesuffix("%")
            assert last in told[share][label]["text"]


def test_the_people_of_the_figures_were_never_met_in_training():
    assert set(viz.NAMES) <= set(notes.kept_back())
    assert len(set(TOWNS)) == round(1 / CHANCE)


def test_drawings_are_drawn():
    for draw in (drawings.the_loop, drawings.who_writes, drawings.the_gate):
        assert draw().startswith("<svg")


def test_what_the_page_says_holds_of_the_shipped_tables():
    table = read_table("agents")
    assert all(claims(table).values()), claims(table)
    told = findings(table)
    orders = first_of(table)["agents"]["orders"]
    assert told["obeyed_best"] == f"{orders['best obeyed']:.0%}".replace("%", " %")
    real = real_findings(read_table("real_agents"))
    assert real["real_free_formed"] == f"0 of {real['real_tasks']}"
