"""The state of a training run as a file, from which a killed run goes on.

Public names: :mod:`sbt_jax.training`.
"""

import dataclasses
import json
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, PRNGKeyArray

from sbt_jax.checkpoints import DAMAGED, digest, replace_file
from sbt_jax.training.batches import Batch


class Run(NamedTuple):
    """A training run after some updates."""

    model: Any
    state: Any
    losses: Float[np.ndarray, " steps"]


def save_run(path: Path, run: Run, key: dict[str, Any]) -> None:
    """Write a run to a file, whole or not at all, without loss of a bit.

    Args:
      path: The ``.npz`` file; one that exists is replaced.
      run: What to keep.
      key: What the run is made of, as plain values.
    """
    leaves = {f"leaf{i}": np.asarray(x) for i, x in enumerate(jax.tree.leaves(run))}
    file = BytesIO()
    np.savez(file, key=np.array(json.dumps(key)), **leaves)  # type: ignore[arg-type]
    replace_file(path, file.getvalue())


def load_run(path: Path, template: Run, key: dict[str, Any]) -> Run | None:
    """Read what :func:`save_run` wrote, if there is such a file.

    Args:
      path: The file.
      template: A run with weights and state of the shapes to expect.
      key: What the run must be made of.

    Returns:
      The run, bit for bit; None if there is no file.

    Raises:
      ValueError: If the file is damaged or is of another run. The message
        names the file and, for another run, what differs.
    """
    if not path.exists():
        return None
    again = "delete it to train from the start"
    try:
        with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as file:
            found = json.loads(str(file["key"]))
            leaves = [file[f"leaf{i}"] for i in range(len(file.files) - 1)]
        differing = sorted(k for k in {*found, *key} if found.get(k) != key.get(k))
    except (*DAMAGED, KeyError, AttributeError) as error:
        raise ValueError(f"{path}: a damaged training state; {again}") from error
    if differing:
        there, here = ({k: d.get(k) for k in differing} for d in (found, key))
        raise ValueError(
            f"{path}: the state of another run: expected {here}, got {there}; {again}"
        )
    *expected, _ = jax.tree.leaves(template)
    *weights, losses = leaves
    shapes = [(x.shape, x.dtype) for x in weights]
    if shapes != [(x.shape, x.dtype) for x in expected] or losses.ndim != 1:
        raise ValueError(f"{path}: a damaged training state; {again}")
    # Copies: training donates its buffers, and these belong to numpy.
    weights = [jnp.array(leaf) for leaf in weights]
    return jax.tree.unflatten(jax.tree.structure(template), [*weights, losses])


def identity(
    key: PRNGKeyArray,
    config: Any,
    settings: Any,
    marks: list[int],
    devices: int,
    batch: Batch,
) -> dict[str, Any]:
    """What the bits of a run depend on, as plain values.

    Args:
      key: Random key of the first weights.
      config: Sizes of the model, a dataclass.
      settings: How it is trained, a dataclass.
      marks: Where snapshots cut the run into calls.
      devices: How many share the rows of a batch.
      batch: The first one, which stands for all of the data.
    """
    return {
        "random key": np.asarray(jax.random.key_data(key)).tolist(),
        **{f"config.{k}": v for k, v in dataclasses.asdict(config).items()},
        **run_of(settings, marks, devices, batch),
    }


def run_of(settings: Any, marks: list[int], devices: int, batch: Any) -> dict[str, Any]:
    """The part of :func:`identity` that does not ask what is trained."""
    parts = [np.asarray(part).tobytes() for part in jax.tree.leaves(batch)]
    return {
        **{f"settings.{k}": v for k, v in dataclasses.asdict(settings).items()},
        "snapshot_at": marks,
        "devices": devices,
        "first batch": digest(b"".join(parts)),
    }
