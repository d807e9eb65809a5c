"""Chapter 16: programs, sandbox, arena and error bars against oracles, by hand."""

import itertools
import json

import jax
import numpy as np
import pytest

from sbt_jax import evaluation
from sbt_jax.evaluation import (
    behave,
    bootstrap,
    bradley_terry,
    check_program,
    chosen,
    clustered_error,
    crowd,
    difference_error,
    draw_problems,
    elo,
    named,
    ngrams,
    overlaps,
    paired_error,
    pass_at_k,
    passing,
    plug_in,
    program_chances,
    programs,
    python_source,
    run_program,
    run_sandboxed,
    same_everywhere,
    solves,
    spell_problem,
    standard_error,
    votes,
    wrong_order,
)
from sbt_jax.evaluation.chances import starts
from sbt_jax.evaluation.coder import END, NAMES, VOCABULARY

pytestmark = pytest.mark.usefixtures("unchecked")


# -- Programs ---------------------------------------------------------------------


def test_python_says_what_our_interpreter_says():
    # An oracle: Python itself, in the sandbox; one source with many functions.
    rng = np.random.default_rng(0)
    lists = [rng.integers(0, 10, rng.integers(0, 5)).tolist() for _ in range(20)]
    for name in NAMES:
        program = [name, "sort"]
        found = run_sandboxed(python_source(program), lists)
        assert found.kind == "passed"
        assert json.loads(found.said) == [run_program(program, x) for x in lists]


def test_many_lists_at_once_are_each_alone():
    lists = np.random.default_rng(1).integers(0, 10, (30, 4))
    for program in programs()[::37]:
        for row, made in zip(
            lists.tolist(), behave(program, lists).tolist(), strict=True
        ):
            assert run_program(program, row) == [d for d in made if d >= 0]


def test_problems_are_solved_by_their_programs_and_come_again():
    problems = draw_problems(3, 50)
    assert problems == draw_problems(3, 50)
    for problem in problems:
        assert solves(problem.program, problem.pairs)
        assert any(wanted for _, wanted in problem.pairs)
        at = programs().index(problem.program)
        assert at in passing(problem.pairs)
        assert len(spell_problem(problem.pairs)) <= 31


def test_what_passes_three_examples_may_fail_elsewhere():
    pairs = [((1, 8, 6, 3), (1, 3)), ((2, 5, 9, 4), (5, 9)), ((3, 0, 7, 2), (3, 7))]
    every = programs()
    good = [every[i] for i in passing(pairs)]
    same = same_everywhere(("odds", "sort"), good)
    assert 0 < sum(same) < len(good)
    assert same_everywhere(("reverse",), [("reverse", "reverse", "reverse")]) == [True]


def test_chances_are_those_of_walking_the_tree():
    logits = np.random.default_rng(0).normal(size=(len(starts()), VOCABULARY))
    for heat in (0.5, 1.3):
        p = np.exp(logits / heat)
        p /= p.sum(-1, keepdims=True)
        rows = dict(zip(starts(), p, strict=True))
        found = program_chances(logits, heat)
        for at, program in enumerate(programs()):
            if at % 91:
                continue
            ids = tuple(NAMES.index(name) for name in program)
            own = np.prod([rows[ids[:i]][10 + op] for i, op in enumerate(ids)])
            own *= rows[ids][END] if len(ids) < 3 else 1
            assert found[at] == pytest.approx(own)
        assert found.sum() < 1  # the rest is no program


def test_no_program_is_refused_with_the_value():
    for bad in ([], ["sort"] * 4, ["eval"]):
        with pytest.raises(ValueError, match=r"program must .* got"):
            run_program(bad, [1])
    with pytest.raises(ValueError, match=r"digits must be in 0\.\.9, got 10"):
        run_program(["sort"], [10])


# -- The sandbox ------------------------------------------------------------------

HOSTILE = {
    "import os\ndef solve(x): return os.listdir()": "refused",
    "from os import path\ndef solve(x): return 1": "refused",
    "import socket\ndef solve(x): return 1": "refused",
    "import time\ndef solve(x): time.sleep(9)": "refused",
    "def solve(x): return ().__class__.__base__.__subclasses__()": "refused",
    "def solve(x): return '{0.__class__}'.format(x)": "refused",
    "def solve(x): return (i for i in x).gi_frame.f_back": "refused",
    "def solve(x):\n match x:\n  case list(__class__=c): return str(c)": "refused",
    "def solve(x): return __builtins__": "refused",
    "def solve(x): return open('/etc/passwd').read()": "failed",
    "def solve(x): return eval('1')": "failed",
    "def solve(x): return getattr(x, '__class__')": "failed",
    "import re\ndef solve(x): return re.enum.sys.modules": "failed",
    "import collections\ndef solve(x): return collections.abc": "failed",
    "def solve(x): raise SystemExit": "failed",
    "def solve(x): return solve(x)": "failed",
    "def solve(x) return": "failed",
    "solve = 3": "failed",
    "def solve(x): return lambda: x": "failed",
    "def solve(x): return [0] * 10**10": "too large",
    "def solve(x): return 'x' * 200_000": "too large",
    'def solve(x):\n print(\'["passed", "[[1]]"]\')\n return 2': "wrong",
    "class E:\n def __eq__(s, o): return True\ndef solve(x): return E()": "failed",
    "def solve(x): return True": "wrong",
    "def solve(x): return float('nan')": "wrong",
}


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_code_comes_to_an_end_and_gets_nothing(source):
    assert check_program(source, [([1, 2], 1)]).kind == HOSTILE[source]


