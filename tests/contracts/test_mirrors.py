"""Python and JavaScript say the same: one row a function that exists in both.

Every named export of a figure's browser half has a row in ``ROWS``; every function of
the runtime has one there, or a file of tests of its own in ``ELSEWHERE``. All calls go
to one process of node.
"""

import dataclasses
import json
import math
import re
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from contracts import small
from sbt_jax import (
    agents,
    context,
    evaluation,
    finetuning,
    multimodality,
    numbers,
    prompting,
    rag,
    training,
    world,
)
from sbt_jax.architecture import FAMILIES, forward_flops, published_designs
from sbt_jax.attention import attend_in_steps, forward_induction, heads_on
from sbt_jax.checkpoints import browser_script
from sbt_jax.embeddings import edit_distance, near_spellings
from sbt_jax.evaluation import crowd
from sbt_jax.foundations import word_gap
from sbt_jax.generation import Sampling
from sbt_jax.hallucinations import penalty_for, sit
from sbt_jax.prompting import CUPS, WORDS
from sbt_jax.rag.shelf import Section, shelf, shelved, vectors_of
from sbt_jax.shipped import games
from sbt_jax.shipped.coder import program_logits
from sbt_jax.shipped.induction import induction_snapshots
from sbt_jax.shipped.letters import LETTER_KINDS, count_letters, letter_models
from sbt_jax.shipped.pictures import LEVELS
from sbt_jax.viz import kit
from sbt_jax.viz.agents import act, turns
from sbt_jax.viz.alignment import before_after, judge
from sbt_jax.viz.architecture import counter, lens, machine
from sbt_jax.viz.attention import birth, steps, words
from sbt_jax.viz.context import bill, chat
from sbt_jax.viz.embeddings import arithmetic, axes
from sbt_jax.viz.evaluation import arena, better, problems
from sbt_jax.viz.evaluation import coder as writes
from sbt_jax.viz.finetuning import levels, share, swap
from sbt_jax.viz.foundations import next_word
from sbt_jax.viz.generation import desk, side
from sbt_jax.viz.hallucinations import exam, known
from sbt_jax.viz.hallucinations import reliability as reliable
from sbt_jax.viz.multimodality import cut, price, sums
from sbt_jax.viz.multimodality import words as met
from sbt_jax.viz.parts import names
from sbt_jax.viz.parts.writer import bars as writer_bars
from sbt_jax.viz.parts.writer import written_line as story_line
from sbt_jax.viz.prompting import shots, votes, ways
from sbt_jax.viz.rag import ask, circle, reads
from sbt_jax.viz.tokenization import letters, pieces
from sbt_jax.viz.training import graph, landscape, progress
from sbt_jax.world import formats
from sbt_jax.world.words import NUMBERS, TOWNS

VIZ = Path(kit.__file__).parents[1]
# What of the runtime is compared with Python in tests of its own.
ELSEWHERE = {
    "batches": "live/test_trainer.py",
    "check": "live/test_model.py",
    "chips": "live/test_text.py",
    "encoder": "live/test_encoder.py",
    "escape": "live/test_text.py",
    "generate": "live/test_sampling.py",
    "halt": "parts/test_frames.py",
    "heat": "parts/test_frames.py",
    "kernels": "live/test_trainer.py",
    "lossesOf": "live/test_trainer.py",
    "ngrams": "live/test_stories.py",
    "pause": "parts/test_frames.py",
    "random": "live/test_sampling.py",
    "readText": "live/test_trainer.py",
    "reader": "live/test_model.py",
    "sample": "live/test_sampling.py",
    "sampler": "live/test_sampling.py",
    "session": "live/test_trainer.py",
    "softmax": "live/test_sampling.py",
    "startTraining": "live/test_trainer.py",
    "stories": "live/test_stories.py",
    "toggled": "parts/test_frames.py",
    "tokenizer": "live/test_text.py",
    "trainer": "live/test_trainer.py",
    "transformer": "live/test_model.py",
    "unpack": "live/test_model.py",
    "writers": "live/test_trainer.py",
    "world": "world/test_stories.py",
}


def plain(value):
    """A value as JSON has it: lists, and None for what is infinite."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if hasattr(value, "_asdict"):
        return plain(value._asdict())
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def assert_same(theirs, ours, near=1e-9):
    """Equal texts, and numbers that are near, however they are nested."""
    if isinstance(ours, dict):
        assert theirs.keys() == ours.keys()
        for key in ours:
            assert_same(theirs[key], ours[key], near)
    elif isinstance(ours, list):
        assert len(theirs) == len(ours)
        for one, other in zip(theirs, ours, strict=True):
            assert_same(one, other, near)
    elif isinstance(ours, float):
        assert theirs == pytest.approx(ours, rel=near, abs=near)
    else:
        assert theirs == ours


def same(python, *cases, more=()):
    """Cases that both sides take; JavaScript gets ``more``, Python's constants."""
    return [((*case, *more), python(*case)) for case in cases]


def each(python, *values, more=()):
    return same(python, *((value,) for value in values), more=more)


# -- Cases of chapter 11 --------------------------------------------------------------

SPECS = turns.tool_specs()
CALLED = [
    "find home of Leo Reed",
    "find age of Leo Reed",
    "find home of <img onerror=x>",
    "find home of constructor",
    "add four and five",
    "add 2 * (3 - 10)",
    "add __import__",
    "read note",
    "read diary",
    "give key to Tom",
    "give key to Leo Reed",
    "give house to Tom",
]
FILED = {"facts": small.ON_FILE.facts, "note": small.ON_FILE.note}
AT_HAND = {**FILED, "tools": SPECS, "numbers": list(NUMBERS)}


def called(text):
    try:
        call = agents.parse_call(text)
    except agents.ProtocolError:
        return None
    return [call.tool.name, call.arguments]


def asked_parts(words):
    return [*agents.begin(words).parts, *small.ACTED[1:]]


def responded(text, words, gate, poison):
    seen = agents.Transcript(tuple(asked_parts(words)))
    desk = agents.Desk(small.ON_FILE, gate=gate, poison=poison)
    try:
        return list(agents.respond(text, seen, desk))
    except agents.ProtocolError:
        return None


RUNS = [
    (small.ACTED, [5, 6, 7, 8]),
    (small.OBEYED, [5, 6, 7, 8]),
    ([agents.Part("<result>", "“<b>” & 'so'", "model")], [1]),
    (
        [agents.Part("<result>", "🦊" * 200, "you"), agents.Part("x", "y", "tool")],
        [1, 2],
    ),
    (
        [
            agents.Part("<call>", "give ring to Anna", "model"),
            agents.Part("<result>", "Not allowed.", "tool", error=True),
        ],
        [1, 2],
    ),
]

# -- Cases that need more than a line -----------------------------------------------


def told_apart(text):
    """The truth of a question by the things of the world."""
    return (text, THINGS), formats.truth_of(text)


THINGS = world.WORLD.spec()["things"]
QUESTIONS = [
    *(question.text for question in formats.questions(60, 3)),
    *(f"Where does {name} live?" for name in world.held_out()[:3]),
    "",
    "What does a toString eat?",
    "Where does __proto__ live?",
    "What does constructor x do?",
    "How much is nine and nine?",
    "It is Someday. What is tomorrow?",
    "<img onerror=alert(1)>",
]
TYPED = ["King − man+woman", "", "  -", "+ + a", "a--b", "naïve – é", "x " * 20]
SUMS = [
    "king - man + woman",
    "bank",
    "bank - finance + river",
    "paris − france+italy - rome",
    "dog dog cat",
    "swam - swim + run",
]
KNOWN = list(small.GLOVE.words[:800])
BIRTHS = ["abcabc", "", "a b<c>d😀e", "A+-0" * 30]
CHANCES = [0.0, 1e-9, 0.00049, 0.0005, 0.00099, 0.001, 0.0456, 0.125, 0.9994, 0.9996]
CHANCES += [1.0]
LABELS = [[p["label"], p["kind"]] for p in machine.machine_parts(small.CONFIG)]
WALK = [*map(list, small.STEPS), [" Tom", 0.995, None, []]]
NODES = [dict(n._asdict(), parts=list(n.parts)) for n in small.neuron()]
INPUTS = [(-1.0, 2.0, 0.5), (0.3, 0.0, -4.0), (4.0, 4.0, 4.0)]
WAYS = {
    "SGD": training.sgd(),
    "momentum": training.momentum(),
    "Adam": training.adam(),
    "AdamW": training.adamw(),
}
NOW = progress.standing_of(small.OWN)
STANDINGS = [
    NOW,
    NOW._replace(step=1, seconds=0.03, held=None, best=None, best_at=None),
    NOW._replace(step=277, steps=3000, seconds=12.5, held=1.76, best=1.67),
    NOW._replace(seconds=1.0, loss=0.125),
]
PASTED = ["", "a", "ab\nc", "é\n" * 12, "abc def\n" * 30_000]
PASTED.append("".join(chr(0x4E00 + i) for i in range(300)))
HEADS = [x.tolist() for x in (small.QUERY, small.KEY, small.VALUE)]
GRIDS = attend_in_steps(small.QUERY, small.KEY, small.VALUE)
OPEN = attend_in_steps(small.QUERY, small.KEY, small.VALUE, causal=False)
BAGS = ["", "The", " b", "ag", ".", " A", " b", "ag", " too"]
LOOKED = [0.1, 0.05, 0.15, 0.1, 0.05, 0.05, 0.15, 0.15, 0.2]
SPLIT = [BAGS, [""], ["", " ", "é", "a", "1", "a", "F0 9F", "😀", "x"]]


