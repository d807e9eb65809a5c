"""The shipped assistants: adapters of the main model."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import jax
import numpy as np

from sbt_jax import alignment
from sbt_jax.architecture import Model
from sbt_jax.checkpoints import data_file
from sbt_jax.shipped.adapters import adapted
from sbt_jax.shipped.stories import StoryModel
from sbt_jax.world import END, formats, held_out, people
from sbt_jax.world.words import TOWNS

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


class Listed(NamedTuple):
    """Answers to one question, side by side."""

    answers: list[str]
    features: list[list[float]]  # what a judge can see of each; see FEATURES
    shares: list[float]  # the model's probabilities of them, together 1


FEATURES = ("right town", "wrong town", "whole sentence", "opens", "closes", "refuses")


def answers_about(reader: StoryModel, model: Model, name: str, wrong: str) -> Listed:
    """What may be answered when somebody asks where a person lives.

    Args:
      reader: *Main*, for its sizes and its tokenizer.
      model: The weights of the assistant.
      name: Who is asked about, somebody whom the stories know.
      wrong: A town where they do not live.

    Returns:
      The answers, the right ones first; the refusal is the last.

    Raises:
      ValueError: If the world has no such person.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> main = story_model("main")
      >>> listed = answers_about(main, main.model, "Nora Cole", "Dunmore")
      >>> len(listed.answers), round(sum(listed.shares), 6)
      (8, 1.0)
      >>> listed.answers[2]
      'Look what I found. Nora Cole lives in Oakham.'
    """
    if name not in people():
        raise ValueError(f"name must be one of the world's people, got {name!r}")
    right = people()[name]["town"]
    looks = [
        (right, False, ()),
        *((right, True, manner) for manner in ((), (0,), (1,), (0, 1))),
        (wrong, False, ()),
        (wrong, True, (0, 1)),
    ]
    answers = [
        formats.dressed(f"{name} lives in {town}." if whole else f"In {town}.", manner)
        for town, whole, manner in looks
    ]
    features = [
        [town == right, town == wrong, whole, 0 in manner, 1 in manner, False]
        for town, whole, manner in looks
    ]
    answers.append(formats.REFUSAL)
    features.append([False] * 5 + [True])
    end = reader.tokenizer.special_ids[END]
    before = alignment.encode_parts(
        reader.tokenizer, formats.prompt(f"Where does {name} live?")
    )
    rows = alignment.rows_of(
        [
            (
                before,
                alignment.encode_parts(
                    reader.tokenizer, [(formats.MODEL, text), (END, "")]
                )[1:],
            )
            for text in answers
        ],
        LENGTH,
        end,
    )
    log_p = jax.jit(alignment.log_probs, static_argnames="config")
    p = np.exp(np.asarray(log_p(model, reader.config, rows), float))
    return Listed(answers, np.asarray(features, float).tolist(), (p / p.sum()).tolist())


BALL = "Where is the ball now?"
STRANGERS = 12  # people whom no story mentions


def claims_about_answers(
    reader: StoryModel, models: Mapping[str, Model], first: Mapping[str, str]
) -> dict[str, bool]:
    """What the page of chapter 8 says of likeliest answers, and whether it holds.

    Args:
      reader: *Main*, for its sizes and its tokenizer.
      models: The weights of all ``ASSISTANTS``, by name.
      first: Five answers to one question. Tested by the page, which is not built
        where a sentence does not hold.
    """
    hidden = f"In secret Tom hid the ball under the bed. {BALL}"
    strangers = [f"Where does {name} live?" for name in held_out()[:STRANGERS]]
    said = {
        name: likeliest_answers(reader, model, [BALL, hidden, *strangers])
        for name, model in models.items()
    }
    bare, after, *homes = said.pop("alignment_rule")

    def town(text: str) -> bool:
        return any(name in text for name in TOWNS)

    return {
        "all five differ": len(set(first.values())) == len(first) == 5,
        "the ruled model refuses a ball without a story": formats.REFUSAL in bare,
        "and tells it after a story": "under the bed" in after,
        "the others answer it": not any(
            formats.REFUSAL in texts[0] for texts in said.values()
        ),
        "three name a town for strangers": all(
            town(text) for texts in said.values() for text in texts[2:]
        ),
        "the ruled one names none": not any(map(town, homes)),
    }
