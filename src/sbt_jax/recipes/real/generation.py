"""Chapter 7 in the published model: every sampler, and greedy loops."""

from collections.abc import Sequence
from typing import Any

from sbt_jax import real
from sbt_jax.generation import CUTS_FIRST, Sampling
from sbt_jax.recipes.real.reading import GREEDY, Reader, ids_of, write, write_together
from sbt_jax.recipes.real.sizes import Sizes
from sbt_jax.recipes.runner import Run
from sbt_jax.tokenization import decode

WHAT = "SmolLM2-135M: one prompt through every sampler; greedy loops, how soon."
READS = ("model",)
#: Of the model's own card: ``generate(..., temperature=0.2, top_p=0.9)``.
RECOMMENDED = Sampling(temperature=0.2, top_p=0.9)
SAMPLERS = {
    "greedy": GREEDY,
    "its makers' choice": RECOMMENDED,
    "llama.cpp's choice": Sampling(0.8, 40, 0.95, 0.05, order=CUTS_FIRST),
    "temperature 1": Sampling(),
    "temperature 1.5": Sampling(temperature=1.5),
    "top-k 50": Sampling(top_k=50),
    "top-p 0.9": Sampling(top_p=0.9),
    "min-p 0.1": Sampling(min_p=0.1),
    "greedy, repetition penalty 1.2": Sampling(temperature=0.0, repetition_penalty=1.2),
}
PROMPT = "Once there was a man called Otto."
ASKED = "Tell me a story about a man called Otto."
SHOWN = 60  # tokens of each text through a sampler
#: Beginnings of many kinds, for the loops.
BEGINNINGS = (
    "Once upon a time, there was a little fox who",
    "The history of the bicycle begins in",
    "My favourite recipe for bread needs",
    "Dear Sir or Madam,",
    "The three most important inventions are",
    "def fibonacci(n):",
    "In the middle of the night, the phone rang.",
    "Photosynthesis is the process by which",
    "Question: Why is the sky blue?\nAnswer:",
    "The weather tomorrow will be",
    "She opened the old wooden box and found",
    "To learn a new language, you should",
    "The main causes of the French Revolution were",
    "Roses are red, violets are blue,",
    "The train left the station at",
    "A good teacher is someone who",
    "The best way to cook an egg is",
    "Mathematics is important because",
    "List of countries:\n1.",
    "He looked at her and said,",
)
END = "<|im_end|>"
LOOPED = (
    "greedy",
    "greedy, repetition penalty 1.2",
    "its makers' choice",
    "llama.cpp's choice",
    "top-p 0.9",
    "temperature 1",
)


def make(run: Run, reader: Reader, sizes: Sizes) -> dict[str, Any]:
    """Measure what is not yet known."""
    samplers = dict(list(SAMPLERS.items())[: sizes.most])
    shown, seed = min(SHOWN, sizes.written), sizes.seeds[0]

    def through(kind: str, text: str) -> dict[str, str]:
        return {
            name: run.remembered(
                f"generation-{kind}-{name}",
                [text, repr(sampling), shown, seed],
                *(written, reader, kind, text, shown, sampling, seed),
            )
            for name, sampling in samplers.items()
        }

    begun = BEGINNINGS[: sizes.most]
    return {
        "prompt": PROMPT,
        "samplers": through("text", PROMPT),
        "asked": ASKED,
        "answers": through("chat", ASKED),
        "tokens": shown,
        "loops": {
            name: run.remembered(
                f"generation-loops-{name}",
                [begun, sizes.written, seed],
                *(looped, reader, begun, sizes.written, SAMPLERS[name], seed),
            )
            for name in LOOPED
        },
        "loop_tokens": sizes.written,
    }


def written(
    reader: Reader, kind: str, text: str, steps: int, sampling: Sampling, seed: int
) -> str:
    """What follows a text, or the answer to it."""
    this = reader()
    chat = kind == "chat"
    ids = real.chat(this.tokenizer, text) if chat else ids_of(this, text)
    stop = this.tokenizer.special_ids[END]
    return decode(this.tokenizer, write(this, ids, steps, sampling, seed, stop))


def looped(
    reader: Reader, texts: Sequence[str], steps: int, sampling: Sampling, seed: int
) -> list[dict[str, Any]]:
    """Whether each text ends in a loop: where it begins, its length, what it says."""
    this = reader()
    stop = this.tokenizer.special_ids[END]
    prompts = [ids_of(this, text) for text in texts]
    rows = []
    for text, ids in zip(
        texts, write_together(this, prompts, steps, sampling, seed, stop), strict=True
    ):
        start, size = loop_of(ids)
        rows.append(
            {
                "prompt": text,
                "tokens": len(ids),
                "start": start,
                "size": size,
                "loop": decode(this.tokenizer, ids[start : start + size]),
                "beginning": decode(this.tokenizer, ids[:30]),
            }
        )
    return rows


def loop_of(ids: Sequence[int]) -> tuple[int, int]:
    """Where the loop begins that a text ends in, and its length; 0 if there is none.

    It must come three times at the least, at the end, the last time perhaps in part.

    Example:
      >>> loop_of([7, 8, 1, 2, 1, 2, 1, 2, 1]), loop_of([1, 2, 3])
      ((2, 2), (3, 0))
    """
    for size in range(1, len(ids) // 3 + 1):
        start = len(ids) - size
        while start and ids[start - 1] == ids[start - 1 + size]:
            start -= 1
        if len(ids) - start >= 3 * size:
            return start, size
    return len(ids), 0