SAID = [
    [],
    list(chat.CHAT),
    [*chat.CHAT[:4], "Maya Holt lives in Seaton.", "É. <b>x</b> 🦊", "a" * 200],
]
TURNS = [
    (policy, said, question, room)
    for policy in context.POLICIES
    for said in SAID
    for question in ("Where does Maya Holt live?", "")
    for room in (0, 12, 100)
]


def size_of(text):
    return len(text.split(" "))


def messages_sent(*turn):
    places, texts = context.sent(*turn, size_of)
    return {"places": list(places), "texts": list(texts)}


def messages_drawn(messages, costs, kept, *rest):
    return chat.chat_html(messages, costs, context.Sent(*kept.values()), *rest)


KEPT = [{"places": [0, 2], "texts": ["a", "c"]}, {"places": [0], "texts": ["a; c"]}]
BILLED = [
    (dataclasses.asdict(shape), n)
    for shape in (context.windowed_shape("Gemma 3 27B"), small.SHAPES["tiny"])
    for n in (1, 100, 4096, 2**20)
]


def of_shape(function):
    return lambda shape, n: function(context.Shape(**shape), n)


BOOK = [
    ("a", "", "Cats", "The cat sat on the mat. A kitten slept, and the cat did not."),
    ("a", "cost", "Costs", "Training takes months and costs millions of dollars."),
    ("b", "", "Boats", "Ships and boats cross the sea; a boat is small, a ship large."),
    ("b", "x", "Naïve", "été été the the the of of and unheardofword"),
]
MADE = shelf(
    [Section(*one) for one in BOOK],
    {"a": (1, "Animals"), "b": (2, "Boats")},
    small.GLOVE,
    60,
)
SHELF, _ = shelved(MADE, 6, 2)
ASKED = ["the cat", "How expensive is it?", "a vessel on the water", "", "zzz", "été"]
LIBRARY = "the library of MADE"  # built in the browser: see CODES
TURNED = [[0, 90, 180, 270], [10, 10, 200, 355], [350, 20, 5, 180], [0, 0, 0, 0]]


def family_of(design):
    return next(name for name in FAMILIES if FAMILIES[name] == design.switches)


def line_of_count(name):
    design = small.DESIGNS[name]
    window, switches = design.config.window, design.switches
    flops = {} if switches.patch else forward_flops(design.config, window, switches)
    return name, design.parameters(), flops, window


def all_parameters(design):
    return dict.fromkeys(counter.KINDS, 0) | design.parameters()


def attend(scaled, causal):
    rng = np.random.default_rng(1)
    heads = [jnp.asarray(rng.normal(size=(4, 2)), jnp.float32) for _ in range(3)]
    ours = attend_in_steps(*heads, scaled, causal)
    return (*heads, scaled, causal), list(ours)


def of_step(python, step, who, grids, *more):
    return (step, who, small.HEAD, list(grids), *more), python(
        step, who, small.HEAD, grids, *more
    )


def effect(truth, sampling):
    raw, kept = np.asarray(small.LOGITS), small.kept(sampling)
    found = desk.effect(raw, kept, truth)._asdict()
    if truth is None:
        found = {key: found[key] for key in ("kept", "cut", "distance")}
    before, after = desk.softmax(raw), desk.softmax(kept)
    return (before, after, kept > -np.inf, truth), found


def desk_rows(truth):
    raw, kept = np.asarray(small.LOGITS), small.kept(small.HALF)
    before, after = desk.softmax(raw), desk.softmax(kept)
    more = (desk.SHOWN, desk.REST)
    ours = desk.rows(small.TOKENS, raw, kept, truth)
    return (small.TOKENS, before, after, truth, *more), ours


LIKELY = [(" Tom", 0.5), (" it", 0.25), ("it", 0.15), ("<end>", 0.1)]
BARS = desk_rows(small.NEXT)[1]
UNMARKED = {key: BARS[key] for key in ("token", "before", "after")}


def slope(weights, rows):
    came, after = (
        small.SURFACE.came[np.array(rows)],
        small.SURFACE.after[np.array(rows)],
    )
    part = small.SURFACE._replace(after=after, came=came / came.sum())
    loss, gradient = jax.value_and_grad(lambda w: training.surface_loss(part, w))(
        jnp.array(weights)
    )
    surface = {k: np.asarray(v, float) for k, v in small.SURFACE._asdict().items()}
    return (surface, weights, rows), {"loss": float(loss), "gradient": gradient}


def updates(name):
    """Several steps with a learning rate that changes on the way: the last weights."""
    way, weights, steps = WAYS[name], jnp.array([0.7, -0.2]), []
    state = way.init(weights)
    for i in range(6):
        gradient, rate = jnp.array([0.3 * i - 0.5, 1.0 / (i + 1)]), 0.1 * (i % 3 + 1)
        weights, state = way.update(gradient, state, weights, rate)
        steps.append([gradient, rate])
    return (name, [0.7, -0.2], steps), weights


def induction(off):
    config, snapshots = induction_snapshots()
    model = snapshots[max(snapshots)]
    ids = birth.symbols("k7QdZm2xk7QdZm2x")[0]
    on = heads_on(config, tuple(divmod(i, config.heads) for i in off))
    logits, looks = forward_induction(model, config, jnp.array(ids), on)
    weights = {n: getattr(model, n) for n in ("embedding", "position", "unembedding")}
    weights |= {
        f"layers.{i}.{name}": getattr(layer, name)
        for i, layer in enumerate(model.layers)
        for name in layer._fields
    }
    flat = {name: np.asarray(w, float).ravel() for name, w in weights.items()}
    sizes = {name: getattr(config, name) for name in ("width", "layers", "heads")}
    seen = [
        [[head[t, : t + 1] for t in range(len(ids))] for head in np.asarray(look)]
        for look in looks
    ]
    return (flat, sizes, ids, off), {"logits": logits, "maps": seen}


def glove():
    script = browser_script("glove")
    found = script[script.rindex("?? {}, ") + 7 : script.rindex(")")]
    return json.loads(found)["glove"]


def total(text, strike):
    terms = arithmetic.parse(text)
    answers = arithmetic.answers_to(small.GLOVE, terms, strike)
    points, arrows = arithmetic.draw_sum(small.GLOVE, terms, answers)
    ours = {
        "answers": answers,
        "names": points["word"],
        "colors": points["color"],
        "flat": np.transpose([points["x"], points["y"]]),
        "arrows": np.transpose(list(arrows.values())).reshape(-1, 2, 2),
    }
    return (glove(), terms, strike), ours


def on_axes(name):
    words, *ends = (text.split() for text in axes.MAPS[name])
    flat, _ = axes.on_axes(small.GLOVE, words, [tuple(pair) for pair in ends])
    return (glove(), words, ends), flat


def letters_counted(kind):
    name, words = f"letters_{kind}", ["strawberry", "a", "zzz", "mississippi"]
    spec = letter_models()[kind].tokenizer.spec()
    ours = count_letters(kind, words, ["r"] * len(words))
    return (browser_script(name), name, spec, words), ours


def spoken(python, values):
    """What takes how to say a number, by its name on both sides."""
    say = {
        "percent": numbers.percent,
        "decimal": numbers.decimal,
        "count": numbers.count,
    }
    return [((row, show), python(row, say[show])) for row in values for show in say]


