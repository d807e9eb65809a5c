"""What chapter 5 says of one token's way, and of published models."""

from collections.abc import Mapping, Sequence
from typing import Any

from sbt_jax.architecture.config import TODAY, Config
from sbt_jax.architecture.designs import Design
from sbt_jax.numbers import count, decimal, percent
from sbt_jax.published.experts import EXPERTS

Table = Mapping[str, Any]
#: SmolLM2-135M by its published configuration (config.json of the model).
SMOLLM2 = Design(
    Config(49_152, width=576, layers=30, heads=9, kv_heads=3, mlp=1536, window=8192),
    TODAY,
)
PLAIN = ("the Python reference", "a novel")  # texts that are not known by heart
HEART = "the MIT licence"
CHEAP = 0.3  # nats a token: what a block may cost at most that can be spared
Steps = Sequence[Sequence[Any]]  # of `shipped.depths.walk_on_text`


def claims_of_walk(gift: Steps, kept: Steps) -> dict[str, bool]:
    """The sentences about the way of a token, and whether they hold.

    Args:
      gift: Steps of :func:`sbt_jax.shipped.depths.walk_on_text` on the story in which
        Anna gives the ball to Tom.
      kept: The same without the gift.
    """
    says = [step[0] for step in gift]
    other = [step[0] for step in kept]
    return {
        "at first it repeats itself": says[:4] == ["?"] * 4,
        "then a piece of a word, unsure": says[4] == "he" and gift[4][1] < 0.3,
        "the third attention says Tom, and it stays": says[5:] == [" Tom"] * 4,
        "two of its heads look at Tom": list(gift[5][3]).count(" Tom") == 2,
        "without the gift it says Tom there, too": other[5] == " Tom",
        "the fourth attention corrects it": other[6:] == [" Tom"] + [" Anna"] * 2,
        "with its eyes on Anna": list(kept[7][3]).count(" Anna") == 3,
    }


def costs_without(table: Table, text: str) -> list[float]:
    """How much a token of a text costs more without each block, in nats."""
    whole = table["loss"][text]
    return [row[text] - whole for row in table["loss_without"]["block"]]


def _spared(table: Table) -> list[int]:
    """Blocks, from 1, whose loss costs little on every text that is plain."""
    plain = zip(*(costs_without(table, text) for text in PLAIN), strict=True)
    return [block for block, cost in enumerate(plain, 1) if max(cost) < CHEAP]


def of_real(table: Table) -> dict[str, str]:
    """What the page says of SmolLM2, by its name there.

    Args:
      table: As ``sbt_jax.checkpoints.read_table("real_architecture")`` gives it.
    """
    paris, layers = table["lens"][0], table["layers"]
    counts = table["parameters"]
    total = sum(counts.values())
    spared = _spared(table)
    heart = [costs_without(table, HEART)[block - 1] for block in spared]
    right = [row for row in table["lens"] if row["answer_rank"][-1] == 1]
    said = {
        "real_layers": count(layers),
        "real_vocab": count(SMOLLM2.config.vocab_size),
        "real_asked": count(len(table["lens"])),
        "real_right": count(len(right)),
        "real_spared": count(len(spared)),
        "real_cheap": decimal(CHEAP, 1),
        "real_heart": decimal(min(heart), 1),
        "real_total": count(total),
        "paris_end": percent(paris["answer_share"][-1]),
        "paris_place": count(paris["answer_rank"][20]),
    }
    for kind in ("mlp", "attention", "embedding"):
        said[f"real_{kind}"] = percent(counts[kind] / total)
    for key, name in (("mixtral", "Mixtral 8x7B"), ("deepseek", "DeepSeek-V3")):
        for what in ("parameters", "active"):
            said[f"{key}_{what}"] = count(EXPERTS[name].value[what] / 1e9)
    return said


def claims_of_real(table: Table) -> dict[str, bool]:
    """The sentences about SmolLM2, and whether they hold.

    Args:
      table: As for :func:`of_real`.
    """
    lens, layers = table["lens"], table["layers"]
    paris = lens[0]
    right = [row for row in lens if row["answer_rank"][-1] == 1]
    missed = {row["answer"] for row in lens if row not in right}
    said = {row["top"][-1][0] for row in lens if row not in right}
    plain = [costs_without(table, text) for text in PLAIN]
    spared = _spared(table)
    heart = costs_without(table, HEART)
    return {
        "our count is that of the weights": sum(SMOLLM2.parameters().values())
        == sum(table["parameters"].values()),
        "Paris is best only after the last block": paris["settled"] == layers
        and paris["answer"] == " Paris",
        "right answers win in the last two blocks": min(row["settled"] for row in right)
        >= layers - 1,
        "a kitten and the rain are missed": missed == {" kitten", " rain"},
        "a storm in place of the rain": " storm" in said,
        "no right answer among the first ten before": all(
            min(row["answer_rank"][:20]) > 10 for row in lens
        ),
        "the first two and the last two are needed most": all(
            min(cost[0], cost[1], cost[-2], cost[-1]) > 1 for cost in plain
        ),
        "most in the middle can be spared": len(spared) > layers / 2
        and all(3 < block < layers - 1 for block in spared),
        "but not for what is known by heart": min(heart[b - 1] for b in spared) > 0.4,
    }
