"""Chapter 14."""

import jax
import numpy as np

from contracts.arguments.kinds import Cells, Number, One, Refused, Row, Whole
from sbt_jax.architecture import Config, init_model, published_designs
from sbt_jax.finetuning import Blocks, Format, chosen, init_dora
from sbt_jax.training import AdapterConfig

KEY = jax.random.key(0)
MODEL = init_model(KEY, Config(16, width=8, layers=1, heads=2, mlp=8, window=8))
RANKS = AdapterConfig(rank=2)
ADAPTERS = chosen(KEY, MODEL, 2)
DESIGN = published_designs()["GPT-2 small"]
THREE = Format((-1.0, 0.0, 1.0), 2)
W = np.float32([[3.0, 0.0], [0.0, 1.0]])
BROKEN = np.float32([[np.nan, 1.0]])
NOT_FINITE = Cells([(BROKEN, Refused(ValueError, "weights must be finite, got nan"))])
ZEROS = np.zeros((2, 2))
NOT_OURS = Cells([({"no": W}, Refused(ValueError, "changed must .*got 'no'"))])

TABLE = {
    "Format": Row(
        {"levels": (-1.0, 0.0, 1.0), "block": 2, "scale": "float32"},
        {
            "levels": Cells(
                [((1.0, 0.0), Refused(ValueError, r"levels must rise, got \(1"))]
            ),
            "block": Whole(1),
            "scale": One(),
        },
    ),
    "normal_levels": Row({}, {}),
    "float_levels": Row(
        {"exponent": 2, "mantissa": 1},
        {"exponent": Whole(1, 5), "mantissa": Whole(0, 4)},
    ),
    "formats": Row({}, {}),
    "block_scales": Row(
        {"largest": np.float32([1.0, 2.0]), "how": THREE},
        {},
        "largest how: from encode_blocks, checks itself",
    ),
    "encode_blocks": Row(
        {"weights": W, "how": THREE}, {"weights": NOT_FINITE}, "how: checks itself"
    ),
    "decode_blocks": Row(
        {
            "blocks": Blocks(np.array([[2, 0]]), np.float32([1.0]), 2),
            "how": THREE,
            "shape": (2,),
        },
        {},
        "blocks how shape: from encode_blocks",
    ),
    "rounded": Row(
        {"weights": W, "how": THREE}, {"weights": NOT_FINITE}, "how: checks itself"
    ),
    "relative_error": Row(
        {"weights": W, "other": W},
        {"weights": Cells([(ZEROS, Refused(ValueError, "weights must .*got"))])},
        "other: like weights",
    ),
    "code_bits": Row(
        {"codes": np.array([0, 1]), "count": 2},
        {"count": Whole(1)},
        "codes: of encode_blocks",
    ),
    "stored_bits": Row(
        {"how": THREE, "double": False}, {}, "how double: checks itself"
    ),
    "double_rounded": Row(
        {"scale": np.float32([1.0, 2.0]), "block": 2},
        {"block": Whole(1)},
        "scale: of blocks",
    ),
    "adapter_numbers": Row(
        {"design": DESIGN, "rank": 2, "targets": "all"},
        {"rank": Whole(1), "targets": One()},
        "design: published",
    ),
    "square_share": Row({"width": 8, "rank": 2}, {"width": Whole(1), "rank": Whole(1)}),
    "learning_bytes": Row(
        {"numbers": 10, "learned": 2, "bits": 4.0},
        {"numbers": Whole(1), "learned": Whole(0), "bits": Number(0, above=True)},
    ),
    "stored_bytes": Row(
        {"numbers": 10, "bits": 4.0, "rest": 2},
        {"numbers": Whole(0), "bits": Number(0, above=True), "rest": Whole(0)},
    ),
    "matrices": Row({"model": MODEL}, {}, "model: made by init_model"),
    "with_matrices": Row(
        {"model": MODEL, "changed": {}}, {"changed": NOT_OURS}, "model: by init_model"
    ),
    "chosen": Row(
        {"key": KEY, "model": MODEL, "rank": 2, "targets": "all"},
        {"rank": Whole(1), "targets": One()},
        "key model: random, made by init_model",
    ),
    "scaled": Row(
        {"alpha": 16.0, "rank": 2, "kind": "alpha / rank"},
        {"alpha": Number(0, above=True), "rank": Whole(1), "kind": One()},
    ),
    "unmerged": Row(
        {"model": MODEL, "adapters": ADAPTERS, "config": RANKS},
        {},
        "model adapters config: checked by add_adapters",
    ),
    "pissa": Row(
        {"model": MODEL, "rank": 2, "targets": "all"},
        {"rank": Whole(1, 8), "targets": One()},
        "model: made by init_model",
    ),
    "init_dora": Row(
        {"model": MODEL, "adapters": ADAPTERS}, {}, "model adapters: made by chosen"
    ),
    "add_dora": Row(
        {"model": MODEL, "doras": init_dora(MODEL, ADAPTERS), "config": RANKS},
        {},
        "model doras config: checked by add_adapters",
    ),
    "changes": Row({"after": MODEL, "before": MODEL}, {}, "after before: models"),
    "truncated": Row({"change": W, "rank": 1}, {"rank": Whole(1)}, "change: a matrix"),
    "share_held": Row(
        {"change": W, "ranks": [1]},
        {
            "change": Cells([(ZEROS, Refused(ValueError, "change must .*got 0"))]),
            "ranks": Cells(
                [
                    ([0], Refused(ValueError, "ranks must be .*got 0")),
                    ([1.5], Refused(TypeError, "ranks must be .*got 1.5")),
                ]
            ),
        },
    ),
}