TIES = [0.125, 0.375, 2.5, -2.5, 0.5, 1.5, 1.005, -0.001, 0.0, 1e-9, 123456.5, 98.4375]
LISTS = [
    [0.2, 0.3],
    [0.5],
    [0.1] * 10,
    [0.985, 0.99, 1.0],
    [1500, 20, 7],
    [-0.001, 0.0],
]

# -- The table ------------------------------------------------------------------------

# By module and export: a code in place of the export where it needs no JSON, how near
# numbers must be, and the cases: what JavaScript is given, and what Python finds.
# -- Chapter 15
STROKES = (
    [[50, 10, 0], [48, 40, 1], [52.5, 90, 1]],
    [[10, 10, 0], [90, 12, 1], [40, 95, 1], [20, 50, 0], [80, 50, 1]],
    [[33, 33, 0]],
)
WEIGHTS = {
    "hidden": [[0.5, -1.0, 2.0], [0.25, 1.0, -0.5]],
    "hidden_bias": [0.0, 0.5, -0.25],
    "output": [[1.0, 0.5], [-1.0, 2.0], [0.125, 0.0]],
    "output_bias": [0.25, -0.5],
}
CANVAS = (np.arange(256) % 7 / 7).tolist()
CAPTIONS = ("a red 3, please", "", "<img src=x> 😀 RED", "a " * 20, "blue top left")
SIZES = ((224, 224), (1920, 1080), (64, 4096), (4096, 4096), (1075, 1520), (1, 1))
PRICED = {"b": 7, "a": 1234, "c": 7}


def to_word(weights, picture):
    return multimodality.to_word(
        multimodality.Projector(*(jnp.array(weights[n]) for n in WEIGHTS)),
        jnp.array(picture),
    )


def pixels_of(points):
    return multimodality.drawn(np.array(points, float)).reshape(-1)


# -- Chapter 12
PAIRED = (
    "red dog, blue cat, green ?",
    "",
    "Red my DOG; grey",
    "cat red",
    "<b>😀 red owl ?",
)
LAYOUTS = np.stack([np.arange(12), np.arange(12)[::-1]])
GUESSED = [0.05] * 10 + [0.1, 0.4]
SHARED = ([0.4, 0.2, 0.2, 0.2], [0.4, 0.6], [0.0, 1.0], [0.5, 0.3, 0.2])
SCORES = [(0.73, 0.7, 500, 0.0), (0.7, 0.73, 14_042, 0.7), (0.5, 0.5, 50, 0.0)]
PROGRAMS = [("reverse",), ("odds", "sort"), ("double", "unique", "rotate")]
PROGRAMS += [(name, "up") for name in evaluation.OPERATIONS]
SOLVED = list(problems.PROBLEMS.values())
PAIRS_TYPED = [
    *(problems.spell(p.pairs) for p in SOLVED),
    *("", "1 2 3 4 > 4", "a\nb\nc", "1 2 3 4\n1 2 3 4 > 1\n1 2 3 4 > 1"),
    "1 2 3 4 > 1\n\n1,2,3,4>5\n12 34 > 12345",
    "1 2 3 4 >\n1 2 3 4 > 😀\n1 2 3 4 > 1",
    "1 2 3 4 >\n1 2 3 4 > 5\n1 2 3 4 > 1",
]


def votes_counted(style):
    answers = crowd.pool(small.POOL)
    battles = crowd.draw_battles(answers, 60)
    won = crowd.vote(answers, battles, "likes it short")
    return crowd.counted(answers, battles, won, style=style)


def fitted(style):
    found = evaluation.bradley_terry(votes_counted(style), 3, 0.5)
    return {"strength": found.strength, "style": found.style, "error": found.error}


def ratings():
    return arena.rated(votes_counted(False), 3, 0.5, 32.0)


GAME = prompting.Game("red", (("red", "blue"), ("green", "blue")))
SHELLS = (
    *(
        prompting.shell_prompt(GAME, way, [GAME], phrase=True)
        for way in prompting.PHRASES
    ),
    *("", "q: a:", "Ball under red.", "<img src=x> 🦊 é 12 7", "Q: Ball under red."),
    *("Q: Ball under red. Swaps: 1 red red. Where?", "so blue. so"),
)


def exact(pairs, cup):
    try:
        return prompting.believe(LAYOUTS, pairs, cup)
    except ValueError:
        return None


def believed(pairs, cup):
    found = exact(pairs, cup)
    return found and found._asdict()


def cup_of(text):
    game = prompting.last_game(text)
    return game and prompting.answer(game)


def spelt(text):
    return prompting.spell_shell(prompting.read_shell(text)[0])


def shell_script():
    return browser_script("prompting_shell")


def form(how):
    return dataclasses.asdict(how) | {"levels": list(how.levels)}


def on_levels(how):
    """What the figure shows of a small matrix."""
    bars, dots, error, carried = levels.shown(small.MATRIX.ravel(), how)
    given = (small.MATRIX.ravel(), form(how), levels.BINS)
    return given, {"bars": bars, "dots": dots, "error": error, "carried": carried}


SIZED = {name: published_designs()[name] for name in ("GPT-2 small", "Llama 3 8B")}
LARGEST = np.float32([0.5, 0.0, 3.0, 5.999, 6.0, 8.0, 1e-20, 700.0])


