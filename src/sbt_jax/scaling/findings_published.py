"""What the page quotes of others, and what our functions make of it."""

from sbt_jax.numbers import count, decimal, percent, span
from sbt_jax.published.scaling import MODELS, SCALING
from sbt_jax.scaling.approaches import by_parabolas
from sbt_jax.scaling.kaplan import seen_without_embedding
from sbt_jax.scaling.law import (
    Law,
    best_split,
    growth,
    laws,
    predicted_loss,
    training_flops,
)
from sbt_jax.scaling.lifetime import cheapest
from sbt_jax.scaling.repeats import worth

AGAIN = "fitted again"


def published() -> dict[str, str]:
    """What the page quotes of others, and what our functions make of it.

    Example:
      >>> found = published()
      >>> found["gpt3_ratio"], found["again_ratio"], found["printed_ratio"]
      ('1.7', '18.5', '91.5')
    """
    known = laws()
    again, printed = known[AGAIN], known["Hoffmann, as printed"]
    gopher = training_flops(*MODELS["Gopher"].value)
    gpt3, llama = MODELS["GPT-3"].value, MODELS["Llama 3 8B"].value
    reached = float(predicted_loss(again, *gpt3))
    cheaper = training_flops(*cheapest(again, reached)) / training_flops(*gpt3)
    kaplan = SCALING["kaplan_exponent"].value

    def ratio(law: Law) -> float:
        best = best_split(law, gopher)
        return best.tokens / best.parameters

    table_3 = [d / n for n, _, d in SCALING["table_3"].value]
    skewed = by_parabolas(printed, [1e17, 1e18, 1e19, 1e20, 1e21]).at(1e24)
    off = skewed / best_split(printed, 1e24).tokens - 1
    return {
        "gpt3_ratio": decimal(gpt3[1] / gpt3[0], 1),
        "gpt3_share": percent(cheaper),
        "llama_ratio": count(llama[1] / llama[0]),
        "again_ratio": decimal(ratio(again), 1),
        "printed_ratio": decimal(ratio(printed), 1),
        "unrounded_ratio": decimal(ratio(known["Hoffmann, unrounded"]), 1),
        "table_ratio": span(table_3, lambda x: decimal(x, 0)),
        "again_growth": decimal(growth(again)),
        "again_floor": decimal(again.floor),
        "kaplan_size": decimal(10**kaplan, 1),
        "kaplan_text": decimal(10 ** (1 - kaplan), 1),
        "kaplan_exponent": decimal(kaplan),
        "seen_again": decimal(seen_without_embedding(again)),
        "again_runs": count(SCALING["again_runs"].value),
        "parabola_off": percent(-off),
        "worth_4": decimal(worth(1.0, 4), 1),
        "worth_40": decimal(worth(1.0, 40), 0),
        "emergent_two": percent(SCALING["emergent_two"].value),
        "llama_law": "{1:g} times C to the power {0:g}".format(
            *SCALING["llama3_law"].value
        ),
        "llama_by_law": decimal(_llama_tokens() / 1e12, 1),
        "llama_said": decimal(SCALING["llama3_best"].value["tokens"] / 1e12),
    }


def _llama_tokens() -> float:
    power, factor = SCALING["llama3_law"].value
    return factor * SCALING["llama3_budget"].value ** power
