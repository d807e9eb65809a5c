"""Published figures of chapter 19, recomputed by our own functions."""

import pytest

from sbt_jax import scaling
from sbt_jax.published.scaling import LAWS, MODELS, SCALING
from sbt_jax.scaling import Law, laws
from sbt_jax.scaling.findings_published import published

PRINTED, UNROUNDED, AGAIN = laws().values()
GOPHER = SCALING["gopher_budget"].value


@pytest.mark.parametrize(
    ("law", "size", "ratio"),
    [(PRINTED, 32.2e9, 92.6), (UNROUNDED, 40.4e9, 58.9), (AGAIN, 72e9, 18.4)],
)
def test_the_best_split_of_gophers_budget(law, size, ratio):
    best = scaling.best_split(law, GOPHER)
    assert best.parameters == pytest.approx(size, rel=4e-3)
    assert best.tokens / best.parameters == pytest.approx(ratio, rel=1e-3)


def test_the_paper_prints_40_billion_which_its_rounded_constants_deny():
    said = SCALING["gopher_best_law"].value
    assert scaling.best_split(UNROUNDED, GOPHER).parameters == pytest.approx(
        said, rel=0.01
    )
    assert scaling.best_split(PRINTED, GOPHER).parameters < 0.82 * said
    size, tokens = SCALING["gopher_best"].value
    assert scaling.training_flops(size, tokens) == pytest.approx(GOPHER, rel=0.05)


def test_the_unrounded_constants_round_to_the_printed_ones_almost():
    for exact, rounded in zip(UNROUNDED, PRINTED, strict=True):
        assert exact == pytest.approx(rounded, rel=0.02)
    assert LAWS["fitted again"].value[0] == 1.8169


def test_rows_of_table_3_are_twenty_tokens_a_parameter_and_cost_6nd():
    for n, flops, d in SCALING["table_3"].value:
        assert 20 <= d / n <= 23
        assert scaling.training_flops(n, d) == pytest.approx(flops, rel=0.05)


def test_the_exponent_of_the_law_fitted_again():
    assert scaling.growth(AGAIN) == pytest.approx(
        SCALING["again_exponent"].value, abs=6e-4
    )
    third = SCALING["exponents"].value[2][0]
    assert scaling.growth(UNROUNDED) == pytest.approx(third, abs=5e-3)


def test_what_a_parabola_gets_wrong_without_any_noise():
    said = SCALING["parabolas"].value
    budgets = [1e17, 1e18, 1e19, 1e20, 1e21]
    line = scaling.by_parabolas(PRINTED, budgets)
    true = scaling.power_line(
        budgets, [best.tokens for best in scaling.best_of(PRINTED, budgets)]
    )
    assert line.intercept == pytest.approx(said["found"], abs=1e-5)
    assert true.intercept == pytest.approx(said["true"], abs=1e-5)
    askew = Law(1.69, 406.4, 410.7, 0.465, 0.155)
    for law, name in ((PRINTED, "off"), (askew, "askew_off")):
        found = scaling.by_parabolas(law, budgets).at(1e24)
        right = scaling.best_split(law, 1e24).tokens
        assert found / right - 1 == pytest.approx(said[name], abs=6e-4)


def test_kaplans_law_by_size_alone_and_its_exponent_from_small_models():
    power, size = SCALING["kaplan_size"].value
    assert scaling.kaplan_loss(1e9, float("inf")) == pytest.approx(
        (size / 1e9) ** power
    )
    said = SCALING["pearce_exponents"].value
    for law, name in ((AGAIN, "fitted again"), (UNROUNDED, "unrounded")):
        found = scaling.seen_without_embedding(law)
        assert found == pytest.approx(said[name], abs=0.011)


def test_the_cheapest_model_over_a_life():
    said, exponents = SCALING["served"].value, SCALING["served_law"].value
    law = Law(1.69, 406.4, 410.7, *exponents)
    assert float(scaling.predicted_loss(law, 70e9, 1e12)) == pytest.approx(
        1.947, abs=5e-4
    )
    best = scaling.cheapest(law, said["loss"], said["tokens"])
    assert best.parameters == pytest.approx(said["parameters"], rel=1e-3)
    assert best.tokens == pytest.approx(said["text"], rel=1e-3)
    plain = scaling.cheapest(law, said["loss"])
    costs = [scaling.lifetime_flops(*one, said["tokens"]) for one in (best, plain)]
    assert costs[0] / costs[1] == pytest.approx(said["share"], abs=1e-4)


@pytest.mark.parametrize("which", ["its own", "again"])
def test_seven_billion_in_place_of_thirteen(which):
    law = Law(1.69, 406.4, 410.7, *SCALING["served_law"].value)
    law = AGAIN if which == "again" else law
    factor = scaling.best_split(law, 6.0).parameters
    best = scaling.best_split(law, 6 * (13e9 / factor) ** (1 / scaling.growth(law)))
    assert best.parameters == pytest.approx(13e9)
    loss = float(scaling.predicted_loss(law, *best))
    small = 7e9, scaling.tokens_for(law, loss, 7e9)
    costs = [scaling.lifetime_flops(*one, 2e12) for one in (best, small)]
    saved = costs[0] - costs[1]
    if which == "again":
        assert saved / costs[0] == pytest.approx(0.28, abs=5e-3)
    else:
        assert saved == pytest.approx(SCALING["served_13b"].value["saved"], rel=0.02)
        assert saved / costs[0] == pytest.approx(0.17, abs=6e-3)


def test_repeated_text():
    said = SCALING["repeats_loss"].value
    found = scaling.repeated_loss(said["parameters"], said["tokens"], said["different"])
    assert found == pytest.approx(said["loss"], abs=5e-6)
    assert scaling.worth(1.0, 4) == pytest.approx(3.73, abs=5e-3)
    assert scaling.worth(1.0, 40) == pytest.approx(15.2, abs=0.05)


def test_six_n_d_gives_the_published_budgets():
    gpt3, llama = MODELS["GPT-3"].value, MODELS["Llama 3 405B"].value
    assert scaling.training_flops(*gpt3) == pytest.approx(
        SCALING["gpt3_budget"].value, rel=0.01
    )
    assert scaling.training_flops(*llama) == pytest.approx(
        SCALING["llama3_budget"].value, rel=0.01
    )
    assert gpt3[1] / gpt3[0] == pytest.approx(1.7, abs=0.02)


def test_the_law_printed_for_llama_3_does_not_give_its_tokens():
    power, factor = SCALING["llama3_law"].value
    tokens = factor * SCALING["llama3_budget"].value ** power
    assert tokens == pytest.approx(10.5e12, rel=0.01)
    assert tokens < 0.7 * SCALING["llama3_best"].value["tokens"]
    assert published()["llama_by_law"] == "10.5"