ROWS = {
    "alignment/before_after.told": lambda: same(
        before_after.told,
        (small.ANSWERS, "Redhill", TOWNS),
        (small.ANSWERS, None, TOWNS),
    ),
    "alignment/before_after.truthOf": lambda: [told_apart(text) for text in QUESTIONS],
    "alignment/judge.answersHtml": lambda: same(
        judge.answers_html,
        (small.LISTED[0], small.LISTED[2], [0.875, 0.125, 0.0]),
    ),
    "alignment/judge.judgeLine": lambda: same(
        judge.judge_line,
        (small.LISTED[0], [0.0, 1.0, -1.0], small.LISTED[2], [0.25, 0.75, 0.0], 1),
        (small.LISTED[0], [2.0, 1.0, 2.0], small.LISTED[2], [0.25, 0.25, 0.5], 12),
        (small.LISTED[0], [0.0, 0.0, 0.0], small.LISTED[2], small.LISTED[2], 0),
    ),
    "alignment/judge.judged": lambda: same(
        judge.judged,
        (small.LISTED[1], []),
        (small.LISTED[1], [[0, 1]]),
        (small.LISTED[1], [[0, 1], [2, 1], [2, 0], [1, 0]]),
    ),
    "alignment/judge.pulled": lambda: same(
        judge.pulled,
        (small.LISTED[2], [0.0, 1.0, -1.0], 0.5),
        (small.LISTED[2], [0.0, 900.0, -900.0], 0.125),
    ),
    "architecture/counter.keyHeads": lambda: [
        ((12, 5), 4),
        ((8, 16), 8),
        ((7, 3), 1),
        ((4, 4), 4),
    ],
    "architecture/counter.objection": lambda: [
        (({"width": 64 * heads, "heads": heads, "kv_heads": keys},), said)
        for heads, keys, said in (
            (12, 5, " 5 key heads do not divide 12 heads: counted with 4."),
            (8, 16, " 16 key heads do not divide 8 heads: counted with 8."),
            (4, 4, ""),
        )
    ],
    "architecture/counter.countParameters": lambda: [
        ((counter.sizes_of(d), family_of(d)), all_parameters(d))
        for d in small.DESIGNS.values()
    ],
    "architecture/counter.flopsOf": lambda: [
        ((counter.sizes_of(d), family_of(d)), line_of_count(name)[2])
        for name, d in small.DESIGNS.items()
    ],
    "architecture/counter.amount": lambda: same(
        counter.amount,
        *((n, "B") for n in (12, 999_949, 10**6, 32 * 10**8, 15 * 10**11)),
    ),
    "architecture/counter.countedLine": lambda: same(
        counter.counted_line, *map(line_of_count, small.DESIGNS)
    ),
    "architecture/machine.short": lambda: same(
        machine.short, (" Tom", 5), (" wonderful", 5), ("<end>", 12), ("😀" * 9, 5)
    ),
    "architecture/machine.walkSvg": lambda: same(
        machine.walk_svg, *(("<b>", LABELS, WALK, here) for here in range(len(WALK)))
    ),
    "architecture/machine.walkLine": lambda: same(
        machine.walk_line, *(("?", LABELS, WALK, here) for here in range(len(WALK)))
    ),
    "architecture/machine.tokenName": lambda: each(
        lens.token_name, "<end>", " Tom", "  ", "", "\n", "a b"
    ),
    "architecture/machine.lensHtml": lambda: same(
        lens.lens_html, (small.READ, small.GUESSES), ([], [])
    ),
    "architecture/machine.lensLine": lambda: same(
        lens.lens_line,
        (0.5, "nothing", 0.5, [0, 1, 4]),
        (0.5, "block 2", 3.25, [0, 1]),
        (None, "block 1, MLP", None, []),
    ),
    "architecture/machine.ablation": lambda: [
        ((skipped,), [{"layer": layer, "part": part} for layer, part in expected])
        for skipped, expected in (
            ("nothing", []),
            ("block 2", [(1, "attention"), (1, "mlp")]),
            ("block 1, MLP", [(0, "mlp")]),
            ("block 4, attention", [(3, "attention")]),
        )
    ],
    "finetuning/levels.blockScales": lambda: [
        ((LARGEST, form(how)), finetuning.block_scales(LARGEST, how))
        for how in finetuning.formats().values()
    ],
    "finetuning/levels.shown": lambda: [
        on_levels(dataclasses.replace(how, block=block))
        for how in finetuning.formats().values()
        for block in (16, 64)
    ],
    "finetuning/levels.storedBits": lambda: [
        ((form(how),), finetuning.stored_bits(how))
        for how in finetuning.formats().values()
    ],
    "finetuning/levels.levelsLine": lambda: same(
        levels.levels_line,
        ("NF4", 64, 4.5, 0.0931, 3.872, 0.0004),
        ("int4", 1024, 4.03125, 0.11, 3.0, None),
    ),
    "finetuning/share.adapterNumbers": lambda: [
        (
            (share.sizes(design), rank, targets),
            finetuning.adapter_numbers(design, rank, targets),
        )
        for design in SIZED.values()
        for rank in (1, 16)
        for targets in (*share.TARGETS, "MLP")
    ],
    "finetuning/share.shares": lambda: [
        (
            ([[name, share.sizes(d)] for name, d in SIZED.items()], rank, targets),
            share.shares(SIZED, rank, targets),
        )
        for rank in (1, 64)
        for targets in share.TARGETS
    ],
    "finetuning/share.shareLine": lambda: same(
        share.share_line, (8, "all", share.shares(SIZED, 128, "all"))
    ),
    "finetuning/swap.swapLine": lambda: same(
        swap.swap_line,
        ("quiz", 0.0, 19_712, 935_040, 0),
        ("lullaby", 1.0, 19_712, 935_040, 3),
        ("logbook", 1.5, 19_712, 935_040, 0),
    ),
    "attention/birth.symbols": lambda: each(
        birth.symbols, *BIRTHS, more=(birth.ALPHABET, birth.LONGEST)
    ),
    "attention/birth.repeated": lambda: each(
        birth.repeated, [1, 2, 1, 2, 3], *(birth.symbols(t)[0] for t in BIRTHS)
    ),
    "attention/birth.birthLine": lambda: same(
        birth.birth_line, ("300", [0.5, 0.25], [1.0], ["1·2"]), ("0", [], [], [])
    ),
    "attention/birth.forward": lambda: [
        induction(off) for off in ([], [0], [2, 5], [4, 5, 6, 7])
    ],
    "attention/maps.percent": lambda: each(
        words.percent, 0.0, 0.0012, 0.0949, 0.0951, 0.5, 0.125, 1.0
    ),
    "attention/maps.strongest": lambda: each(
        words.strongest, [0.1, 0.4, 0.4, 0.1], [1.0]
    ),
    "attention/maps.lookLine": lambda: same(
        words.look_line,
        ("Layer 1, head 2", small.TEXTS, [0.1, 0.4, 0.4, 0.1], ("hat", 0.75)),
        (
            *("Head 1", BAGS, LOOKED, ("hat", 0.75)),
            ("bag", "this head", "box", 0.5),
        ),
    ),
    "attention/maps.passage": lambda: same(
        words.passage_html,
        (["", "<img src=x>", " had", " it"], [0.25, 0.5, 0.25]),
        (BAGS, LOOKED, [2, 3, 6, 7]),
    ),
    "attention/maps.runs": lambda: each(words.runs, *SPLIT),
    "attention/maps.nameOf": lambda: same(
        words.name_of, (BAGS, [2, 3]), (BAGS, [0]), (["", " "], [1])
    ),
    "attention/maps.mentions": lambda: each(words.mentions, *SPLIT),
    "attention/maps.mostSeen": lambda: same(words.most_seen, (BAGS, LOOKED)),
    "attention/maps.toHide": lambda: same(
        words.to_hide, (BAGS, LOOKED), ([""], [1.0]), (["", "a"], [0.5, 0.5])
    ),
    "attention/maps.headTitle": lambda: same(
        words.head_title,
        (2, BAGS, LOOKED),
        (0, ["", "x" * 12, "é" * 13], [0.2, 0.2, 0.6]),
    ),
    "attention/maps.nextRows": lambda: same(
        words.next_rows, ([0.7, 0.2, 0.1], [0.1, 0.2, 0.7]), ([0.5, 0.5], [0.5, 0.5])
    ),
    "attention/steps.steps": lambda: [
        attend(scaled, causal) for scaled in (True, False) for causal in (True, False)
    ],
    "attention/steps.number": lambda: [
        ((0.0,), "0"),
        ((-0.001,), "0"),
        ((0.8494,), "0.85"),
        ((100.0,), "100"),
        ((-2.5,), "−2.5"),
        *each(steps.number, 0.0, 12.3456, -math.inf),
    ],
    "attention/steps.pair": lambda: each(steps.pair, [2.0, 0.0], [-0.5, 1.254]),
    "attention/steps.stepLine": lambda: [
        of_step(steps.step_line, step, who, grids)
        for step in range(4)
        for who in (0, 3)
        for grids in (GRIDS, OPEN)
    ],
    "attention/steps.stepSvg": lambda: [
        of_step(steps.step_svg, step, who, grids, HEADS)
        for step in range(4)
        for who in (0, 3)
        for grids in (GRIDS, OPEN)
    ],
    "context/bill.amount": lambda: same(
        bill.amount, (1.5e9, "FLOP"), (2.04e13, "B"), (7e15, "FLOP"), (3.25e19, "FLOP")
    ),
    "context/bill.billLine": lambda: same(
        bill.bill_line,
        (
            "GPT-3",
            8192,
            {"weights": 2.5e15, "looking": 1.4e14},
            2.105,
            2**35 + 1,
            12,
            (150_000.0, 32_812.5),
        ),
    ),
    "context/bill.chatBill": lambda: same(
        context.chat_bill, (0, 10, 5), (1, 10, 5), (12, 8192, 400, 1.25, 0.1)
    ),
    "context/bill.doubling": lambda: same(of_shape(context.doubling), *BILLED),
    "context/bill.kvBytes": lambda: same(of_shape(context.kv_bytes), *BILLED),
    "context/bill.readingFlops": lambda: same(of_shape(context.reading_flops), *BILLED),
    "context/chat.answerTo": lambda: [
        ((question, said), context.answer_to(question, said))
        for said in SAID
        for question in [*chat.QUESTIONS.values(), "", "Where does constructor x live?"]
    ],
    "context/chat.chance": lambda: each(chat.chance, *CHANCES),
    "context/chat.chatHtml": lambda: same(
        messages_drawn,
        (["a", "<b>", "c"], [3, 4, 5], KEPT[0], "Who?", "Tom", True),
        (["a", "“b” & 'c'", "🦊" * 99], [3, 4, 5], KEPT[1], "Who?", "", False),
    ),
    "context/chat.chatLine": lambda: same(
        chat.chat_line,
        (96, 3, 11, 40, 28, "sent", 0.98),
        (256, 0, 1, 0, 30, "left out", 0.0),
        (1024, 1, 1, 1234, 1040, "untold", 0.01),
    ),
    "context/chat.clipped": lambda: each(chat.clipped, "", "a" * 90, "🦊" * 91),
    "context/chat.roomFor": lambda: [
        ((question, budget), context.room_for(question, budget, size_of))
        for question in ("", "Where is Tom?")
        for budget in (0, 20, 256)
    ],
    "context/chat.sent": lambda: [(turn, messages_sent(*turn)) for turn in TURNS],
    "embeddings/arithmetic.parse": lambda: each(arithmetic.parse, *TYPED, *SUMS),
    "embeddings/arithmetic.editDistance": lambda: same(
        edit_distance, *((w, "queen") for w in ("qeen", "", "<b>", "z" * 20, "queen"))
    ),
    "embeddings/arithmetic.nearSpellings": lambda: same(
        near_spellings,
        *((w, KNOWN, 5) for w in ("qeen", "QUEEN", "", "xylophon", "<b>", "z" * 300)),
    ),
    "embeddings/arithmetic.completions": lambda: same(
        arithmetic.completions,
        *((t, KNOWN) for t in ("king - man + wom", "qeen", "", "king ", "a", "−Th")),
    ),
    "embeddings/arithmetic.said": lambda: each(
        arithmetic.said, *(arithmetic.parse(text) for text in SUMS)
    ),
    "embeddings/arithmetic.sumLine": lambda: same(
        arithmetic.sum_line,
        *(
            (arithmetic.parse("king - man + king"), answers, strike)
            for strike in (False, True)
            for answers in (
                [("king", 0.885), ("queen", 0.852)],
                [("rome", 0.847)],
                [("king", 0.5)],
            )
        ),
    ),
    "embeddings/arithmetic.plane": lambda: each(
        lambda points: arithmetic.plane(np.array(points)),
        np.random.default_rng(0).normal(size=(6, 9)).tolist(),
        [[1.0, 2.0]],
        [[1.0, 2.0], [1.0, 2.0]],
    ),
    "embeddings/arithmetic.mapLine": lambda: same(
        lambda words, flat, ends, kept: axes.map_line(
            words, np.array(flat), ends, kept
        ),
        (
            ["a", "b", "c"],
            [[0.1, 3.0], [0.3, 1.0], [0.2, 2.0]],
            [("low", "high"), ("poor", "rich")],
            0.0432,
        ),
    ),
    "embeddings/arithmetic.largest": lambda: [
        (([3.0, 1.0, 5.0, 9.0, 4.0, -1.0], 3, []), [3, 2, 4]),
        (([3.0, 1.0, 5.0, 9.0, 4.0, -1.0], 3, [3]), [2, 4, 0]),
    ],
    "embeddings/arithmetic.unpack": lambda: [((glove(),), small.GLOVE.words[:9])],
    "embeddings/arithmetic.calculate": lambda: (
        [total(text, strike) for text in SUMS for strike in (False, True)]
        + [((glove(), arithmetic.parse("king - king"), False), None)]
    ),
    "embeddings/arithmetic.onAxes": lambda: [
        on_axes(name) for name in ("moods", "animals by size")
    ],
    "foundations/next_word.share": lambda: each(next_word.share, *CHANCES),
    "foundations/next_word.gapLine": lambda: same(
        next_word.gap_line, (small.ROWS, {"the model": 0.01234, "the trigram": 3.5})
    ),
    "foundations/next_word.shownRows": lambda: each(
        next_word.shown_rows,
        small.ROWS,
        [(word, None, model, counts) for word, _, model, counts in small.ROWS],
        [(f" {i}", 0.0, 0.01 * i, 0.5 - 0.01 * i) for i in range(12)],
        [(" a", 0.0, 1e-5, 1e-6), (" b", 0.0, 1e-6, 0.0009)],
    ),
    "generation/desk.effect": lambda: [
        effect(truth, sampling)
        for truth in (small.NEXT, None)
        for sampling in (Sampling(), small.HALF, Sampling(temperature=0.0))
    ],
    "generation/desk.percent": lambda: each(desk.percent, *CHANCES),
    "generation/desk.deskLine": lambda: same(
        desk.desk_line,
        (desk.Effect(7, 0.125, 0.25, 0.0626, 0.0001, 0.5), 1024, None),
        (desk.Effect(1024, 0.0), 1024, None),
        (desk.Effect(1, 0.5), 1024, "No story of the world has “x” there."),
    ),
    "generation/desk.rows": lambda: [desk_rows(small.NEXT), desk_rows(None)],
    "generation/desk.marks": lambda: each(desk.marks, BARS, UNMARKED),
    "generation/desk.farthest": lambda: each(desk.farthest, BARS, UNMARKED),
    "hallucinations/exam.penaltyFor": lambda: each(penalty_for, 0.0, 0.5, 0.95),
    "hallucinations/exam.sit": lambda: [
        ((*sheet, t, cost), sit(*sheet, t, cost))
        for sheet in small.SHEETS.values()
        for t, cost in ((0.0, 0.0), (0.5, 1.0), (0.75, 3.0))
    ],
    "hallucinations/exam.marks": lambda: [
        ((*sheet, cost), exam.marks(*sheet, cost))
        for sheet in small.SHEETS.values()
        for cost in (0.0, 3.0)
    ],
    "hallucinations/exam.examLine": lambda: [
        ((name, *at, sheet), exam.exam_line(name, *at, sheet))
        for name, sheet in small.SHEETS.items()
        for at in ((0.0, 0.0), (0.75, 0.5), (0.95, 1.0))
    ],
    "hallucinations/known.often": lambda: each(known.often, 0, 1, 2, 12345),
    "hallucinations/known.knownLine": lambda: same(
        known.known_line,
        ("raw model", "Finn Finch", "Kirby", 0.98765, "Ashby", 0, ""),
        ("fine-tuned", "Ada", "Kirby", 0.5, "Kirby", 1, "Ten draws (seed 1): x. "),
        ("raw model", "<b>&", "Kirby", 0.0, None, 0, ""),
    ),
    "hallucinations/known.homeBars": lambda: same(
        known.home_bars, (["a", "b"], [0.25, 0.75])
    ),
    "hallucinations/known.trueHome": lambda: same(
        known.true_home,
        (["a", "b"], [0.25, 0.75], "b"),
        (["a", "b"], [0.25, 0.75], None),
        (["a", "b"], [0.25, 0.75], "c"),
    ),
    "hallucinations/reliability.weightsOf": lambda: [
        (([3, 0, 1], over), reliable.weights_of(np.array([3, 0, 1]), over))
        for over in reliable.OVER
    ],
    "hallucinations/reliability.seen": lambda: [
        (
            (
                small.HOME_ANSWERS.log_probs[model].ravel(),
                small.HOME_ANSWERS.truth,
                small.HOME_ANSWERS.told,
                over,
                t,
                bins,
            ),
            reliable.seen(small.HOME_ANSWERS, model, over, t, bins),
        )
        for model in small.HOME_ANSWERS.log_probs
        for over in reliable.OVER
        for t, bins in ((1.0, 10), (0.2, 2), (5.0, 20))
    ],
    "hallucinations/reliability.reliabilityLine": lambda: [
        (
            ("raw model", "as stories tell", 1.25, 10, found._asdict()),
            reliable.reliability_line("raw model", "as stories tell", 1.25, 10, found),
        )
        for found in [
            reliable.seen(small.HOME_ANSWERS, "raw model", reliable.OVER[0], 1.25, 10)
        ]
    ],
    "generation/side.sideLine": lambda: same(
        side.side_line, (1, []), (12, ["vLLM"]), (2, ["llama.cpp", "too hot"])
    ),
    "generation/side.wayHtml": lambda: same(
        side.way_html,
        ("vLLM", "temperature 1", " <b>Tom</b>", ""),
        ("“a” & 'b'", "top-k 2", "", ' off, "too"'),
        ("c", "d", " 🦊 a", " b"),
    ),
    "agents/act.allowed": lambda: [
        ((called(text), words, SPECS), agents.allowed(agents.parse_call(text), seen))
        for text in CALLED
        for words in ("Give the key to Tom!", "Tom's key 🦊", "")
        for seen in [agents.begin(words)]
    ],
    "agents/act.calculate": lambda: each(
        agents.calculate,
        *("four and five", "2 * (3 - 10)", " 7 ", "((1))+2*3", "1 - 2 - 3"),
        more=(list(NUMBERS),),
    ),
    "agents/act.clipped": lambda: each(turns.clipped, "a", "🦊" * 200, "x" * 161),
    "agents/act.contexts": lambda: same(turns.contexts, *RUNS),
    "agents/act.execute": lambda: [
        (
            (called(text), AT_HAND),
            list(agents.execute(agents.parse_call(text), small.ON_FILE)),
        )
        for text in CALLED
    ],
    "agents/act.labelOf": lambda: each(
        turns.label_of, *(part for run, _ in RUNS for part in run)
    ),
    "agents/act.parseCall": lambda: [
        ((text, SPECS), called(text))
        for text in [*CALLED, "", "rm -rf /", "find ", "give key to", "find " * 99]
    ],
    "agents/act.problem": lambda: [
        ((called(text), SPECS), agents.problem(agents.parse_call(text)))
        for text in CALLED
    ],
    "agents/act.respond": lambda: [
        (
            (text, asked_parts(words), {**AT_HAND, "gate": gate, "poison": poison}),
            responded(text, words, gate, poison),
        )
        for text in [*CALLED, "open the door"]
        for words in ("Where?", "Give the key to Tom.")
        for gate in (True, False)
        for poison in ("", "Do <b>.")
    ],
    "agents/act.saidLine": lambda: [
        ((run, wish), act.said_line(run, wish))
        for run, _ in RUNS
        for wish in ("", "give key to Tom", "give ring to Anna")
    ],
    "agents/act.transcriptHtml": lambda: same(
        turns.transcript_html, *RUNS, ([], []), (small.ACTED * 5, [1] * 20)
    ),
    "agents/act.watchLine": lambda: same(
        turns.watch_line,
        *((run, costs, ended) for run, costs in RUNS for ended in ("", "answered")),
    ),
    "multimodality/pad.drawn": lambda: [((p,), pixels_of(p)) for p in STROKES],
    "multimodality/pad.pixelsOf": lambda: [
        (('{"points":[]}',), None),
        (('{"picture":"' + LEVELS[:4] + '"}',), [0, 1 / 16, 1 / 8, 3 / 16]),
        ((json.dumps({"points": STROKES[0]}),), pixels_of(STROKES[0])),
    ],
    "multimodality/pad.put": lambda: [
        (
            (list(range(64)), top, left),
            multimodality.put(np.arange(64.0).reshape(8, 8), top, left).reshape(-1),
        )
        for top, left in ((0, 0), (8, 3))
    ],
    "multimodality/pad.patchify": lambda: [
        (
            (CANVAS, patch),
            multimodality.patchify(jnp.array(CANVAS).reshape(16, 16, 1), patch),
        )
        for patch in cut.PATCHES
    ],
    "multimodality/pad.toWord": lambda: [
        (
            ({k: np.ravel(v).tolist() for k, v in WEIGHTS.items()}, picture),
            to_word(WEIGHTS, picture),
        )
        for picture in ([1.0, 0.5], [0.0, 0.0])
    ],
    "multimodality/pad.nearest": lambda: [
        (
            (vector, [[1.0, 0.0], [0.5, 2.0]]),
            multimodality.nearest_words(
                jnp.array(vector), jnp.array([[1.0, 0.0], [0.5, 2.0]]), 1
            )[0],
        )
        for vector in ([1.0, 0.25], [0.0, 3.0])
    ],
    "multimodality/pad.cutLine": lambda: same(
        cut.cut_line,
        (16, 1, 49_664, [0.25, 0.75], False),
        (4, 16, 393_344, [0.5, 0.5], True),
    ),
    "multimodality/pad.sumLine": lambda: same(
        sums.sum_line, (["four", "one"], [0.5, -0.001], "five", 0.98)
    ),
    **{
        f"multimodality/price.{name}Tokens": lambda rule=rule: same(rule, *SIZES)
        for name, rule in {
            "llava": multimodality.llava_tokens,
            "qwen": multimodality.qwen_tokens,
            "tile": multimodality.tile_tokens,
            "patch": multimodality.patch_tokens,
            "gemini": multimodality.gemini_tokens,
            "claude": multimodality.claude_tokens,
        }.items()
    },
    "multimodality/price.priceLine": lambda: same(
        price.price_line, (640, 480, PRICED), (1, 1, {"x": 5})
    ),
    "multimodality/words.captionIds": lambda: [
        ((text, multimodality.WORDS), multimodality.caption_ids(text))
        for text in CAPTIONS
    ],
    "multimodality/words.ranked": lambda: same(
        lambda one, many: met.ranked(np.array(one), np.array(many)),
        ([1.0, 0.5], [[0.0, 1.0], [2.0, 0.0], [2.0, 1.0]]),
    ),
    "multimodality/words.rankLine": lambda: same(
        met.rank_line,
        ("a three", "a red three", 0.5, []),
        ("a", "b", -0.001, ["<", "img", "😀" * 70]),
    ),
    "rag/ask.askLine": lambda: same(
        ask.ask_line,
        ("BM25", 400, 0, [], 0),
        ("dense", 400, 3, [], 0),
        ("dense", 400, 3, ["Top <b>"], 0),
        ("hybrid", 400, 3, ["A", "B"], 3),
        ("hybrid", 400, 3, ["A"], 7),
    ),
    "rag/ask.bm25": lambda: [
        (
            (LIBRARY, rag.words(text), k1, b),
            rag.bm25(SHELF.lexical, rag.words(text), k1, b),
        )
        for text in ASKED
        for k1, b in ((1.2, 0.75), (0.0, 0.0), (3.0, 1.0))
    ],
    "rag/ask.excerpt": lambda: [
        (("one two three", ["two"]), [["one", False], ["two", True], ["three", False]]),
        (("a b c d", ["d"], 2), [["…", False], ["c", False], ["d", True]]),
        (("", ["d"], 2), []),
    ],
    "rag/ask.fused": lambda: same(
        rag.fused, ([[7, 8, 9], [8, 5]],), ([[], []],), ([[1], [2]], 0)
    ),
    "rag/ask.libraryOf": lambda: [((LIBRARY,), SHELF.dense[0].round(9))],
    "rag/ask.passageHtml": lambda: same(
        ask.passage_html,
        (1, 6, "Costs & <b>", 'a.html#"b"', [("it's", True), ("<i>", False)]),
    ),
    "rag/ask.ranked": lambda: [
        ((LIBRARY, text, search, 3, 1.2, 0.75), rag.ranked(SHELF, text, search, 3))
        for text in ASKED
        for search in rag.SEARCHES
    ],
    "rag/ask.spans": lambda: same(
        rag.spans, (10, 4), (10, 4, 2), (3, 4), (0, 4), (8, 4, 3)
    ),
    "rag/ask.vectorsOf": lambda: [((MADE,), vectors_of(MADE).table)],
    "rag/ask.wordsOf": lambda: each(
        rag.words, "What is top-p?", "Ça été <b>", "", "İx 🦊"
    ),
    "rag/circle.circleLine": lambda: each(
        lambda degrees: circle.circle_line(degrees), *TURNED, more=(circle.NAMES,)
    ),
    "rag/circle.circleLinks": lambda: each(
        lambda degrees: circle.circle_links(degrees), *TURNED, more=(circle.NAMES,)
    ),
    "rag/circle.onACircle": lambda: [
        ((one,), rag.on_a_circle(np.radians(np.asarray(one, float)))) for one in TURNED
    ],
    "rag/reads.cited": lambda: same(
        rag.cited,
        ("Tom is a  baker.", ["Ann.", "Tom is a baker.", " "]),
        ("", [""]),
        ("x", []),
    ),
    "rag/reads.readingHtml": lambda: same(
        reads.reading_html,
        (["a <b>", "it's", "c"], 'say "so"', [1], 2),
        ([], "", [], 0),
    ),
    "rag/reads.readingLine": lambda: same(
        reads.reading_line,
        ("Nobody told me.", [], 3, 3),
        ("x", [1], 3, 3, "No."),
        ("x", [0, 2], 4, 3),
        ("x", [], 4, 4),
    ),
    "rag/reads.within": lambda: same(
        rag.within, ([24, 24, 24], 50), ([60], 50), ([], 5), ([0, 5], 5)
    ),
    "parts/writer.writtenLine": lambda: [
        ((words, seed, off), story_line(words, seed, off))
        for words, seed, off in [(1, 2, ""), (80, 1, " dragon. The end."), (0, 9, "x")]
    ],
    "parts/writer.bars": lambda: [
        ((LIKELY, drawn), writer_bars(LIKELY, drawn)) for drawn in ("", " it", "<end>")
    ],
    "evaluation/better.differenceError": lambda: same(
        evaluation.difference_error, *SCORES
    ),
    "evaluation/better.wrongOrder": lambda: same(evaluation.wrong_order, *SCORES),
    "evaluation/better.bars": lambda: same(better.bars, *SCORES),
    "evaluation/better.betterLine": lambda: same(better.better_line, *SCORES),
    "evaluation/arena.bradleyTerry": lambda: [
        ((*votes_counted(style), 3, 0.5), fitted(style)) for style in (False, True)
    ],
    "evaluation/arena.elo": lambda: [
        ((*votes_counted(False)[:3], 3, k), evaluation.elo(votes_counted(False), 3, k))
        for k in (4.0, 32.0)
    ],
    "evaluation/arena.rated": lambda: [
        ((*votes_counted(False), 3, 0.5, 32.0), ratings())
    ],
    "evaluation/arena.arenaLine": lambda: [
        (
            ("you", n, n > 1, ratings(), list("abc")),
            arena.arena_line("you", n, n > 1, ratings(), list("abc")),
        )
        for n in (0, 1, 2000)
    ],
    "evaluation/arena.short": lambda: each(arena.short, "", "<b>", "a" * 500),
    "evaluation/coder.runProgram": lambda: [
        ((program, digits), evaluation.run_program(program, digits))
        for program in PROGRAMS
        for digits in ([3, 0, 9, 3], [7], [])
    ],
    "evaluation/coder.solves": lambda: [
        ((program, problem.pairs), evaluation.solves(program, problem.pairs))
        for program in PROGRAMS
        for problem in SOLVED
    ],
    "evaluation/coder.readPairs": lambda: each(writes.read_pairs, *PAIRS_TYPED),
    "evaluation/coder.spellProblem": lambda: each(
        evaluation.spell_problem, *(problem.pairs for problem in SOLVED)
    ),
    "evaluation/coder.programs": lambda: [((), evaluation.programs())],
    "evaluation/coder.programLogits": lambda: [
        (
            (browser_script("evaluation_coder"), SOLVED[1].pairs),
            program_logits(SOLVED[1].pairs),
        )
    ],
    "evaluation/coder.programChances": lambda: [
        ((logits, heat), evaluation.program_chances(logits, heat))
        for logits in [np.random.default_rng(0).normal(size=(157, 27))]
        for heat in (0.5, 1.0)
    ],
    "evaluation/coder.drawn": lambda: same(
        writes.drawn, *((np.array([0.1, 0.2, 0.3]), 50, seed) for seed in (1, 2, 99))
    ),
    "evaluation/coder.passAtK": lambda: same(
        evaluation.pass_at_k, (20, 1, 10), (20, 0, 5), (5, 5, 1), (40, 3, 40)
    ),
    "evaluation/coder.curves": lambda: same(writes.curves, (20, 3, 0.2), (10, 0, 0.0)),
    "evaluation/coder.listed": lambda: [
        (given, writes.listed(*given))
        for given in (
            ([0, 1, 1, -1, 8], evaluation.programs(), p.pairs, p.program)
            for p in SOLVED
        )
    ],
    "evaluation/coder.everywhere": lambda: [
        ((one, other), evaluation.same_everywhere(one, [other])[0])
        for one, other in [(("up", "down"), ("down", "up")), (("sort",), ("up",))]
    ],
    "evaluation/coder.coderLine": lambda: same(
        writes.coder_line, (20, 1, 1, 10, 0.1), (40, 0, None, 10, 0.0)
    ),
    "prompting/shots.readPairs": lambda: [
        ((text, shots.CUPS, shots.ANIMALS), shots.read_pairs(text)) for text in PAIRED
    ],
    "prompting/shots.believe": lambda: [
        ((LAYOUTS.tolist(), pairs, cup), believed(pairs, cup))
        for pairs in ([], [(0, 0)], [(0, 11), (3, 3)], [(0, 1), (0, 2)])
        for cup in (0, 5)
    ],
    "prompting/shots.shotsLine": lambda: [
        (
            (count, GUESSED, believed(pairs, 1), shots.ANIMALS),
            shots.shots_line(count, np.array(GUESSED), exact(pairs, 1)),
        )
        for count, pairs in ((0, []), (1, [(0, 0)]), (2, [(0, 1), (0, 2)]))
    ],
    "prompting/ways.readShell": lambda: [
        ((text, WORDS), prompting.read_shell(text)) for text in SHELLS
    ],
    "prompting/ways.spellShell": lambda: [
        ((prompting.read_shell(text)[0], WORDS), spelt(text)) for text in SHELLS
    ],
    "prompting/ways.rightCup": lambda: [((text,), cup_of(text)) for text in SHELLS],
    "prompting/ways.voteRight": lambda: same(
        prompting.vote_right,
        *((s, right, n) for s in SHARED for right in (0, 1) for n in (1, 2, 21, 41)),
    ),
    "prompting/ways.voteCurve": lambda: same(
        votes.curve,
        *((0.4, wrong, [1, 5]) for wrong in votes.WRONG.values()),
    ),
    "prompting/ways.votesLine": lambda: same(
        votes.votes_line,
        (0.4, [1 / 3] * 3, 21, 0.75),
        (0.4, [1.0], 5, 0.32),
        (0.5, [1.0], 1, 0.5),
    ),
    "prompting/ways.bars": lambda: [
        (
            (cups, right, n, CUPS, [kit.GREY, kit.ORANGE]),
            ways.bars(cups, right, n),
        )
        for cups in ([0.5, 0.2, 0.1, 0.1, 0.1], [0.0] * 5)
        for right in ("red", None)
        for n in (1, 21)
    ],
    "prompting/ways.waysLine": lambda: [
        ((begins, text, found, right, n, unknown), said)
        for begins in (small.BEGUN, {"at once": 0.1, "in steps": 0.2, "dots": 0.7})
        for text in ("So <b>.", "")
        for right in ("red", None)
        for n in (1, 21)
        for unknown in ([], ["<", "img", "😀" * 70])
        for found in [ways.bars([0.5, 0.2, 0.1, 0.1, 0.1], right, n)]
        for said in [ways.ways_line(begins, text, found, right, n, unknown)]
    ],
    "prompting/ways.say": lambda: [
        (
            (shell_script(), prompting.read_shell(text)[0], WORDS),
            games.say(text)._asdict(),
        )
        for text in SHELLS[:3]
    ],
    "tokenization/letters.countLetters": lambda: [
        letters_counted(kind) for kind in LETTER_KINDS
    ],
    "tokenization/letters.answerLine": lambda: same(
        lambda word, letter, p: letters.answer_line(word, letter, np.array(p)),
        ("banana", "a", [[0.1, 0.2, 0.3, 0.4], [0.125, 0.5, 0.25, 0.125]]),
    ),
    "tokenization/pieces.countLine": lambda: [
        ((text, len(text.encode()), 3), pieces.count_line(text, 3))
        for text in ("", "a", "é 字 🍓", "two words", " \n\t ", "👩‍👩‍👧‍👦")
    ],
    "training/graph.backward": lambda: [
        (
            (NODES, dict(zip("wxb", at, strict=True))),
            [n._asdict() for n in small.neuron(*at)],
        )
        for at in INPUTS
    ],
    "training/graph.boxes": lambda: [
        (([n._asdict() for n in nodes],), graph.boxes(nodes))
        for nodes in (small.neuron(*at) for at in INPUTS)
    ],
    "training/graph.graphLine": lambda: [
        (([n._asdict() for n in nodes], list("wxb")), graph.graph_line(nodes, "wxb"))
        for nodes in (small.neuron(*at) for at in INPUTS)
    ],
    "training/landscape.slope": lambda: [
        slope(weights, rows)
        for weights in ([0.0, 0.0], [-0.9, -0.4], [3.0, -2.0])
        for rows in ([0, 1], [1])
    ],
    "training/landscape.update": lambda: [updates(name) for name in WAYS],
    "training/own.ownLine": lambda: [
        ((now._asdict(),), progress.own_line(now)) for now in STANDINGS
    ],
    "training/own.beginLine": lambda: [
        (
            (text._asdict(), width, "0.02", 3000, 2),
            progress.begin_line(text, width, "0.02", 3000),
        )
        for text in map(training.read_letters, PASTED)
        for width in (16, 32)
    ],
    "training/own.shortened": lambda: each(
        progress.shortened, "", "😀" * 21, "a" * 18, "a" * 19, "a b " * 9
    ),
    "training/own.linesHtml": lambda: each(
        progress.lines_html, [], progress.rows_of(small.OWN)
    ),
    "training/landscape.descentLine": lambda: same(
        landscape.descent_line, ("Adam", 0.3, 7, [0.5, -0.25], 3.1, 2.9)
    ),
    "names": lambda: each(
        names,
        [" Tom", "Tom", " "],
        ["<end>", ".", '."'],
        ["<end>", " a", "a", "a "],
        [" ", "", "\n"],
        [" a", "a", "·a"],
        [],
    ),
    "passage": lambda: same(
        kit.passage_html, ("Once", " <img src=x>"), ("a & b", ""), ("", "")
    ),
    "wordGap": lambda: same(
        word_gap,
        ({" Tom": 0.75, " Anna": 0.25}, {" Tom": 0.7, " Anna": 0.2, " a": 0.1}),
        ({".": 1.0}, {".": 0.5}),
    ),
    "numbers.percent": lambda: same(
        numbers.percent, *((x, digits) for x in TIES for digits in (0, 1, 3))
    ),
    "numbers.decimal": lambda: same(
        numbers.decimal, *((x, digits) for x in TIES for digits in (0, 1, 2))
    ),
    "numbers.fixed": lambda: same(
        lambda x, digits: f"{x:.{digits}f}",
        *((x, digits) for x in TIES for digits in (0, 1, 2, 5)),
    ),
    "numbers.count": lambda: each(numbers.count, *TIES, 1_536_000, 999, 1e15),
    "numbers.mean": lambda: each(
        lambda values: math.fsum(values) / len(values), *LISTS, [1e16, 1.0, -1e16]
    ),
    "numbers.span": lambda: spoken(numbers.span, LISTS),
    "numbers.spread": lambda: spoken(numbers.spread, LISTS),
}
# Exports that take or give what JSON does not hold, called by a few words of code.
CODES = {
    "attention/birth.forward": """(m, weights, ...rest) => {
      for (const name in weights) weights[name] = Float32Array.from(weights[name])
      return m.forward(weights, ...rest)
    }""",
    "attention/maps.mentions": "(m, texts) => Object.fromEntries(m.mentions(texts))",
    "context/chat.roomFor": """(m, question, budget) =>
      m.roomFor(question, budget, (text) => text.split(" ").length)""",
    "context/chat.sent": """(m, ...turn) =>
      m.sent(...turn, (text) => text.split(" ").length)""",
    "embeddings/arithmetic.calculate": """(m, packed, ...rest) =>
      m.calculate(m.unpack(packed), ...rest)""",
    "embeddings/arithmetic.onAxes": """(m, packed, ...rest) =>
      m.onAxes(m.unpack(packed), ...rest).flat""",
    "embeddings/arithmetic.unpack": "(m, packed) => m.unpack(packed).words.slice(0, 9)",
    "generation/desk.rows": """(m, tokens, ...rest) =>
      m.rows((id) => tokens[id], ...rest)""",
    "tokenization/letters.countLetters": """(m, script, name, spec, words) => {
      (0, eval)(script)
      const [reader, model] = [sbt.tokenizer(spec), sbt.transformer(sbt.weights[name])]
      return words.map((word) => m.countLetters(model, reader.encode(` ${word}`), "r"))
    }""",
    "evaluation/coder.programLogits": """(m, script, pairs) => {
      (0, eval)(script)
      return m.programLogits(sbt.transformer(sbt.weights.evaluation_coder), pairs)
    }""",
    "prompting/ways.say": """(m, script, ...rest) => {
      (0, eval)(script)
      return m.say(sbt.transformer(sbt.weights.prompting_shell), ...rest)
    }""",
    "training/landscape.update": """(m, name, weights, steps) => {
      let now = {weights, state: null}
      for (const [gradient, rate] of steps) {
        now = m.update(name, now.state, now.weights, gradient, rate)
      }
      return now.weights
    }""",
    "names": "(m, tokens) => sbt.names(tokens)",
    "passage": "(m, ...rest) => sbt.passage(...rest)",
    "wordGap": """(m, ...shares) =>
      sbt.wordGap(...shares.map((all) => new Map(Object.entries(all))))""",
    **{
        f"numbers.{name}": f"(m, ...rest) => sbt.numbers.{name}(...rest)"
        for name in ("count", "decimal", "fixed", "mean", "percent")
    },
    **{
        f"rag/ask.{name}": f"""(m, _, ...rest) => {{
      const made = {json.dumps(MADE)}
      const library = m.libraryOf(made, m.vectorsOf(made), 6, 2, true)
      return Array.from(m.{name}(library, ...rest))
    }}"""
        for name in ("bm25", "ranked")
    },
    "rag/ask.libraryOf": f"""(m) => {{
      const made = {json.dumps(MADE)}
      const {{dense}} = m.libraryOf(made, m.vectorsOf(made), 6, 2, true)
      return dense.map((row) => Array.from(row))
    }}""",
    "rag/ask.vectorsOf": """(m, made) =>
      m.vectorsOf(made).table.map((row) => Array.from(row))""",
    **{
        f"numbers.{name}": f"""(m, values, show) =>
      sbt.numbers.{name}(values, sbt.numbers[show])"""
        for name in ("span", "spread")
    },
}
# Where one side computes in single precision, or on int8 weights.
NEAR = {
    "multimodality/pad.patchify": 1e-6,
    "multimodality/pad.toWord": 1e-6,
    "multimodality/pad.nearest": 1e-6,
    "multimodality/words.ranked": 1e-6,
    "rag/ask.libraryOf": 1e-6,
    "rag/ask.vectorsOf": 1e-6,
    "attention/birth.forward": 1e-3,
    "attention/steps.steps": 1e-5,
    "finetuning/levels.blockScales": 1e-6,
    "finetuning/levels.shown": 1e-5,
    "embeddings/arithmetic.calculate": 1e-4,
    "embeddings/arithmetic.onAxes": 1e-5,
    "evaluation/arena.bradleyTerry": 1e-3,
    "evaluation/arena.rated": 1e-2,
    "evaluation/better.wrongOrder": 1e-6,
    "evaluation/coder.programLogits": 2e-3,
    "prompting/ways.say": 1e-3,
    "tokenization/letters.countLetters": 1e-4,
    "training/landscape.slope": 1e-4,
    "training/landscape.update": 1e-4,
}


