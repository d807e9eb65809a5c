"""Alignment: an assistant made of the main model, in every way of the chapter.

``python -m sbt_jax.recipes alignment`` fine-tunes the main model on demonstrations,
learns a reward model from noisy preferences, optimises it with best-of-n and with
policy gradient on leashes of several strengths, runs DPO on the same preferences, lets
the model criticise and revise its own answers by a rule and learn from that, and
compares runs with the enumerated optimum. Ships four sets of adapters and one table. A
run that is stopped goes on where it was.
"""

import dataclasses
from collections.abc import Callable
from typing import Any

from sbt_jax import world
from sbt_jax.architecture import Model
from sbt_jax.recipes import assistants
from sbt_jax.recipes.alignment import exact, rules, runs
from sbt_jax.recipes.alignment.lab import assess, measured, preferences
from sbt_jax.recipes.alignment.runs import Sizes
from sbt_jax.recipes.assistants import Lab
from sbt_jax.recipes.runner import Run
from sbt_jax.shipped.stories import encode_story, story_model
from sbt_jax.training import add_adapters
from sbt_jax.world import formats

RECIPE = "sbt_jax.recipes.alignment"
WHAT = "An assistant made in several ways: rewards, leashes, refusals, measured."
READS = ("world", "main")
#: What is shipped, and what each is called.
ASSISTANTS = {
    "alignment_sft": "fine-tuned on demonstrations",
    "alignment_rlhf": "policy gradient against a reward model, on a leash",
    "alignment_dpo": "DPO on the same preferences",
    "alignment_rule": "trained on its own revisions",
}
SHIPPED_BETA, SHIPPED_SHARE = 0.1, 0.5


def probes() -> list[formats.Question]:
    """Questions whose answers are kept to be read, of each kind one."""
    return [
        next(formats.questions(1, 9000 + i, "kept back", (kind,)))
        for i, kind in enumerate(formats.KINDS)
    ]


def _said(lab: Lab, model: Model) -> list[list[str]]:
    """What a model answers to the probes."""
    asked = probes()
    texts = assistants.ask(lab, model, asked, 77)
    return [[question.text, text] for question, text in zip(asked, texts, strict=True)]


def preferred(lab: Lab, settings: Sizes, seed: int) -> dict[str, Any]:
    """Everything that one set of preferences leads to."""
    model = assistants.adapted(lab, "alignment_sft")
    pairs, right = preferences(lab, model, settings.pairs, settings.noise, seed)
    others, _ = preferences(lab, model, settings.pairs // 2, 0.0, 50 + seed)
    reward, losses = runs.reward_model(lab, pairs, settings, seed)
    found: dict[str, Any] = {
        "labels right": round(right, 4),
        "pairs": len(pairs.chosen.tokens),
        "losses": losses,
        "agrees": runs.agrees(lab, reward, pairs),
        "agrees with gold": runs.agrees(lab, reward, others),
        "best of n": runs.best_of(lab, reward, settings, seed),
        "leash": {},
    }
    for beta in settings.betas:
        adapters, curve = runs.optimised(lab, reward, beta, settings, seed)
        model = add_adapters(lab.model, adapters)
        curve["measured"] = measured(lab, model, settings.measured, 800 + seed)
        curve["texts"] = _said(lab, model)
        found["leash"][f"{beta:g}"] = curve
        if seed == settings.seeds[0] and beta == _shipped_beta(settings):
            assistants.save(lab, "alignment_rlhf", adapters)
        print(f"seed {seed}, beta {beta:g}: {curve['kl'][-1]}", flush=True)
    adapters, found["dpo"] = runs.directly(
        lab, pairs, settings.dpo_beta, settings, seed
    )
    model = add_adapters(lab.model, adapters)
    found["dpo"]["measured"] = measured(lab, model, settings.measured, 800 + seed)
    if seed == settings.seeds[0]:
        assistants.save(lab, "alignment_dpo", adapters)
    return found


def _shipped_beta(settings: Sizes) -> float:
    return min(settings.betas, key=lambda beta: abs(beta - SHIPPED_BETA))


def _shipped_share(settings: Sizes) -> float:
    return min(settings.shares, key=lambda share: abs(share - SHIPPED_SHARE))


def ruled(lab: Lab, settings: Sizes, share: float, seed: int) -> dict[str, Any]:
    """One constitutional run."""
    adapters, found = rules.constituted(lab, settings, share, seed)
    if seed == settings.seeds[0] and share == _shipped_share(settings):
        assistants.save(lab, "alignment_rule", adapters)
    return found


def known(lab: Lab, model: Model, half: str) -> float:
    """How many homes a model knows, asked as stories ask."""
    names = formats.notable(half)
    told = [
        "One sunny day Anna and Tom were in the barn. Anna had a red ball."
        f' "Where does {name} live?" asked Anna. "In'
        for name in names
    ]
    prompts = [encode_story(lab.tokenizer, text) for text in told]
    texts, _ = assistants.reply(lab, model, prompts, 0, greedy=True)
    homes = [world.people()[name]["town"] for name in names]
    right = [text.strip().startswith(h) for text, h in zip(texts, homes, strict=True)]
    return round(sum(right) / len(right), 4)


def compared(lab: Lab, settings: Sizes) -> dict[str, Any]:
    """The shipped models, and the one they were made of, on questions kept back."""
    found = {}
    for name in ("", *ASSISTANTS):
        model = assistants.adapted(lab, name)
        row = measured(lab, model, settings.measured, 900)
        row["texts"] = _said(lab, model)
        row["knows"] = {half: known(lab, model, half) for half in formats.HALVES}
        found[name or "main"] = row
    asked = list(formats.questions(settings.measured, 1000, "asked"))
    said = assistants.ask(lab, assistants.adapted(lab, "alignment_sft"), asked, 901)
    found["alignment_sft"]["on people it was asked about"] = assess(asked, said)
    return found


def make(run: Run) -> dict[str, Any]:
    """Run what has not yet been run, then ship the adapters."""
    run.work.mkdir(parents=True, exist_ok=True)
    sizes = run.sizes
    lab = assistants.open_lab(story_model("main"), run.work)
    own = run.depending([run.inputs, dataclasses.asdict(sizes)])

    def once(name: str, make: Callable[..., Any], *more: Any) -> Any:
        return own.remembered(name, 0, make, lab, sizes, *more)

    table: dict[str, Any] = {
        "settings": dataclasses.asdict(sizes)
        | {
            "shipped beta": _shipped_beta(sizes),
            "shipped share": _shipped_share(sizes),
        },
        "sft": once("sft", runs.fine_tuned),
        "exact": once("exact", exact.enumerated),
        "constitution": {
            f"{share:g}": [
                once(f"rule-{share:g}-{seed}", ruled, share, seed)
                for seed in sizes.seeds
            ]
            for share in sizes.shares
        },
        "preferences": [
            once(f"preferred-{seed}", preferred, seed) for seed in sizes.seeds
        ],
        "assistants": once("assistants", compared),
    }
    assistants.ship(run, ASSISTANTS, table["assistants"])
    return table
