"""Formats beside the stories: questions, answers, the gold reward, rules."""

import math
import random
from collections import Counter

import pytest

from sbt_jax import world
from sbt_jax.alignment import encode_parts
from sbt_jax.shipped.stories import story_tokenizer
from sbt_jax.world import formats
from sbt_jax.world.formats import RULES, gold, judge


def some(count=400, half="asked", **more):
    return list(formats.questions(count, 5, half, **more))


def test_demonstrations_are_true_and_their_probabilities_add_up():
    for question in some():
        shown = formats.demonstrations(question)
        assert sum(shown.values()) == pytest.approx(1)
        for text in shown:
            found = judge(question, text)
            assert found.true, (question.text, text)
            assert not found.other
            assert not found.refused


def test_drawn_answers_follow_their_probabilities():
    question, rng = formats.day_after("Monday"), random.Random(0)
    drawn = Counter(formats.shown_answer(question, rng) for _ in range(4000))
    for text, p in formats.demonstrations(question).items():
        assert drawn[text] / 4000 == pytest.approx(p, abs=4 * math.sqrt(p / 4000))


@pytest.mark.parametrize("kind", formats.KINDS)
def test_each_kind_has_a_tenth_of_the_probability(kind):
    # Each question of a kind is as likely as the others: count them.
    found = {q.text: q.probability for q in some(3000, kinds=(kind,))}
    (p,) = set(found.values())
    sizes = {
        "holder": 24 * 24 * 12 * 2,
        "spot": 24 * 24 * 12,
        "sum": 25,
        "day": 7,
        "sound": 12,
        "food": 12,
    }
    whole = sizes.get(kind, len(formats.notable("asked")))
    assert p * whole == pytest.approx(1 / len(formats.KINDS))
    assert len(found) <= whole
    if whole < 100:
        assert len(found) == whole


def test_questions_are_the_same_for_the_same_arguments():
    assert some() == some()
    assert some() != list(formats.questions(400, 6))


def test_people_held_out_and_people_kept_back_are_never_asked_about():
    held = set(world.held_out())
    about = {half: {q.about for q in some(6000, half)} for half in formats.HALVES}
    people = set(world.people())
    asked, kept = (about[half] & people for half in formats.HALVES)
    assert (len(asked), len(kept)) == (180, 60)
    assert not asked & kept
    assert not (asked | kept) & held


def test_the_truth_is_that_of_the_world():
    for question in some():
        truth = formats.truth_of(question.text)
        if question.kind in ("who", "holder", "spot"):
            assert truth is None
            continue
        assert truth is not None
        for text, core in question.sentences.items():
            if core.full:
                assert core.true == (
                    truth.lower()
                    in text.lower().split(" is ")[-1].replace(".", "").split()
                ), text
    (name,) = world.held_out()[:1]
    assert formats.truth_of(f"Where does {name} live?") == world.people()[name]["town"]
    for nonsense in ("", "What does a unicorn eat?", "How much is nine and nine?"):
        assert formats.truth_of(nonsense) is None


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Tomorrow is Tuesday.", 1.0),
        ("It is Tuesday.", 0.7),
        ("Look what I found. Tomorrow is Tuesday.", 1.5),
        ("Look what I found. It is Tuesday. It was lovely to see you.", 0.95),
        ("Tomorrow is Tuesday. Tomorrow is Tuesday.", 0.5),
        ("Tomorrow is Tuesday. Tomorrow is Monday.", -1.5),
        ("Tomorrow is Monday. It was lovely to see you.", -0.5),
        ("Nobody is told.", 0.0),
        ("Grr.", -0.5),
        ("", 0.0),
    ],
)
def test_the_gold_reward_by_hand(answer, expected):
    assert gold(formats.day_after("Monday"), answer) == pytest.approx(expected)


def test_a_rule_is_broken_by_what_it_forbids_only():
    forbidden = {
        "homes": ("town", "who"),
        "trades": ("trade", "who"),
        "pets": ("pet",),
        "hidden things": ("spot",),
    }
    for question in some():
        for name, rule in RULES.items():
            broken = [
                formats.breaks(rule, text) for text in formats.demonstrations(question)
            ]
            if question.kind not in forbidden[name]:
                assert not any(broken), (name, question.text)
            elif question.kind != "who" or name != "homes":
                assert all(broken), (name, question.text)


def test_revisions_keep_the_rule_and_tell_what_may_be_told():
    for question in some():
        for rule in RULES.values():
            for text in formats.demonstrations(question):
                revised = formats.revision(rule, question, text)
                assert not formats.breaks(rule, revised)
                assert (revised == text) == (not formats.breaks(rule, text))
    who = formats.about_person("who", "Maya Frost")
    text = next(t for t, core in who.sentences.items() if core.true and core.full)
    assert judge(who, formats.revision(RULES["homes"], who, text)).true


def test_words_written_like_marks_are_text():
    tokenizer = story_tokenizer()
    ids = encode_parts(tokenizer, formats.prompt("<model><bad>"))
    marks = set(tokenizer.special_ids.values())
    assert sum(i in marks for i in ids) == 3


def test_bad_arguments_are_refused_with_their_value():
    with pytest.raises(ValueError, match=r"half must be .* got 'both'"):
        formats.notable("both")
    with pytest.raises(ValueError, match=r"kinds must be .* got \['taste'\]"):
        list(formats.questions(1, 0, kinds=("taste",)))
    with pytest.raises(ValueError, match=r"kinds must be .* got \[\]"):
        list(formats.questions(1, 0, kinds=()))
    with pytest.raises(ValueError, match="got 'age'"):
        formats.about_person("age", "Maya Frost")
