"""Every recipe, on tiny sizes: stopped midway, gone on with, and done in one go.

A new recipe gets one row in ``ROWS``: its sizes, what has to stand in for the large
texts and models that it reads, and what holds of its table.
"""

import atexit
import functools
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from real.tiny import write_tiny
from sbt_jax import embeddings, training
from sbt_jax.architecture import Config
from sbt_jax.attention import init_induction
from sbt_jax.checkpoints import DATA, cards, load, read_table
from sbt_jax.embeddings import SkipGramSettings, WordVectors
from sbt_jax.generation import CUTS_FIRST, Sampling
from sbt_jax.recipes import foundations, runner, stories
from sbt_jax.recipes.agents import recipe as agents
from sbt_jax.recipes.alignment import recipe as alignment
from sbt_jax.recipes.alignment import runs
from sbt_jax.recipes.architecture import recipe as architecture
from sbt_jax.recipes.attention import recipe as attention
from sbt_jax.recipes.context import needles, talks, windows
from sbt_jax.recipes.context import recipe as context
from sbt_jax.recipes.diffusion import denoisers as tried
from sbt_jax.recipes.diffusion import larger, memory, solvers, targets, walks
from sbt_jax.recipes.diffusion import networks as denoisers
from sbt_jax.recipes.diffusion import recipe as diffusion
from sbt_jax.recipes.embeddings import recipe as word_vectors
from sbt_jax.recipes.embeddings import vectors
from sbt_jax.recipes.evaluation import coders, leaks, quiz
from sbt_jax.recipes.evaluation import recipe as evaluation
from sbt_jax.recipes.finetuning import capacity, maps
from sbt_jax.recipes.finetuning import recipe as finetuning
from sbt_jax.recipes.finetuning import runs as tuned
from sbt_jax.recipes.generation import loops, texts
from sbt_jax.recipes.generation import recipe as generation
from sbt_jax.recipes.hallucinations import recipe as hallucinations
from sbt_jax.recipes.inference import drafts, fewer, guessers, shrink, steps, waits
from sbt_jax.recipes.inference import recipe as inference
from sbt_jax.recipes.interpretability import circuits as opened
from sbt_jax.recipes.interpretability import (
    dictionaries,
    frontier,
    further,
    scoring,
    stand_ins,
    steering,
    traces,
)
from sbt_jax.recipes.interpretability import recipe as interpretability
from sbt_jax.recipes.multimodality import digits as handwritten
from sbt_jax.recipes.multimodality import drawn_sums, pairs, vision
from sbt_jax.recipes.multimodality import recipe as multimodality
from sbt_jax.recipes.prompting import asked, games, layouts
from sbt_jax.recipes.prompting import recipe as prompting
from sbt_jax.recipes.rag import recipe as rag
from sbt_jax.recipes.reader import recipe as reader
from sbt_jax.recipes.reader.lessons import PHASES
from sbt_jax.recipes.real import recipe as real
from sbt_jax.recipes.reasoning import recipe as reasoning
from sbt_jax.recipes.reasoning import starting, thinking, wrong
from sbt_jax.recipes.scaling import rates as rates_
from sbt_jax.recipes.scaling import recipe as scaling
from sbt_jax.recipes.scaling import repeats as again
from sbt_jax.recipes.scaling import schedules
from sbt_jax.recipes.scaling import sweep as many
from sbt_jax.recipes.tokenization import languages, letters, vocabulary
from sbt_jax.recipes.training import recipe as training_
from sbt_jax.shipped.stories import story_model
from sbt_jax.world.notes import MOST

AXES = (("token", "token"),)
TOPICS = {
    "a": "the quick brown fox jumps over the lazy dog\n\nsee the other topic",
    "b": "a banana is not an apple but assesses letters and mississippi",
    "c": "see the other topic\n\nnothing else is written about the banana here",
}


def tiny_vectors():
    """Our words and some others; the words of pairs lie a fixed step apart."""
    words = ["the", ",", *embeddings.needed_words(), "it's", "hello"]
    rng = np.random.default_rng(0)
    table = rng.normal(size=(len(words), 8)).astype(np.float32)
    ids = {word: i for i, word in enumerate(words)}
    step = np.full(8, 0.3)
    for low, high in embeddings.RELATIONS["plurals"]:
        table[ids[low]] /= np.linalg.norm(table[ids[low]])
        table[ids[high]] = table[ids[low]] + step
    return WordVectors(tuple(words), jnp.asarray(table))


