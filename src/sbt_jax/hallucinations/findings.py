"""What chapter 13 measured, in the words of its page.

Public names: :mod:`sbt_jax.hallucinations`.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from sbt_jax.hallucinations.calibration import (
    brier,
    calibration_error,
    fit_temperature,
    with_temperature,
)
from sbt_jax.hallucinations.exam import auroc, penalty_for, sit
from sbt_jax.numbers import count, decimal, percent, span
from sbt_jax.published.hallucinations import HALLUCINATIONS

Table = Mapping[str, Any]
RAW, TUNED = "main", "alignment_sft"
#: How often a home was told, from and up to below; the names of the page.
BANDS = {
    "never": (0, 1),
    "few": (1, 5),
    "some": (5, 20),
    "many": (20, 100),
    "most": (100, 10**9),
}
TARGET = 0.75  # confidence that the exam of the page asks for


class Answers(NamedTuple):
    """Of one model, about everybody: how sure, and whether it is right."""

    sure: np.ndarray
    right: np.ndarray


def answers_of(table: Table, model: str, t: float = 1.0) -> Answers:
    """The likeliest town of every person, as a model has it.

    Args:
      table: ``read_table("hallucinations")``.
      model: A name of ``table["homes"]``.
      t: The temperature.
    """
    p = with_temperature(np.array(table["homes"][model]), t)
    return Answers(p.max(1), p.argmax(1) == np.array(table["truth"]))


def _told(table: Table) -> np.ndarray:
    return np.array(table["told"])


def in_band(table: Table, band: str) -> np.ndarray:
    """Whose home was told as often as a band says."""
    low, high = BANDS[band]
    told = _told(table)
    return (told >= low) & (told < high)


def errors(table: Table, found: Answers) -> dict[str, float]:
    """Calibration errors of one model by whom they are averaged over."""
    told = _told(table)
    new = told == 0
    return {
        "told": calibration_error(*found, weights=told),
        "people": calibration_error(*found),
        "never": calibration_error(found.sure[new], found.right[new]),
    }


def fitted(table: Table, model: str) -> dict[str, tuple[float, dict[str, float]]]:
    """Temperatures fitted on one crowd, and the errors of all crowds then."""
    told, rows = _told(table), np.array(table["homes"][model])
    weights = {"told": told, "people": np.ones(len(told)), "never": told == 0}
    found = {}
    for crowd, weight in weights.items():
        t = fit_temperature(rows, table["truth"], np.asarray(weight, float))
        found[crowd] = (t, errors(table, answers_of(table, model, t)))
    return found


def scores(table: Table) -> dict[str, float]:
    """How well each sign tells right answers of the assistant from wrong ones."""
    found = answers_of(table, TUNED)
    p = with_temperature(np.array(table["homes"][TUNED]), 1.0)
    entropy = -(p * np.log(np.maximum(p, 1e-300))).sum(1)
    drawn = {
        name: np.array([row[name] for row in table["drawn"]])
        for name in ("texts", "meanings", "tokens")
    }
    return {
        "confidence": auroc(found.sure, found.right),
        "entropy": auroc(-entropy, found.right),
        **{name: auroc(-values, found.right) for name, values in drawn.items()},
    }


class Silence(NamedTuple):
    """One assistant that was taught to be silent, and a threshold beside it."""

    speaks: float  # share of questions answered
    right: float  # of those
    threshold: float  # right of as many of the surest answers without the lessons
    refused: dict[str, float]  # share by band


def silences(table: Table) -> list[Silence]:
    """What came of teaching silence, a run for each seed."""
    place = {name: i for i, name in enumerate(table["names"])}
    truth, told = np.array(table["truth"]), _told(table)
    plain, found = answers_of(table, TUNED), []
    for run in table["silent"]:
        at = np.array([place[name] for name in run["asked"]])
        said = np.array(run["said"])
        speaks = said != -1
        surest = at[np.argsort(-plain.sure[at], kind="stable")[: speaks.sum()]]
        refused = {}
        for band, (low, high) in BANDS.items():
            here = (told[at] >= low) & (told[at] < high)
            refused[band] = float((said[here] == -1).mean()) if here.any() else 0.0
        found.append(
            Silence(
                float(speaks.mean()),
                float((said == truth[at])[speaks].mean()) if speaks.any() else 0.0,
                float(plain.right[surest].mean()) if len(surest) else 0.0,
                refused,
            )
        )
    return found


def findings(table: Table) -> dict[str, str]:
    """All numbers of the page, by the names that its sentences use."""
    return {
        **_bands(table),
        **_calibration(table),
        **_helps(table),
        **_facts(table),
        **_published(),
    }


def _bands(table: Table) -> dict[str, str]:
    found = {}
    for prefix, model in (("raw", RAW), ("tuned", TUNED)):
        answers = answers_of(table, model)
        for band in BANDS:
            here = in_band(table, band)
            found[f"{prefix}_{band}_right"] = percent(answers.right[here].mean())
            found[f"{prefix}_{band}_sure"] = percent(answers.sure[here].mean())
    for band in BANDS:
        found[f"{band}_people"] = count(int(in_band(table, band).sum()))
    return found | {"people": count(len(table["told"]))}


def _calibration(table: Table) -> dict[str, str]:
    found = {}
    for prefix, model in (("raw", RAW), ("tuned", TUNED)):
        answers = answers_of(table, model)
        for crowd, error in errors(table, answers).items():
            found[f"{prefix}_ece_{crowd}"] = decimal(error, 3)
        found[f"{prefix}_brier"] = decimal(brier(*answers), 3)
        found[f"{prefix}_mass"] = decimal(calibration_error(*answers, mass=True), 3)
        found[f"{prefix}_debiased"] = decimal(
            calibration_error(*answers, norm="l2", debias=True), 3
        )
        found[f"{prefix}_auroc"] = percent(auroc(*answers))
        for crowd, (t, after) in fitted(table, model).items():
            found[f"{prefix}_t_{crowd}"] = decimal(t, 1)
            for other, error in after.items():
                found[f"{prefix}_t_{crowd}_{other}"] = decimal(error, 3)
    for name, rows in table["others"].items():
        sure = np.array([p for _, p in rows])
        right = np.array([town for town, _ in rows]) == np.array(table["truth"])
        key = name.removeprefix("alignment_")
        found[f"{key}_ece_people"] = decimal(calibration_error(sure, right), 3)
    return found


def _helps(table: Table) -> dict[str, str]:
    found = {f"auroc_{k}": decimal(v) for k, v in scores(table).items()}
    cost = penalty_for(TARGET)
    for prefix, model in (("raw", RAW), ("tuned", TUNED)):
        answers = answers_of(table, model)
        for name, threshold in (("all", 0.0), ("rule", TARGET)):
            mark = sit(*answers, threshold, cost)
            found[f"{prefix}_mark_{name}"] = decimal(mark.score)
    runs = silences(table)
    found |= {
        "silent_speaks": span([run.speaks for run in runs], percent),
        "silent_right": span([run.right for run in runs], percent),
        "silent_threshold": span([run.threshold for run in runs], percent),
        "silent_asked": count(len(table["silent"][0]["asked"])),
        "silent_runs": count(len(runs)),
        "silent_lessons": count(table["silent"][0]["lessons"]),
        "silent_taught": count(table["silent"][0]["refused in lessons"]),
    }
    for band in BANDS:
        found[f"silent_{band}"] = span([run.refused[band] for run in runs], percent)
    notes = table["notes"]
    for way in ("right", "wrong", "none"):
        found[f"notes_{way}"] = percent(notes[way]["right"])
    return found | {"notes_asked": count(notes["asked"])}


def _facts(table: Table) -> dict[str, str]:
    most = max(table["learned"], key=int)
    found = {"facts_read": count(int(most))}
    for key, law in (("world", "this world"), ("tail", "a longer tail")):
        runs = table["learned"][most][law]
        rows = table["laws"][law][most]
        found[f"facts_{key}_false"] = percent(np.mean([r["false"] for r in runs]))
        found[f"facts_{key}_once"] = percent(np.mean([r["singletons"] for r in rows]))
        found[f"facts_{key}_new"] = percent(np.mean([r["missing"] for r in rows]))
    every = [r for by in table["learned"].values() for law in by.values() for r in law]
    found["facts_sure"] = span([r["sure of the new"] for r in every], percent)
    found["facts_heart"] = percent(min(r["by heart"] for r in every), 1)
    return found


def _published() -> dict[str, str]:
    """Of other models: percent of SimpleQA, and calibration before and after."""
    two = HALLUCINATIONS["simpleqa_gpt5"].value
    gpt4 = HALLUCINATIONS["gpt4"].value
    return {
        "o4_wrong": f"{two['o4-mini'][2]} %",
        "o4_silent": f"{two['o4-mini'][1]} %",
        "gpt5_wrong": f"{two['gpt-5-thinking-mini'][2]} %",
        "gpt5_silent": f"{two['gpt-5-thinking-mini'][1]} %",
        "gpt4_before": decimal(gpt4["before"], 3),
        "gpt4_after": decimal(gpt4["after"], 3),
    }


def claims(table: Table) -> dict[str, bool]:
    """The sentences of the page that rest on the table, and whether they hold."""
    raw, tuned = (answers_of(table, model) for model in (RAW, TUNED))
    e_raw, e_tuned = errors(table, raw), errors(table, tuned)
    never, few, some = (in_band(table, band) for band in ("never", "few", "some"))
    by = [raw.right[in_band(table, band)].mean() for band in BANDS]
    told = scores(table)
    cost = penalty_for(TARGET)
    best = {m: max(sit(*a, t / 100, cost).score for t in range(101))
            for m, a in (("raw", raw), ("tuned", tuned))}  # fmt: skip
    alike = [e for _, rows in table["others"].items() for e in [_error(table, rows)]]
    every = [
        (run["false"], np.mean([row["missing"] for row in table["laws"][law][n]]))
        for n, laws in table["learned"].items()
        for law, runs in laws.items()
        for run in runs
    ]
    found = {
        "the more often told, the more often right": by == sorted(by),
        "the never told are guessed": raw.right[never].mean() < 0.2,
        "and with more than half confidence": raw.sure[never].mean() > 0.5,
        "calibrated as stories tell": e_raw["told"] < 0.01,
        "not on people": e_raw["people"] > 10 * e_raw["told"],
        "least on the never told": e_raw["never"] > 0.4,
        "tuning spoils it": e_tuned["people"] > 2 * e_raw["people"],
        "tuning forgets": tuned.right[some].mean() < raw.right[some].mean() - 0.2,
        "and keeps confidence": abs(tuned.sure[some].mean() - raw.sure[some].mean())
        < 0.1,
        "preferences change little": all(
            abs(error - e_tuned["people"]) < 0.02 for error in alike
        ),
        "confidence tells right from wrong": auroc(*raw) > 0.8,
        "meanings tell more than texts": told["meanings"] > told["texts"] + 0.03,
        "and than tokens": told["meanings"] > told["tokens"] + 0.03,
        "answering all loses": sit(*raw, 0.0, cost).score < 0,
        "the rule gains": sit(*raw, TARGET, cost).score > 0.2,
        "the tuned model needs another rule": (
            sit(*tuned, TARGET, cost).score < best["tuned"] - 0.1
        ),
        "false is what is missing": all(abs(a - b) < 0.02 for a, b in every),
        "taught silence falls on all alike": all(
            abs(run.refused["never"] - run.refused["most"]) < 0.2
            for run in silences(table)
        ),
        "a threshold does better": all(
            run.threshold > run.right for run in silences(table)
        ),
        "a wrong note is believed": table["notes"]["wrong"]["right"] > 0.9,
        "few are sure for nothing": raw.sure[few].mean() > raw.right[few].mean() + 0.2,
    }
    return {sentence: bool(holds) for sentence, holds in found.items()}


def _error(table: Table, rows: Any) -> float:
    sure = np.array([p for _, p in rows])
    right = np.array([town for town, _ in rows]) == np.array(table["truth"])
    return calibration_error(sure, right)
