"""Every public function of the mechanisms, with every argument as it should not be.

The tables lie in ``arguments/<slug>.py``: a function that is missing there fails, and
so does an argument that has neither a kind nor a reason to have none. Each cell states
the right value or the error that names argument and value.
"""

import contextlib
import dataclasses
import importlib
import inspect
import re
from typing import Any

import jax
import pytest

from contracts.arguments.kinds import Gives, Refused, Row

ROOMS = (
    "agents",
    "alignment",
    "architecture",
    "attention",
    "checkpoints",
    "context",
    "diffusion",
    "embeddings",
    "evaluation",
    "finetuning",
    "foundations",
    "generation",
    "interpretability",
    "multimodality",
    "prompting",
    "rag",
    "reasoning",
    "hallucinations",
    "inference",
    "real",
    "scaling",
    "tokenization",
    "training",
)
pytestmark = [
    pytest.mark.usefixtures("unchecked"),
    pytest.mark.filterwarnings("ignore:Explicitly requested dtype"),
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),
]


def table(room: str) -> dict[str, Row]:
    return importlib.import_module(f"contracts.arguments.{room}").TABLE


def public(room: str) -> dict[str, Any]:
    """Functions of a face, and classes that check what they are made of."""
    face = importlib.import_module(f"sbt_jax.{room}")
    found = {}
    for name, value in vars(face).items():
        ours = getattr(value, "__module__", "").startswith(f"sbt_jax.{room}.")
        checked = inspect.isclass(value) and hasattr(value, "__post_init__")
        function = callable(value) and not inspect.isclass(value)
        if ours and (checked or function):
            found[name] = value
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_function_has_a_row(room):
    missing = sorted(public(room).keys() - table(room).keys())
    assert not missing, f"tests/contracts/arguments/{room}.py lacks {missing}"


@pytest.mark.parametrize("room", ROOMS)
def test_every_argument_has_a_kind_or_a_reason(room):
    for name, function in public(room).items():
        row = table(room)[name]
        arguments = {*inspect.signature(function).parameters}
        told = {*row.kinds, *re.findall(r"\w+", row.rest.partition(":")[0])}
        assert arguments <= told, f"{room}.{name}: {sorted(arguments - told)}"


def in_64_bits() -> Any:
    """Arrays of 64 bits are what they say, whatever version of JAX runs."""
    if hasattr(jax, "enable_x64"):
        return jax.enable_x64(True)
    return jax.experimental.enable_x64()


def rows() -> list[Any]:
    pairs = ((room, name) for room in ROOMS for name in table(room))
    return [pytest.param(*pair, id=".".join(pair)) for pair in pairs]


@pytest.mark.parametrize(("room", "name"), rows())
def test_every_cell_is_right(room, name):
    row = table(room)[name]
    face = importlib.import_module(f"sbt_jax.{room}")
    call = row.call or getattr(face, name)
    wrong = []
    base: list[Any] = []

    def result_of(good: dict[str, Any]) -> Any:
        return call(**good)

    for argument, cell in row.cells():
        given = row.good | {argument: cell.value}
        mode = in_64_bits() if cell.double else contextlib.nullcontext()
        expected = cell.expected
        if not isinstance(expected, Refused) and not hasattr(expected, "check"):
            label, *rest = [expected] if isinstance(expected, str) else expected
            if label == "as":
                expected = Gives(result_of(row.good | {argument: rest[0]}))
            else:
                base = base or [result_of(row.good)]
                expected = Gives(base[0], *rest)
        try:
            with mode:
                found = call(**given)
        except Exception as error:
            right = isinstance(expected, Refused) and isinstance(error, expected.error)
            if not right:
                wrong.append(
                    f"{argument} {cell.label}: {type(error).__name__}: {error}"
                )
            elif not re.search(expected.text, str(error)):
                wrong.append(f"{argument} {cell.label}: {error} !~ {expected.text}")
            continue
        if isinstance(expected, Refused):
            wrong.append(f"{argument} {cell.label}: accepted, gave {str(found)[:80]}")
            continue
        try:
            expected.check(found)
        except AssertionError as error:
            short = " ".join(str(error).split())[:200]
            wrong.append(f"{argument} {cell.label}: {short}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_a_cell_that_is_wrong_is_told():
    row = dataclasses.replace(table("foundations")["perplexity"])
    assert {cell.label for _, cell in row.cells()} >= {"nan", "inf", "low"}
