"""The figures of chapter 19 in a browser: they compute what Python computes."""

import numpy as np
import pytest

from sbt_jax.checkpoints import read_table
from sbt_jax.published.scaling import MODELS
from sbt_jax.scaling import fit_law, laws, predicted_loss
from sbt_jax.viz.scaling import fit, life, spend

pytestmark = [pytest.mark.usefixtures("unchecked"), pytest.mark.page("scaling.html")]

NAMES = {
    "spent": "whose budget",
    "fitted": "widest model to fit",
    "life": "tokens served",
    "measured": "Measure",
}


@pytest.fixture
def page(held):
    """The page, with its live figures at hand; they are drawn anew afterwards."""
    return held(**NAMES)


def settled(page, name):
    return page.evaluate(
        f"(async () => {{ await probe.settled({name}.i); return {name}.line.text }})()"
    )


@pytest.mark.parametrize("times", ["1/64", "1", "32"])
def test_a_budget_is_spent_as_python_spends_it(page, times):
    for at, law in enumerate(laws().values()):
        for name in ("SmolLM2-135M", "Llama 3 405B"):
            page.evaluate(
                """([name, times, at]) => {
                  spent.by("whose budget").value = name
                  spent.by("size, times that model's").value = times
                  spent.group.active = at
                }""",
                [name, times, at],
            )
            said = settled(page, "spent")
            n, d = MODELS[name].value
            assert said == spend.spend_line(law, name, n, d, times)
            found = page.evaluate("Array.from(spent.data('loss').loss)")
            right = spend.dots(law, n, d, times)["losses"]
            np.testing.assert_allclose(found, right, rtol=1e-9)


def test_runs_are_left_out_and_the_fit_is_made_again(page):
    runs = fit.runs_in(read_table("scaling")["runs"])
    budgets = np.array([row["budget"] for row in read_table("scaling")["runs"]])
    page.evaluate("fitted.by('Budgets to fit, in FLOPs').active = [0, 1]")
    said = settled(page, "fitted")
    used = budgets < 2e11
    law = fit_law(runs, used.astype(float))
    rest = type(runs)(*(values[~used] for values in runs))
    other = fit.missed(law.law, rest)
    floor = float(read_table("scaling")["runs"][0]["floor"])
    assert said == fit.fit_line(law.law, int(used.sum()), law.error, other, floor)
    image = page.evaluate("Array.from(fitted.data('image').image[0])")
    np.testing.assert_allclose(image, fit.shade(law).reshape(-1), atol=1e-4)
    page.evaluate("fitted.by('Budgets to fit, in FLOPs').active = []")
    assert settled(page, "fitted").startswith("0 runs are too few")


@pytest.mark.parametrize("at", [0, 1, 9])
def test_a_life_costs_what_python_says(page, at):
    page.evaluate(
        """(at) => {
          const slider = life.by("tokens served")
          slider.value = slider.categories[at]
        }""",
        at,
    )
    said, law = settled(page, "life"), laws()["fitted again"]
    loss = round(float(predicted_loss(law, *MODELS["Chinchilla"].value)), 4)
    served = life.served_of(life.SERVED[at])
    first, best = life.cheapest(law, loss), life.cheapest(law, loss, served)
    assert said == life.life_line("Chinchilla", served, first, best)


def test_the_same_models_by_another_measure(page):
    first = settled(page, "measured")
    page.evaluate("measured.group.active = 1")
    second = settled(page, "measured")
    assert first.startswith("Whole stories right")
    assert second.startswith("Words right")
