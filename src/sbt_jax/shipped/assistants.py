"""The shipped assistants: adapters of the main model."""

from collections.abc import Sequence

import jax

from sbt_jax import alignment
from sbt_jax.architecture import Model
from sbt_jax.checkpoints import data_file
from sbt_jax.shipped.adapters import adapted
from sbt_jax.shipped.stories import StoryModel
from sbt_jax.world import END, formats

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


TOGETHER = 16  # questions answered side by side, so that one program serves all
LENGTH = 64  # tokens of a question and its answer


def likeliest_answers(
    reader: StoryModel, model: Model, questions: Sequence[str]
) -> list[str]:
    """What an assistant answers, each time with the likeliest token.

    Args:
      reader: *Main*, for its sizes and its tokenizer.
      model: The weights of the assistant.
      questions: In plain words.

    Raises:
      ValueError: If a question is too long.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> main = story_model("main")
      >>> tuned = assistant("alignment_sft", main.model)
      >>> (text,) = likeliest_answers(main, tuned, ["How much is two and three?"])
      >>> "five" in text.lower()
      True
    """
    end = reader.tokenizer.special_ids[END]
    said: list[str] = []
    for start in range(0, len(questions), TOGETHER):
        asked = questions[start : start + TOGETHER]
        prompts = [
            alignment.encode_parts(reader.tokenizer, formats.prompt(question))
            for question in [*asked, *[asked[-1]] * (TOGETHER - len(asked))]
        ]
        answers = alignment.generate_answers(
            jax.random.key(0),  # not used: nothing is drawn
            model,
            reader.config,
            *alignment.padded(prompts, LENGTH // 2, end),
            length=LENGTH,
            stop=end,
            greedy=True,
        )
        said += alignment.texts_of(reader.tokenizer, answers)[: len(asked)]
    return said