def test_what_never_ends_is_ended():
    for loop in (
        "while True: pass",
        "import re\n    re.match('(a+)+$', 'a' * 40 + 'b')",
    ):
        found = check_program(f"def solve(x):\n    {loop}", [([1], 1)], seconds=0.3)
        assert found.kind == "too slow"


def test_honest_code_passes_with_the_modules_it_needs():
    source = "from collections import Counter\nimport math\ndef solve(x):\n"
    source += "    return [math.gcd(*x), len(Counter(x)), sorted(set(x))]"
    assert check_program(source, [([4, 6, 4], [2, 2, [4, 6]])]).kind == "passed"
    assert check_program("def solve(x): return x", [([1], [2])]).kind == "wrong"
    with pytest.raises(ValueError, match="inputs must be plain values, got"):
        run_sandboxed("", [object()])


# -- pass@k -----------------------------------------------------------------------


@pytest.mark.parametrize(("n", "c", "k"), [(6, 2, 3), (5, 0, 2), (5, 5, 1), (7, 3, 7)])
def test_pass_at_k_counts_all_choices(n, c, k):
    passed = [True] * c + [False] * (n - c)
    ways = list(itertools.combinations(passed, k))
    assert pass_at_k(n, c, k) == pytest.approx(np.mean([any(way) for way in ways]))


def test_pass_at_k_is_unbiased_and_the_plain_formula_is_not():
    from math import comb

    n, k, p = 20, 10, 0.05
    weights = [comb(n, c) * p**c * (1 - p) ** (n - c) for c in range(n + 1)]
    ours, plain = (
        sum(w * f(n, c, k) for c, w in enumerate(weights)) for f in (pass_at_k, plug_in)
    )
    assert ours == pytest.approx(1 - (1 - p) ** k)
    assert plain < ours - 0.05


# -- The arena --------------------------------------------------------------------


def random_votes(count=3000, style=0.0, seed=0):
    rng = np.random.default_rng(seed)
    strength = np.array([0.8, 0.2, -0.3, -0.7])
    pairs = np.array([rng.choice(4, 2, replace=False) for _ in range(count)])
    extra = rng.normal(size=(count, 1))
    z = strength[pairs[:, 0]] - strength[pairs[:, 1]] + style * extra[:, 0]
    won = (rng.random(count) < 1 / (1 + np.exp(-z))).astype(float)
    return strength, votes(pairs[:, 0], pairs[:, 1], won, extra if style else None)


def test_bradley_terry_finds_the_strengths_and_the_weight_of_style():
    for style in (0.0, 1.5):
        strength, battles = random_votes(style=style)
        found = bradley_terry(battles, 4)
        assert abs(found.strength.sum()) < 1e-3
        assert (np.abs(found.strength - strength) < 4 * found.error).all()
        if style:
            assert found.style[0] == pytest.approx(style, abs=0.15)


def test_the_sandwich_and_the_bootstrap_agree():
    _, battles = random_votes(1500)
    found = bradley_terry(battles, 4)
    drawn = bootstrap(jax.random.key(0), battles, 4, draws=60)
    np.testing.assert_allclose(drawn.std(0), found.error, rtol=0.35)


def test_the_order_moves_elo_and_not_bradley_terry():
    _, battles = random_votes(400)
    at = np.random.default_rng(1).permutation(400)
    other = battles._replace(
        first=battles.first[at], second=battles.second[at], won=battles.won[at]
    )
    one, two = (bradley_terry(b, 4).strength for b in (battles, other))
    np.testing.assert_allclose(one, two, atol=1e-3)
    assert np.abs(elo(battles, 4) - elo(other, 4)).max() > 5
    assert elo(battles, 4).sum() == pytest.approx(4000)