@functools.cache
def tiny_file():
    """A file of a model of SmolLM2's kind, in place of the package."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return write_tiny(folder / "tiny.gguf", context_length=1024)


class Row(NamedTuple):
    """A recipe at its smallest."""

    recipe: ModuleType
    sizes: Any
    holds: Callable[..., None] = lambda table, out: None
    instead: tuple[tuple[str, Any], ...] = ()  # names of the module, and what they are
    beside: tuple[tuple[str, str], ...] = ()  # other recipes' work: shipped files


def story_plan(steps: int, batch: int, marks: tuple[int, ...] = ()) -> stories.Plan:
    config = Config(500, width=8, layers=1, heads=2, mlp=8, window=512)
    settings = training.Settings(steps, learning_rate=1e-2, warmup=2)
    return stories.Plan(config, settings, batch, marks)


# -- What holds of each table -------------------------------------------------


def story_files(_, out):
    names = {"small.npz", "main.npz", "stories_tokenizer.json"}
    found = cards(out)
    assert set(found) == names
    card = found["small.npz"]
    assert card.held_out["tokens"] == 3 * 512
    assert card.held_out["loss_per_token"] == pytest.approx(np.log(500), abs=0.5)
    assert card.held_out["possible_stories"] == 0
    kept = {file.name for file in (out.parent / "work").iterdir()}
    assert {"small-0.npz", "small-3.npz"} <= kept


def shares_are_shares(table, _):
    (small,), (main,) = table["small"], table["main"]
    assert small["steps"] == [0, 2]
    assert main["gap"][0] < 0.1 < small["gap"][0]
    assert all(0 <= share <= 1 for share in small["probe"] + main["at stops"])


def hardly_trained(table, _):
    assert table["variants"]["complete"]["gap"][0] > 4
    assert len(table["deep"]["curves"]["plain"]["0.001"]["pre-norm"]["0"][0]) == 2


def shares_of_topics(table, _):
    searched = table["rag"]
    assert {row["size"] for row in searched["grid"]} == {40, 80}
    assert searched["limit"]["2"]["most"] <= 3  # of four, two pairs are out of reach
    (whole,) = table["rag_reading"]["whole"]
    assert whole["BM25"]["2"]["found"] >= whole["BM25"]["1"]["found"]


def snapshots_differ(table, out):
    config, _ = attention.KINDS["queries and keys"]
    shapes = jax.eval_shape(lambda: init_induction(jax.random.key(0), config))
    kept = load(out / "induction.npz", {f"step{n:04}": shapes for n in (0, 16)})
    assert not np.allclose(kept["step0000"].embedding, kept["step0016"].embedding)
    assert set(cards(out)["attention.json"].inputs) == {"world", "model"}


def as_many_as_shown(table, _):
    assert np.array(table["flat"]).shape == (3, len(table["words"]), 2)
    assert len(table["scatter"]["pair"]) == len(table["scatter"]["other"]) == 10


def homes_are_counted(table, out):
    assert set(cards(out)["hallucinations.json"].inputs) == set(hallucinations.READS)
    assert len(table["names"]) == len(table["told"]) == len(table["drawn"]) == 13
    assert {len(row) for row in table["homes"]["main"]} == {12}
    (run,) = table["silent"]
    assert len(run["said"]) == len(run["asked"]) < 13


def greedy_drops_the_truth(table, out):
    assert set(cards(out)["generation.json"].inputs) == {"world", "main", "small"}
    greedy = table["settings"]["temperature"]["0"]
    assert greedy["main"]["entropy"] == 0
    assert greedy["main"]["dropped"] == pytest.approx(
        greedy["main"]["total_variation"], abs=1e-4
    )  # all of the model's mass is on one token, so only the truth can lose
    one, two = (table["endings"]["beams"][k]["log_probability"] for k in "12")
    # Two beams may lose what one finds, but not by much.
    assert all(b >= a - 0.5 for a, b in zip(one, two, strict=True))


def wild_rates_fail(table, _):
    good, wild = table["rates"]["16"]["end"][0]
    assert good < 7
    assert wild is None or wild > 7
    assert table["edge"]["0.5"]["loss"][0][-1] is None
    assert table["edge"]["10"]["loss"][0][-1] < table["edge"]["10"]["loss"][0][0]
    assert table["overfit"]["20"][0]["passes"] > 1


def best_is_sorted(table, out):
    assert set(cards(out)) == {
        *(f"{name}.npz" for name in alignment.ASSISTANTS),
        "alignment.json",
    }
    best = table["preferences"][0]["best of n"]
    assert best["ideal"] == sorted(best["ideal"])
    assert best["proxy"] == sorted(best["proxy"])


def plurals_are_found(table, out):
    assert "PDDL" in cards(out)["glove.npz"].what
    plurals = table["relations"]["plurals"]
    assert plurals["asked"] == 51 * 50
    assert plurals["excluded"] > 5 * table["relations"]["family"]["excluded"]


def notes_are_counted(table, out):
    assert {"reader.npz", "reading.json"} == set(cards(out))
    assert [row["step"] for row in table["runs"]["0"]] == [0, 16, 32, 48]
    assert [row["step"] for row in table["runs"]["1"]] == [0, 8]
    assert set(table["runs"]) == {"0", "1"}
    assert len(table["measured"]["right"]) == MOST
    assert table["before"]["most"] > 0.9
    assert table["measured"]["reserved"]["most"] < 0.6


def tables_of_a_tiny_model(table, out):
    assert set(cards(out)) == {f"{name}.json" for name in real.TABLES}
    made = table["real_foundations"]
    assert len(made["next"][0]["tokens"]) == 8
    assert made["stories"]["main"] < 0.5 < 3 < made["stories"]["SmolLM2"]
    ngrams = made["ngrams"]
    assert ngrams["3-gram of bytes"]["bits_per_byte"] < 3
    made = table["real_tokenization"]
    (cut,) = made["cuts"]
    assert bytes.fromhex("".join(raw for _, raw in cut["tokens"])) == b"strawberry"
    assert len(made["ways"]) == 8
    assert all(way["said"] is not None for way in made["ways"])
    asked = sum(n for _, n in made["always"].values())
    assert sum(made["laid_out"]["answers"].values()) == asked
    made = table["real_embeddings"]
    assert made["senses"]["bank"]["texts"] == 12
    assert len(made["senses"]["bank"]["right"]) == 3
    made = table["real_attention"]
    assert np.shape(made["induction"]) == np.shape(made["sink"]) == (2, 4)
    assert made["heads"] == 8
    assert table["real_training"]["sums"]["plus, one digit"]["asked"] == 1
    assert table["real_hallucinations"]["options"] == 4
    made = table["real_context"]
    assert set(made["windows"]["32"]) == {"0", "1", "4"}
    assert made["needles"]["128"]["0.5"]["of"] == 1
    loops = table["real_generation"]["loops"]
    assert loops["greedy"][0]["tokens"] <= 8
    (harmless, harmful) = table["real_alignment"]["rows"]
    assert 0 <= harmless["chat"]["refusal"] <= 1
    assert harmful["kind"] == "harmful"
    made = table["real_agents"]
    assert made["masked"][0]["formed"]
    assert made["tasks"] == len(made["free"]) == 1
    made = table["real_reasoning"]
    assert made["sums"] == len(made["counts"]) == len(made["once"]) == 1
    assert 0 <= made["slip"]["follows"] <= 1
    made = table["real_multimodality"]
    assert made["sums"] == 1
    assert len(made["real"]["right"]) == len(made["cosines"])
    made = table["real_scaling"]
    assert made["text"]["nats"] > 0
    assert made["weights"]["held"] == sum(made["weights"].values()) / 2
    made = table["real_inference"]
    assert made["apart"]["same"] == made["apart"]["places"]
    assert list(made["prompts"]) == ["16"]
    made = table["real_interpretability"]
    assert made["stories"] == 1
    assert len(made["exact"]) == len(made["depths"])
    made = table["real_prompting"]
    assert made["games"] == len(made["ways"]["phrase"]) == 1
    assert len(made["pairs"]["known"]) == len(made["shots"]) == 2
    made = table["real_evaluation"]
    assert made["questions"] == len(made["label"]["right"]) == 1
    made = table["real_architecture"]
    assert sum(made["parameters"].values()) < 1e5
    (row,) = made["lens"]
    assert len(row["top"]) == len(row["answer_rank"]) == made["layers"] + 1 == 3
    assert set(made["loss"]) == set(made["loss_without"]["mlp"][0])


def votes_are_shares(table, out):
    (one,) = table["shell"].values()
    assert all(0 <= p <= 1 for p in one["votes"]["2"]["expected"])
    assert table["wordings"]["inside"][0]["possible"]
    assert not table["wordings"]["outside"][0]["possible"]
    (kind,) = table["pairs"]["0"]["seeds"]
    assert set(kind) == {"new"}
    assert len(kind["new"]["far"]) == 10
    assert {"prompting_shell.npz", "prompting_layouts.npz"} <= set(cards(out))


def agents_are_measured(table, out):
    (one,) = table["runs"].values()
    assert len(one["agents"]["tried"]) == 2
    assert one["agents"]["gated orders"]["obeyed"] == 0
    assert set(one["agents_wary"]["orders"]) == set(one["agents"]["orders"])
    assert {"agents_actor.npz", "agents_mimic.npz"} <= set(cards(out))


def marks_are_counted(table, out):
    made = table["evaluation"]
    (one,) = made["coder"].values()
    for kind in ("examples", "all inputs"):
        assert len(one[kind]["1.0"]) == 3
    assert one["all inputs"]["1.0"][0] <= one["examples"]["1.0"][0]
    (run,) = made["leaks"]["1 in other words"]
    assert len(run["leaked"]) == len(run["overlap"]) == 6
    assert sum(run["overlap"]) == 0
    assert len(made["quiz"]["small"]["marks"]["written"]) == made["asked"] == 4
    (row,) = table["evaluation_arena"]["answers"]["small"]
    assert row["liked"] == 0
    assert "evaluation_coder.npz" in cards(out)


def adapters_are_shipped(table, out):
    names = {f"finetuning_{name}.npz" for name in ("logbook", "lullaby", "quiz")}
    assert names <= set(cards(out))
    first, last = table["ranks"][0]
    assert first["rank"] == 0 < last["rank"] < last["numbers"] < first["numbers"]
    assert len(first["spectrum"]["held"]) == 1
    assert table["before"]["logbook"] > table["before"]["stories"]
    assert {row["rank"] for row in table["map"]["runs"]} == {0, 1}
    assert all(row["bits"] >= 0 for row in table["facts"])


def drawings_are_shares(table, out):
    (row,) = table["sums"]["seeds"]
    assert 0 <= row["both"] <= row["words"] <= 1
    assert set(table["patches"]) == {"16", "8", "4", "cnn"}
    (seen,) = table["clip"]["fixed"]["seeds"]
    assert 0 <= seen["gap"] <= 2
    assert len(table["clip"]["clipped"]["seen"]["0"]["matrix"]) == 8
    assert "multimodality_projector.npz" in cards(out)


def runs_have_losses(several, _):
    table, ends = several["scaling"], several["scaling_schedules"]
    assert len(table["runs"]) == 6
    assert all(row["loss"] > row["floor"] for row in table["runs"])
    assert {row["tokens"] for row in table["runs"]} == {8192}
    assert {row["width"] for row in table["runs"]} == {8}
    assert len(table["fits"]["huber"]) == 5
    assert len(table["skills"]) == 3
    assert table["shipped"]["small"][0]["grammar"] < 0.1
    best = table["writing"][0]
    assert 0 <= best["seeds"][0]["possible_words"] <= 1
    assert [row["new"] for row in table["repeats"]] == [8192, 4096]
    one_for_all = ends["one for all"]
    assert [row["budget"] for row in one_for_all] == [1e8, 2e8, 4e8]
    # The last of a schedule that ends there is that of the sweep.
    swept = [row["loss"] for row in table["runs"] if row["budget"] == 4e8]
    assert one_for_all[-1]["losses"] == swept
    (half,) = ends["halfway"]
    assert len(half["own"]) == len(half["half"]) == 1
    (row,) = ends["rates"]["ends"]
    assert [len(losses) for losses in row["ends"]] == [2]


def guesses_are_counted(table, out):
    assert set(cards(out)["inference.json"].inputs) == {"world", "main", "small"}
    assert set(cards(out)["inference_steps.json"].inputs) == {"main", "small"}
    timed, table = table["inference_steps"], table | table["inference"]
    assert len(timed["write"]) == len(timed["write"][0]) == len(timed["read"]) == 1
    made = table["inference_guessers"]
    for kind in ("small", *guessers.KINDS):
        (one,) = made[kind]
        assert len(one["by depth"]) == made["guesses"] == 2
        assert one["written"]["tokens"] >= one["written"]["passes"] > 0
    (row,) = table["heads"]["pooled"]["2"]
    assert row["pooled"] > row["trained"] > table["heads"]["whole"]
    assert table["shrink"]["ranks"]["8"] > abs(table["shrink"]["ranks"]["128"])
    written = table["written"]["2"]
    assert written["passes"] <= written["tokens"] <= 3 * written["passes"]
    assert table["agreement"]["small"] > table["agreement"]["pairs"]
    assert table["waits"]["prompts"]["16"]["next"] > 0


def chains_are_shares(table, out):
    assert len(table["cuts"]["budgets"]["right"][0]) == starting.MOST
    (look,) = table["learned"]["0.0"]["looks"]["10"]
    assert all(0 <= p <= 1 for p in look["right"])
    assert set(table["layers"]) == {"1"}
    (waited,) = table["second"]["waited"]["wrong"]
    assert 0 <= waited["right"] <= waited["ended"] <= 1
    assert table["passes"]["before"][0] <= table["passes"]["before"][-1]
    assert "reasoning_start.npz" in cards(out)


def features_are_scored(table, out):
    assert {len(rows) for rows in table["trained"].values()} == {1}
    scores = table["scores"]["main"]
    assert len(scores["labels"]) == len(scores["feature"]["auc"])
    assert 0 <= min(scores["probe"]["auc"]) <= max(scores["probe"]["auc"]) <= 1
    assert np.shape(table["circuit"]["exact"])[0] == 5
    assert 0 <= table["switch"]["0"]["feature"]["1.0"]["flipped"] <= 1
    assert len(table["cards"]) == 8
    assert "interpretability_sae.npz" in cards(out)


def words_are_traced(table, _):
    traced = table["interpretability_traces"]
    assert set(traced["trained"]) == {"1", "2", "3", "4"}
    (replaced,) = traced["replaced"]
    assert replaced["means"]["lost"] > 0
    graph = traced["graphs"]["who has it"]
    # Whatever transcoders miss is a node, too: the graph's sum is the lead of main.
    assert graph["graph"] == pytest.approx(graph["lead"], abs=0.01)
    assert "error" in {node["kind"] for node in graph["nodes"]}
    more = table["interpretability_frontier"]
    assert set(more["depths"]) == {"0", "1", "2", "3", "4"}
    pushed = table["interpretability_steering"]["Tom"]
    assert pushed["alone"]["off"] == pytest.approx(0, abs=1e-4)
    assert pushed["random"]["5"]["off"] >= 0  # rounded


def denoisers_are_tried(table, out):
    found = table["diffusion_solvers"]
    assert set(found["ways"]) == set(solvers.WAYS)
    assert 0 <= found["world"][0]["off"] <= 1
    assert set(table["diffusion_targets"]["2"]) == set(targets.TARGETS)
    assert np.shape(table["diffusion_targets"]["2"]["noise"]["points"]) == (2, 2)
    (drawn,) = table["diffusion_memory"]["3"]["marks"]["25"]
    assert drawn["far"] > 0
    work = table["diffusion_larger"]["work"]
    assert work["unet"] > work["dit"] > work["larger"] > 0


def digits_are_erased(table, out):
    assert {"diffusion_world.npz", "diffusion_unet.npz"} <= set(cards(out))
    assert 0 <= table["steps"]["world"][0]["right"] <= 1
    assert set(table["networks"]) == {"unet", "dit"}
    assert len(table["copies"]["10"]["network"]) == 1


def digits_are_letters(table, _):
    made = table["multimodality_digits"]
    assert made["labels"] == "01"
    assert made["images"] == ["0" * 64, "g" * 64]


def less_seen_costs_more(table, out):
    seen = table["context_windows"]["loss"]
    assert seen["8"] > seen["256"]
    found = table["context_needles"]["found"]
    assert np.shape(found["ALiBi"]) == (1, 1, 2)
    policies = table["context_chats"]["policies"]
    assert policies["look up"]["64"]["there"] >= policies["sum up"]["64"]["right"]
    assert set(cards(out)["context_chats.json"].inputs) == {
        "tokenizer",
        "notes",
        "reader",
    }


INKED = np.stack([np.zeros((8, 8), np.uint8), np.full((8, 8), 16, np.uint8)])

# -- The rows -----------------------------------------------------------------

TEXT = ("reference_text", lambda: " ".join(TOPICS.values()))
TABLE = tiny_vectors()
READ = ("read_package", lambda: (TABLE, dict.fromkeys(vectors.FILES, "0" * 64)))
ROWS = {
    "rag": Row(
        rag,
        rag.Sizes(
            size=40,
            overlap=10,
            chunks=5,
            sizes=(40, 80),
            overlaps=(0.0,),
            most=2,
            limits=((2, 3),),
            steps=60,
            tries=1,
            counts=(1, 2),
            texts=2,
            asked=2,
            seeds=(0,),
        ),
        shares_of_topics,
    ),
    "stories": Row(
        stories,
        stories.Sizes(
            stories=40,
            held_out=4,
            samples=2,
            vocabulary=500,
            row=512,
            plans={"small": story_plan(3, 1, (0, 3)), "main": story_plan(3, 1)},
        ),
        story_files,
    ),
    "letters": Row(
        letters,
        letters.Sizes(
            (0, 8),
            seeds=(0,),
            steps=64,
            batch=4,
            width=8,
            layers=1,
            heads=1,
            mlp=8,
            words=25,
        ),
        instead=(TEXT,),
    ),
    "vocabulary": Row(
        vocabulary,
        vocabulary.Sizes(
            (0, 8),
            (0,),
            ("tokens",),
            tokens=1,
            batch=2,
            window=8,
            width=8,
            heads=1,
            mlp=8,
            layers=1,
        ),
        instead=(TEXT, ("topics", TOPICS)),
    ),
    "languages": Row(languages, languages.Sizes(merges=5), instead=(TEXT,)),
    "vectors": Row(
        vectors,
        vectors.Sizes(words=len(TABLE.words) - 2, seeds=(0,)),
        plurals_are_found,
        instead=(READ,),
    ),
    "foundations": Row(
        foundations,
        foundations.Sizes(
            counted=(20,),
            order=2,
            held_out=4,
            seeds=(0,),
            marks=(0, 2),
            small=stories.Plan(
                stories.make_config(8, 1, 8), training.Settings(2, warmup=1), 1
            ),
            main_marks=(0,),
            asked=(60, 40),
            gap_stories=4,
        ),
        shares_are_shares,
        beside=(("stories/main-0.npz", "small.npz"),),
    ),
    "embeddings": Row(
        word_vectors,
        word_vectors.Sizes(
            stories=60,
            least=1,
            training=SkipGramSettings(width=4, batch=64, steps=20),
            marks=(0, 5, 20),
            seeds=(0, 1),
            sure=2,
            shown=10,
        ),
        as_many_as_shown,
    ),
    "evaluation": Row(
        evaluation,
        evaluation.Sizes(
            coders.Sizes(
                seeds=(0,), steps=8, rows=4, problems=2, temperatures=(1.0,), most=3
            ),
            leaks.Sizes(
                seeds=(0,),
                leaks=((0.0, "as it is"), (1.0, "in other words")),
                told=2,
                lessons=60,
                steps=8,
                rows=1,
                people=2,
            ),
            quiz.Sizes(asked=1, pool=1, each=1),
        ),
        marks_are_counted,
        instead=(("CONTESTANTS", {"small": "small"}), ("JUDGE", ("small", "small"))),
    ),
    "attention": Row(
        attention,
        attention.Sizes(
            kinds=("queries and keys", "one layer"),
            seeds=(0,),
            steps=16,
            batch=2,
            curve=16,
            marks=(0, 16),
            tested=4,
            cases=10,
            single=1,
            best=2,
            model="small",
        ),
        snapshots_differ,
    ),
    "architecture": Row(
        architecture,
        architecture.Sizes(
            variants=("complete", "2017"),
            seeds=(0,),
            settings=training.Settings(3, warmup=1),
            batch=1,
            held_out=2,
            depths=(2,),
            deep=stories.make_config(8, 2, 8),
            deep_batch=1,
            deep_steps=4,
            deep_starts=("plain",),
            deep_rates=(1e-3,),
            warmups=(0,),
            every=2,
        ),
        hardly_trained,
        instead=(
            ("MLPS", ("relu",)),
            ("STARTS", ("scaled",)),
            ("KINDS", ("post-norm", "pre-norm")),
        ),
    ),
    "training": Row(
        training_,
        training_.Sizes(
            seeds=(0,),
            rates=(1e-3, 1e9),
            rate_widths=(16,),
            rate_steps=40,
            widths=(8,),
            steps=16,
            batch=1,
            fact_widths=(4,),
            fact_steps=300,
            few=(20,),
            marks=(0, 16),
            limits=(10.0, 0.5),
            edge_steps=200,
            held_out=20,
        ),
        wild_rates_fail,
    ),
    "generation": Row(
        generation,
        generation.Sizes(
            choices={
                "temperature": {"0": Sampling(temperature=0.0)},
                "both": {"cuts, then hot": Sampling(2.0, 3, order=CUTS_FIRST)},
            },
            held_out=2,
            written=2,
            seeds=(0,),
            most=20,
            endings=texts.Sizes((1, 2), 2, (0,), 2, 20, (0.3,), 2, 50, loops.OFF[:1]),
        ),
        greedy_drops_the_truth,
    ),
    "context": Row(
        context,
        context.Sizes(
            windows.Sizes(stories=2, windows=(8, 256), cut=(8,), sinks=(1,), rows=2),
            needles.Sizes((0,), 2, 2, 1e-3, 32, (32,), (0.0, 1.0), 2, 16),
            talks.Sizes(chats=4, tokens=120, budgets=(64,), alone=(2,)),
        ),
        less_seen_costs_more,
        instead=(("reader_model", lambda: story_model("small")),),
    ),
    "hallucinations": Row(
        hallucinations,
        hallucinations.Sizes(
            stories=200,
            every=47,  # among them three kept back, who are asked about with notes
            draws=2,
            seeds=(0,),
            steps=2,
            rows=1,
            read=(20,),
            counted=(20, 300),
            fact_steps=3,
        ),
        homes_are_counted,
    ),
    "real": Row(
        real,
        real.Sizes(
            most=1,
            passage=40,
            corpus=5000,
            merges=5,
            stories=1,
            words=1,
            repeated=1,
            texts=1,
            written=8,
        ),
        tables_of_a_tiny_model,
        instead=(("find", tiny_file),),
    ),
    "agents": Row(
        agents,
        agents.Sizes(
            seeds=(0,),
            episodes=12,
            steps=2,
            rows=2,
            tasks=2,
            tries=2,
            repeated=2,
            failed=2,
            failing=(0.0, 0.2),
            wordings=2,
            each=1,
        ),
        agents_are_measured,
        instead=(("reader_model", lambda: story_model("small")),),
    ),
    "alignment": Row(
        alignment,
        runs.Sizes(
            seeds=(0,),
            lessons=60,
            steps=2,
            rows=2,
            pairs=4,
            reward_steps=2,
            batch=2,
            pool=(2, 4),
            choices=(1, 2, 4),
            betas=(0.1,),
            policy_steps=2,
            questions=4,
            dpo_steps=2,
            red=8,
            shares=(0.5,),
            constitution_steps=2,
            exact_betas=(1.0,),
            exact_steps=2,
            measured=8,
        ),
        best_is_sorted,
        # The same code, and quicker.
        instead=(("story_model", lambda name: story_model("small")),),
    ),
    "finetuning": Row(
        finetuning,
        finetuning.Sizes(
            maps.Sizes(
                ranks=(1,),
                rates=(1e-3,),
                full=(1e-3,),
                rules=("alpha / rank",),
                steps=2,
                rows=1,
                tested=(2, 1),
            ),
            capacity.Sizes(
                facts=(2,), targets=("value",), rates=(1e-2,), steps=2, rows=2
            ),
            tuned.Sizes(
                model="small",
                ranks=(2,),
                steps=2,
                rows=2,
                seeds=(0,),
                others=(("MLP", 1),),
                replay=(2, 1),
                tested=(2, 1),
                asked=1,
            ),
            seeds=(0,),
        ),
        adapters_are_shipped,
    ),
    "multimodality": Row(
        multimodality,
        multimodality.Sizes(
            drawn_sums.Sizes(
                seeds=(0,), steps=25, rows=2, texts=2, searched=4000, asked=4
            ),
            vision.Sizes(seeds=(0,), steps=25, rows=4, tested=12),
            pairs.Sizes(seeds=(0,), steps=25, rows=4, tested=20, marks=(0,)),
            seeds=(0,),
        ),
        drawings_are_shares,
    ),
    "scaling": Row(
        scaling,
        scaling.Sizes(
            many.Sizes(
                budgets=((1e8, (8,)), (2e8, (8,)), (4e8, (8,))),
                held_out=32,
                stories=400,
            ),
            again.Sizes(width=8, tokens=8192, epochs=(1, 2), held_out=32),
            schedules.Sizes(widths=(8,), tokens=8192, seeds=(0,)),
            rates_.Sizes(
                widths=(8,),
                base=16,
                rates=(0.01, 0.1),
                steps=24,
                seeds=(0,),
                stories=400,
            ),
            rounds=2,
            written=3,
            marked=2,
            shipped=("small",),
        ),
        runs_have_losses,
    ),
    "inference": Row(
        inference,
        inference.Sizes(
            fewer.Sizes(steps=2, batch=1, stories=4, held_out=2),
            shrink.Sizes(
                seen=2, held_out=2, tokens=24, ranks=(128, 8), bits=(8,), axes=AXES
            ),
            drafts.Sizes(
                held_out=2,
                tokens=24,
                counted=20,
                texts=1,
                begin=8,
                guesses=(2,),
                draws=200,
            ),
            waits.Sizes(
                prompts=(16,),
                checks=(1, 5),
                batches=(1,),
                width=8,
                wide=8,
                repeats=4,
            ),
            steps.Sizes(
                batches=(2,),
                contexts=(8,),
                pieces=(4,),
                checks=(1,),
                past=4,
                repeats=1,
            ),
            guessers.Sizes(
                steps=2,
                batch=1,
                stories=40,
                row=256,
                guesses=2,
                held_out=2,
                tokens=24,
                texts=1,
                draws=100,
            ),
            kv_heads=(2,),
            seeds=(0,),
        ),
        guesses_are_counted,
    ),
    "reasoning": Row(
        reasoning,
        reasoning.Sizes(
            starting.Sizes(seeds=(0,), steps=25, rows=4, layers=(1,), most=2, asked=4),
            thinking.Sizes(
                seeds=(0,),
                costs=(0.0,),
                steps=10,
                questions=2,
                tries=2,
                looked=2,
                passed=2,
                attempts=2,
            ),
            wrong.Sizes(asked=4, swaps=(1, 2)),
            seeds=(0,),
        ),
        chains_are_shares,
    ),
    "interpretability": Row(
        interpretability,
        interpretability.Sizes(
            dictionaries.Sizes(
                stories=220,
                features=8,
                steps=50,
                batch=8,
                seeds=(0,),
                keep=(2,),
                l1=(0.1,),
                jump=(0.01,),
            ),
            scoring.Sizes(stories=130, every=1),
            opened.Sizes(pairs=2),
            dictionaries.StuckSizes(steps=50, batch=8, features=4),
            seeds=(0,),
        ),
        features_are_scored,
    ),
    "further": Row(
        further,
        further.Sizes(
            stand_ins.Sizes(
                stories=200,
                features=8,
                keep=2,
                steps=50,
                batch=8,
                seeds=(0,),
                tested=3,
            ),
            traces.Sizes(nodes=4, edges=5, stories=40, pairs=1, traced=("who has it",)),
            frontier.Sizes(
                dictionaries.Sizes(
                    stories=200,
                    features=8,
                    steps=50,
                    batch=8,
                    seeds=(0,),
                    keep=(1, 2),
                    l1=(0.1, 0.2),
                    jump=(0.01, 0.02),
                ),
                wide=12,
                tested=2,
                scored=40,
                every=1,
            ),
            steering.Sizes(
                targets=("Tom",),
                strengths=(5,),
                beginnings=3,
                written=4,
                stories=40,
            ),
            seeds=(0,),
        ),
        words_are_traced,
    ),
    "diffusion": Row(
        diffusion,
        diffusion.Sizes(
            denoisers.Sizes(seeds=(0,), steps=25, rows=4, tested=10, times=(0.5,)),
            walks.Sizes(
                seeds=(0,),
                each=2,
                steps=(1,),
                scales=(1.0,),
                guided_steps=1,
                known=(10,),
            ),
            seeds=(0,),
        ),
        digits_are_erased,
    ),
    "denoisers": Row(
        tried,
        tried.Sizes(
            solvers.Sizes(seeds=(0,), each=2, guesses=(3,)),
            targets.Sizes(
                seeds=(0,),
                dims=(2,),
                width=4,
                hidden=1,
                steps=25,
                rows=4,
                walked=2,
                samples=8,
                shown=2,
            ),
            memory.Sizes(
                known=(3,),
                seeds=(0,),
                steps=25,
                rows=4,
                marks=(0,),
                drawn=2,
                walk=1,
                unseen=2,
            ),
            larger.Sizes(
                denoisers.Sizes(seeds=(0,), steps=25, rows=4, tested=10, times=(0.5,)),
                width=8,
                mlp=8,
            ),
        ),
        denoisers_are_tried,
    ),
    "digits": Row(
        handwritten,
        handwritten.Sizes(),
        digits_are_letters,
        instead=(("read_package", lambda: (INKED, np.array([0, 1], np.uint8))),),
    ),
    "prompting": Row(
        prompting,
        prompting.Sizes(
            asked.Sizes(people=2, inside=2, outside=1, searched=600),
            games.Sizes(
                seeds=(0,),
                steps=32,
                rows=2,
                marks=(0,),
                watched=2,
                tested=(1, 2),
                asked=3,
                voted=(2,),
                votes=(1, 5),
                freely=2,
            ),
            layouts.Sizes(
                known=(2, 0), seeds=(0,), steps=50, batch=2, tested=4, shipped=2
            ),
        ),
        votes_are_shares,
        # The same code, and quicker.
        instead=(("story_model", lambda name: story_model("small")),),
    ),
    "reader": Row(
        reader,
        reader.Sizes(
            model="small",
            phases=tuple(
                phase._replace(
                    stages=tuple(one._replace(texts=30) for one in phase.stages),
                    steps=16,
                    marks=(0,) * (phase is PHASES[0]),
                    warmup=4,
                    stories=60,
                )
                for phase in PHASES
            ),
            short_seeds=(1,),
            short_steps=8,
            rows=3,
            story_rows=1,
            numbers=(1, 2),
            watched=4,
            asked=4,
            held_out=10,
            samples=4,
        ),
        notes_are_counted,
    ),
}


def files(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_every_recipe_has_a_row():
    assert set(ROWS) == set(runner.found())


def timeless(task, repeats):
    """In place of ``best``: the task is done, and the time is always the same."""
    task()
    return 1.0


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("name", ROWS)
def test_a_recipe_that_was_stopped_gives_the_same_files(name, tmp_path, monkeypatch):
    recipe, sizes, holds, instead, beside = ROWS[name]
    for attribute, value in instead:
        monkeypatch.setattr(recipe, attribute, value)
    # No two times are equal.
    monkeypatch.setattr(waits, "best", timeless)
    monkeypatch.setattr(steps, "bests", lambda tasks, _: dict.fromkeys(tasks, 1.0))
    for file, source in beside:
        (tmp_path / file).parent.mkdir()
        shutil.copy(DATA / source, tmp_path / file)
    made: list[str] = []
    stop_after = None
    real = runner.Run.remembered

    def counted(run, part, key, make, *arguments):
        def noted(*arguments):
            if len(made) == stop_after:
                raise KeyboardInterrupt
            made.append(part)
            return make(*arguments)

        return real(run, part, key, noted, *arguments)

    monkeypatch.setattr(runner.Run, "remembered", counted)
    whole = tmp_path / "whole"
    table = runner.run(recipe, sizes, tmp_path / "work", whole)
    parts = made.copy()
    assert len(set(parts)) == len(parts)
    made.clear()

    again = tmp_path / "again"
    if parts:
        stop_after = len(parts) // 2
        with pytest.raises(KeyboardInterrupt):
            runner.run(recipe, sizes, tmp_path / "stopped", again)
        shipped = files(again) if again.exists() else {}
        assert set(shipped) < set(files(whole)), "nothing is shipped before its time"
        stop_after = None
    runner.run(recipe, sizes, tmp_path / "stopped", again)
    assert made == parts, "what was made before the stop is kept"
    assert files(again) == files(whole)

    found = cards(whole)
    assert {card.recipe for card in found.values()} == {recipe.RECIPE}
    inputs = [value for card in found.values() for value in card.inputs.values()]
    assert inputs
    assert all(len(value) == 64 for value in inputs)
    several = table if hasattr(recipe, "TABLES") else {name: table}
    for one in runner.tables(recipe):
        assert read_table(one, whole) == json.loads(json.dumps(several[one]))
    holds(table, whole)
