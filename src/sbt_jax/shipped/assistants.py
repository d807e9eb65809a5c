"""The shipped assistants: adapters of the main model."""

from sbt_jax.architecture import Model
from sbt_jax.checkpoints import data_file
from sbt_jax.shipped.adapters import adapted

DATA_FILES = (
    "alignment_sft.npz",
    "alignment_rlhf.npz",
    "alignment_dpo.npz",
    "alignment_rule.npz",
)
ASSISTANTS = tuple(name.removesuffix(".npz") for name in DATA_FILES)


def assistant(name: str, model: Model) -> Model:
    """The main model with shipped adapters in it.

    Args:
      name: One of ``ASSISTANTS``.
      model: The weights of *main*.

    Raises:
      ValueError: If there is no assistant of this name, or the adapters are of
        another model. Tested in ``tests/alignment/test_mechanism.py``.
    """
    if name not in ASSISTANTS:
        raise ValueError(f"name must be one of {ASSISTANTS}, got {name!r}")
    return adapted(data_file(f"{name}.npz"), model)
