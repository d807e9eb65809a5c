"""How well-known programs choose, and how far a text is one of the world.

Page: ``book/generation.md``; the settings and their sources: ``published/generation``.
"""

from sbt_jax import world
from sbt_jax.generation.filters import Sampling
from sbt_jax.published.generation import GENERATION

#: Who chooses how, if nobody says otherwise; and one who takes it too far.
WAYS = {
    name: Sampling(**GENERATION[key].value)
    for name, key in (
        ("Transformers", "default_transformers"),
        ("SmolLM2’s makers", "default_smollm2"),
        ("llama.cpp", "default_llama_cpp"),
        ("vLLM", "default_vllm"),
    )
} | {"too hot": Sampling(temperature=2.0)}


def halves(start: str, more: str) -> tuple[str, str]:
    """What was written, up to the first word that no story has there, and the rest.

    The last word may be only begun. Of a beginning that is not of the world nothing
    can be said: then all of it is in the first half.

    Example:
      >>> halves("Once there was a", " man called the.")
      (' man called', ' the.')
    """
    words = world.split(start + more)
    reading = world.read(words)
    if reading.impossible is None:
        return more, ""
    before = world.read(words[:-1])
    begun = any(word.startswith(words[-1]) for word in before.next)
    size = len("".join(reading.words)) - len(start)
    if size < 0 or (before.impossible is None and begun):
        return more, ""
    return more[:size], more[size:]
