"""Notes with questions: texts that can only be answered by reading them."""

import random
import re
from collections import Counter

import pytest

from sbt_jax import world
from sbt_jax.world import notes
from sbt_jax.world.notes import ABSENT, FACTS, MOST, Text, draw, texts
from sbt_jax.world.words import NUMBERS

MANY = list(texts(400, seed=1))


def test_every_answer_quotes_the_notes_that_it_rests_on():
    for text in MANY:
        for one in text.asked:
            for at in one.rests_on:
                assert text.notes[at] in one.answer, one


def test_every_question_of_what_is_not_told_has_no_answer_in_the_notes():
    for text in MANY:
        answered = {one.question for one in text.asked if one.answer != ABSENT}
        for one in text.asked:
            if one.answer == ABSENT:
                assert not one.rests_on
                assert one.question not in answered
                name = re.search(r"does (\w+ \w+) (live|do)\?", one.question)
                verb = {"live": "lives in", "do": "is a"}
                if name:
                    told = f"{name[1]} {verb[name[2]]}"
                    assert not any(note.startswith(told) for note in text.notes)


def test_about_one_question_in_five_has_no_answer():
    asked = Counter(one.answer == ABSENT for text in MANY for one in text.asked)
    assert 0.15 < asked[True] / asked.total() < 0.3


def test_people_kept_back_stand_in_no_text_to_learn_from():
    back = set(notes.kept_back())
    told = " ".join(note for text in MANY for note in text.notes)
    asked = " ".join(one.question for text in MANY for one in text.asked)
    names = set(re.findall(r"[A-Z]\w+ [A-Z]\w+", f"{told} {asked}"))
    assert len(names & set(world.people())) > 400
    assert not names & back


def test_texts_to_measure_on_are_of_nobody_else():
    rng = random.Random(0)
    for text in (draw(rng, 6, 4, "kept back") for _ in range(50)):
        assert {" ".join(n.split()[:2]) for n in text.notes} <= set(notes.kept_back())


def test_what_notes_say_is_independent_of_what_stories_say():
    facts, right = world.people(), Counter()
    for text in texts(2000, seed=2):
        for note in text.notes:
            found = re.fullmatch(r"(\w+ \w+) lives in (\w+)\.", note)
            if found:
                right[facts[found[1]]["town"] == found[2]] += 1
    assert 0.05 < right[True] / right.total() < 0.12  # a twelfth


def test_the_later_of_two_notes_about_a_thing_holds():
    text = next(
        t
        for t in (draw(random.Random(s), 2, 1, themes=("thing",)) for s in range(99))
        if len(t.notes) == 2
        and t.notes[0].split()[1] == t.notes[1].split()[1]
        and t.asked[0].kind == "spot"
    )
    assert text.asked[0].answer == text.notes[1]


def test_two_steps_go_through_the_friend():
    found = [a for t in MANY for a in t.asked if a.kind == "two steps"]
    for one in found:
        friend = re.match(r"The friend of \w+ \w+ is (\w+ \w+)\. (\w+ \w+)", one.answer)
        assert friend[1] == friend[2]
    assert len(found) > 20


def test_sums_are_right():
    number = {word: n for n, word in enumerate(NUMBERS)}
    for one in (a for t in MANY for a in t.asked if a.kind == "sum"):
        first, second, both = (
            number[w] for w in re.findall(r"(?:has|have) (\w+)", one.answer)
        )
        assert first + second == both


def test_every_theme_and_kind_occurs_and_numbers_of_notes_are_spread():
    kinds = {one.kind for text in MANY for one in text.asked}
    assert kinds > {*FACTS, "friend", "two steps", "spot", "holder", "sum", "order"}
    sizes = Counter(len(text.notes) for text in MANY)
    assert min(sizes[n] for n in range(1, MOST + 1)) > 10


def test_texts_are_the_same_for_the_same_seed():
    assert list(texts(20, 1)) == MANY[:20]
    assert list(texts(20, 2)) != MANY[:20]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: draw(random.Random(0), 11, 1), "notes .* got 11"),
        (lambda: draw(random.Random(0), -1, 1), "got -1"),
        (lambda: draw(random.Random(0), 1, 1, "others"), "half .* got 'others'"),
        (lambda: draw(random.Random(0), 1, 1, themes=()), r"themes .* got \[\]"),
        (lambda: draw(random.Random(0), 1, 1, themes=("x",)), r"got \['x'\]"),
        (lambda: draw(random.Random(0), 1, 0), "asked .* got 0"),
        (lambda: draw(random.Random(0), 1, 1, absent=1.5), "absent .* got 1.5"),
        (lambda: notes.fact("home", "Tom Reed", "Kirby"), "kind .* got 'home'"),
        (lambda: notes.fact("town", "Tom Reed", "Paris"), "value .* got 'Paris'"),
        (lambda: list(texts(-1, 0)), "count .* got -1"),
        (lambda: list(texts(1, 0, most=11)), "most .* got 11"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_a_text_without_notes_asks_once_and_nobody_told():
    text = draw(random.Random(0), 0, 5)
    assert text == Text((), text.asked)
    assert [one.answer for one in text.asked] == [ABSENT]