def test_swapping_the_sides_turns_the_strengths_round():
    found = bradley_terry(votes([0, 0, 1], [1, 1, 0], [1, 1, 1]), 2)
    turned = bradley_terry(votes([1, 1, 0], [0, 0, 1], [1, 1, 1]), 2)
    np.testing.assert_allclose(found.strength, turned.strength[::-1], atol=1e-5)
    assert found.strength[0] - found.strength[1] == pytest.approx(np.log(2), abs=1e-4)


def test_who_wins_all_has_no_strength_without_a_prior():
    battles = votes([0] * 5, [1] * 5, [1] * 5)
    with pytest.raises(ValueError, match="battles have no finite best strengths"):
        bradley_terry(battles, 2)
    assert bradley_terry(battles, 2, prior=0.5).strength[0] > 0
    with pytest.raises(ValueError, match="second must be another than first, got 1"):
        votes([1], [1], [1])


def test_voters_follow_what_they_like():
    answers = [
        crowd.Answer(0, 0, "", True, 0),
        crowd.Answer(1, 0, "", False, 2),
        crowd.Answer(2, 0, "", True, 2),
    ]
    battles = crowd.draw_battles(answers, 400)
    winners = {}
    for voter in crowd.VOTERS:
        won = crowd.vote(answers, battles, voter)
        for style in (False, True):
            counted = crowd.counted(answers, battles, won, style=style)
            found = bradley_terry(counted, 3, 0.01)
            winners[voter, style] = found.strength
    # Who likes niceties puts the false but nice one before the plain true one,
    plain, nice, _ = winners["likes niceties", False]
    assert nice > plain
    # who likes it short does not; with niceties taken out the two agree.
    for name in (("likes it short", False), *((v, True) for v in crowd.VOTERS)):
        plain, nice, _ = winners[name]
        assert plain > nice
    with pytest.raises(ValueError, match="voter must be one of"):
        crowd.chance(answers, battles, "me")


# -- Errors, choices, overlap -----------------------------------------------------


def test_errors_are_those_of_many_tests():
    rng = np.random.default_rng(0)
    tests = (rng.random((4000, 50)) < 0.7).astype(float)
    told = np.mean([standard_error(t) for t in tests[:300]])
    assert tests.mean(1).std() == pytest.approx(told, rel=0.05)


def test_groups_of_one_change_nothing_and_twins_count_once():
    scores = [1, 0, 1, 1, 0, 1, 1, 1]
    plain = standard_error(scores) * np.sqrt(7 / 8)
    assert clustered_error(scores, range(8)) == pytest.approx(plain)
    twice = clustered_error([*scores, *scores], [*range(8), *range(8)])
    assert twice == pytest.approx(plain)


def test_pairs_know_more_when_the_two_are_alike():
    rng = np.random.default_rng(0)
    hard = rng.random(400)
    one, other = ((hard + rng.normal(0, 0.1, 400) < t).astype(int) for t in (0.7, 0.65))
    apart = np.hypot(standard_error(one), standard_error(other))
    assert paired_error(one, other) < 0.7 * apart
    rho = np.corrcoef(one, other)[0, 1]
    ours = difference_error(one.mean(), other.mean(), 400, rho)
    assert ours == pytest.approx(paired_error(one, other), rel=0.01)


def test_the_wrong_order_is_as_frequent_as_drawn():
    rng = np.random.default_rng(0)
    a, b = (rng.binomial(200, p, 40_000) for p in (0.75, 0.7))
    drawn = ((a < b) + 0.5 * (a == b)).mean()
    assert wrong_order(0.75, 0.7, 200) == pytest.approx(drawn, abs=0.01)
    assert wrong_order(1.0, 0.5, 10**6) == 0 == wrong_order(1.0, 0.0, 5)


def test_the_mean_over_tokens_does_not_mind_length():
    log_p, tokens = np.array([[-4.0, -5.0]]), np.array([[2, 5]])
    assert chosen(log_p)[0] == 0
    assert chosen(log_p, tokens)[0] == 1
    with pytest.raises(ValueError, match="log_probs must not hold nan"):
        chosen(np.array([[np.nan, 0.0]]))


def test_an_option_counts_only_if_it_is_named_alone():
    assert named("In Kirby or in Ashby.", ["Kirby", "Ashby"]) is None
    assert named("Kirby, of course.", ["Kirby", "Ashby"]) == 0


def test_overlap_sees_words_and_is_blind_to_others():
    test = ["Where does Tom Finch live? In Kirby."]
    assert overlaps(test, ["he asked: where does Tom Finch live? In Kirby!"], 6).all()
    assert not overlaps(test, ["Who knows the town of Tom Finch? Kirby."], 6).any()
    assert ngrams("a b", 3) == set()


def test_the_face_names_no_more_than_there_is():
    assert evaluation.quiz_prompt("Who?", ["A", "B"]) == "Who? One. A Two. B"