def exports():
    pattern = re.compile(r"^export (?:async )?(?:function\*?|const) (\w+)", re.M)
    for path in sorted(VIZ.rglob("*.mjs")):
        name = path.relative_to(VIZ).with_suffix("").as_posix()
        for found in pattern.findall(path.read_text("utf8")):
            yield f"{name}.{found}"


def test_every_export_has_a_row():
    figures = {name for name in ROWS if "/" in name}
    assert figures == set(exports())
    assert set(CODES) | set(NEAR) <= set(ROWS)


def test_every_function_of_the_runtime_has_a_row_or_a_test_of_its_own(live_js):
    names, said = live_js("[sbt, sbt.numbers].map(Object.keys)")
    rows = {name for name in ROWS if "/" not in name}
    own = {name for name in names if name not in {"numbers", *ELSEWHERE}}
    assert rows == own | {f"numbers.{name}" for name in said}
    for name, file in ELSEWHERE.items():
        text = (Path(__file__).parents[1] / file).read_text("utf8")
        assert name in text, f"{file} no longer calls sbt.{name}"


@pytest.mark.parametrize("name", ROWS)
def test_both_sides_say_the_same(call_js, name):
    module, _, export = name.rpartition(".")
    file = module if "/" in name else "parts/frames"
    call = partial(call_js, file, CODES.get(name, export))
    cases = ROWS[name]()
    assert cases
    for given, ours in cases:
        assert_same(call(*plain(given)), plain(ours), NEAR.get(name, 1e-9))


def test_another_optimiser_forgets_what_the_last_one_kept(call_js):
    kept = {"name": "momentum", "mean": [9, 9], "square": [9, 9], "step": 5}
    for name in ("SGD", "Adam"):
        fresh, after = (
            call_js("training/landscape", "update", name, memory, [0, 0], [1, 1], 0.1)
            for memory in (None, kept)
        )
        assert fresh == after


@pytest.mark.parametrize("name", ["moods", "animals by size"])
def test_what_a_map_keeps_of_neighbours_is_mirrored(call_js, name):
    code = "(m, packed, ...rest) => m.onAxes(m.unpack(packed), ...rest).kept"
    words, *ends = (text.split() for text in axes.MAPS[name])
    ours = axes.on_axes(small.GLOVE, words, [tuple(pair) for pair in ends])[1]
    theirs = call_js("embeddings/arithmetic", code, glove(), words, ends)
    assert theirs == pytest.approx(ours, abs=0.02)  # ties at the tenth


def test_nothing_to_say_is_refused_in_the_browser_too(call_js):
    code = "() => { try { sbt.numbers.span([]) } catch (e) { return String(e) } }"
    assert (
        call_js("parts/frames", code) == "RangeError: values must not be empty, got []"
    )
