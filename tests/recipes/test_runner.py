import types

import pytest

from sbt_jax.checkpoints import Card, write_table
from sbt_jax.recipes import runner, stories

CARD = Card(
    "Numbers.", "sbt_jax.recipes.sums", (), {"world": runner.today("world")}, {}
)


def test_each_recipe_comes_after_those_that_make_what_it_reads():
    order, made = runner.in_order(), set()
    makes = {m for module in order.values() for m in getattr(module, "MAKES", ())}
    for module in order.values():
        assert set(runner.reads(module)) & makes <= made
        made |= {*getattr(module, "MAKES", ())}
    assert set(order) == set(runner.found())


def test_what_is_shipped_is_stale_when_its_inputs_change():
    recipe = types.ModuleType(CARD.recipe)
    recipe.RECIPE, recipe.Sizes = CARD.recipe, dict
    assert runner.stale(recipe, {"sums.json": CARD}) == []
    old = Card("Numbers.", CARD.recipe, (), {"world": "0" * 64}, {})
    assert runner.stale(recipe, {"sums.json": old}) == ["world of sums.json"]
    assert runner.stale(recipe, {}) == ["nothing is shipped"]


def test_several_tables_are_shipped_each_when_it_is_made(tmp_path):
    recipe, seen = types.ModuleType("sums"), []
    recipe.RECIPE, recipe.Sizes = "sbt_jax.recipes.sums", dict
    recipe.TABLES = {
        "one": runner.Table("One.", ("world",)),
        "two": runner.Table("Two.", ("world", "own")),
    }
    recipe.inputs = lambda sizes: {"own": "0" * 64}

    def make(run, name):
        seen.append((name, set(run.inputs), (tmp_path / "one.json").exists()))
        return run.remembered(name, [], lambda: name)

    recipe.make = make
    made = runner.run(recipe, {}, tmp_path / "work", tmp_path)
    assert made == {"one": "one", "two": "two"}
    assert seen == [("one", {"world"}, False), ("two", {"world", "own"}, True)]
    card = runner.checkpoints.read_card(tmp_path / "two.json")
    assert (card.what, set(card.inputs)) == ("Two.", {"world", "own"})
    assert runner.reads(recipe) == ("world", "own")
    assert runner.tables(recipe) == recipe.TABLES


def test_without_a_name_every_recipe_is_listed_with_its_state(monkeypatch, capsys):
    monkeypatch.setattr(runner, "in_order", lambda: {"stories": stories})
    runner.main([])
    out = capsys.readouterr().out
    assert out.startswith("stories")
    assert out.strip().endswith("[up to date]")


@pytest.mark.parametrize(
    ("arguments", "ran"),
    [
        (["plain"], ["plain"]),
        (["packed", "plain"], ["packed", "plain"]),
        (["--all"], ["plain"]),
        (["--packaged"], ["packed"]),
    ],
)
def test_recipes_run_by_name_or_by_what_they_need(arguments, ran, monkeypatch):
    modules = {
        "plain": types.SimpleNamespace(Sizes=lambda: "plain"),
        "packed": types.SimpleNamespace(Sizes=lambda: "packed", NEEDS=("data",)),
    }
    calls = []
    monkeypatch.setattr(runner, "in_order", lambda: modules)
    monkeypatch.setattr(runner, "run", lambda _, *more: calls.append(more))
    runner.main(arguments)
    assert [sizes for sizes, *_ in calls] == ran
    assert [work for _, work, _ in calls] == [runner.WORK / name for name in ran]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [(["nothing"], "'nothing'"), (["--all", "--work", "x"], "of one recipe")],
)
def test_what_cannot_be_run_is_refused(arguments, expected):
    with pytest.raises(SystemExit, match=expected):
        runner.main(arguments)


def test_a_result_is_made_once_for_each_part_and_each_input(tmp_path, capsys):
    run, seen = runner.Run("", None, tmp_path, tmp_path, {}, of="a"), None
    for this, part, expected in (
        (run, 1, "first"),
        (run, 1, "first"),
        (run, 2, "third"),
        (run.depending("b"), 2, "fourth"),
        (run.depending(None), 2, "fifth"),
    ):
        made = expected if (this, part) != seen else "again"
        assert this.remembered("x", part, str, made) == expected
        seen = (this, part)
    assert "x third" in capsys.readouterr().out


def test_what_is_shipped_has_a_card_of_its_own(tmp_path):
    sizes = types.SimpleNamespace(seeds=(1, 2))
    run = runner.Run("me", sizes, tmp_path / "work", tmp_path, {"world": "0"})
    write_table("kept", [1], CARD, tmp_path / "work")
    run.ship("shipped.json", "One.", "kept.json", seeds=(1,))
    card = runner.checkpoints.read_card(tmp_path / "shipped.json")
    assert (card.what, card.recipe, card.seeds) == ("One.", "me", (1,))
    assert card.inputs == {"world": "0"}
