"""What the measurement of SmolLM2-135M says, in the words of the page."""

from collections.abc import Mapping
from typing import Any

from sbt_jax.numbers import count, decimal, percent
from sbt_jax.published.scaling import MODELS
from sbt_jax.scaling.law import best_split, laws, predicted_loss, training_flops
from sbt_jax.scaling.lifetime import cheapest

Table = Mapping[str, Any]
NAME = "SmolLM2-135M"


def weights_of(real: Table) -> int:
    """All its weights, counted from its sizes."""
    return sum(n for part, n in real["weights"].items() if part != "held")


def real_findings(real: Table) -> dict[str, str]:
    """Numbers of the real section, by their names there.

    Args:
      real: As ``sbt_jax.checkpoints.read_table("real_scaling")`` gives it.
    """
    size, tokens = weights_of(real), MODELS[NAME].value[1]
    law = laws()["fitted again"]
    spent = training_flops(size, tokens)
    best = best_split(law, spent)
    said = float(predicted_loss(law, size, tokens))
    cheap = cheapest(law, said)
    return {
        "real_weights": count(size),
        "real_size": decimal(size / 1e9),
        "real_embedding": percent(real["weights"]["embedding"] / size),
        "real_ratio": count(tokens / size),
        "real_flops": f"{spent:.1e}",
        "real_best_size": decimal(best.parameters / 1e9, 1),
        "real_best_ratio": decimal(best.tokens / best.parameters, 0),
        "real_best_loss": decimal(float(predicted_loss(law, *best)), 3),
        "real_said": decimal(said, 3),
        "real_cheap_size": decimal(cheap.parameters / 1e9, 1),
        "real_cheap_ratio": decimal(cheap.tokens / cheap.parameters, 0),
        "real_cheap_flops": f"{training_flops(*cheap):.1e}",
        "real_times": count(spent / training_flops(*cheap)),
        "real_nats": decimal(real["text"]["nats"]),
        "real_bits": decimal(real["text"]["bits a byte"]),
        "real_tokens": count(real["text"]["tokens"]),
    }


def real_claims(real: Table) -> dict[str, bool]:
    """The sentences of the real section, and whether they hold.

    Args:
      real: As for :func:`real_findings`.
    """
    size = weights_of(real)
    best = best_split(laws()["fitted again"], training_flops(size, 2e12))
    return {
        "all are counted": size == real["weights"]["held"],
        "the best split is far larger": best.parameters > 20 * size,
    }
