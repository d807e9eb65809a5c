"""Every shipped file: its card is true, and it is made of what there is today."""

import json
import platform

import pytest

from sbt_jax.checkpoints import DATA, cards
from sbt_jax.recipes import runner

CARDS = cards()  # each with the SHA-256 of its file, or this fails
RECIPES = {module.RECIPE: module for module in runner.in_order().values()}
#: Made from a text of the standard library, which differs between versions of Python.
OF_THE_TEXT = {"corpus", "merges", "training", "held_out"}


def test_every_file_has_a_card_and_every_card_a_file():
    files = {file.name for file in DATA.iterdir() if file.is_file()}
    written = {name for name in files if name.endswith(".card.json")}
    assert files - written == set(CARDS)
    named = {f"{name.partition('.')[0]}.card.json" for name in CARDS}
    assert written == named
    for name in written:
        json.loads((DATA / name).read_bytes())


@pytest.mark.parametrize("name", CARDS)
def test_a_shipped_file_is_made_of_what_there_is_today(name):
    card = CARDS[name]
    assert card.recipe in RECIPES, f"{name}: no recipe is called {card.recipe}"
    recipe = RECIPES[card.recipe]
    assert card.what.endswith(".")
    assert set(card.versions) == {"python", "jax", "numpy"}
    assert set(card.seeds) <= {0, *getattr(recipe.Sizes(), "seeds", ())}
    asked = set(card.inputs)
    if platform.python_version() != card.versions["python"]:
        asked -= OF_THE_TEXT
    try:
        now = runner.inputs(recipe, recipe.Sizes(), sorted(asked))
    except ImportError:
        pytest.skip(f"made from packages of the group {recipe.NEEDS}")
    stale = sorted(key for key in asked if now[key] != card.inputs[key])
    assert not stale, (
        f"{name} was made of another {' and another '.join(stale)}:"
        f" run `nox -s train -- {card.recipe.rpartition('.')[2]}`"
    )


def test_a_table_names_all_that_its_recipe_reads():
    for recipe in RECIPES.values():
        shipped = {n for n, card in CARDS.items() if card.recipe == recipe.RECIPE}
        assert shipped, f"{recipe.RECIPE} ships nothing"
        for name, table in runner.tables(recipe).items():
            card = CARDS[f"{name}.json"]
            assert (set(card.inputs), card.what) == (set(table.reads), table.what)
