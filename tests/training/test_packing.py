"""Packing: every text whole, in one row, once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sbt_jax.training import pack
from sbt_jax.training.packing import OPEN

LENGTH = 12
SEQUENCES = st.lists(
    st.lists(st.integers(0, 99), min_size=1, max_size=LENGTH), min_size=1, max_size=40
)


def unpacked(rows):
    """The sequences of all rows, in the order of rows and places."""
    return [
        row[of == number].tolist()
        for row, of in zip(rows.tokens, rows.segments, strict=True)
        for number in range(1, of.max() + 1)
    ]


@given(SEQUENCES)
def test_every_sequence_is_in_one_row_once(sequences):
    rows = pack(sequences, LENGTH)
    assert sorted(unpacked(rows)) == sorted(sequences)
    assert rows.tokens.shape == rows.segments.shape == (len(rows.tokens), LENGTH)


@given(SEQUENCES)
def test_segments_count_from_one_without_a_gap_and_padding_comes_last(sequences):
    rows = pack(sequences, LENGTH)
    for tokens, segments in zip(rows.tokens, rows.segments, strict=True):
        used = segments[segments > 0]
        assert segments[0] == 1
        assert set(np.diff(used)) <= {0, 1}
        assert not segments[len(used) :].any()
        assert not tokens[len(used) :].any()


@given(SEQUENCES)
def test_no_two_rows_could_be_one(sequences):
    # While all rows are open, best fit leaves at most one that is half empty.
    used = (pack(sequences, LENGTH).segments > 0).sum(axis=1)
    assert (used <= LENGTH // 2).sum() <= 1


def test_the_best_fit_is_taken_by_hand():
    rows = pack([[1] * 5, [2] * 4, [3] * 2, [4]], length=6)
    assert rows.segments.tolist() == [[1, 1, 1, 1, 1, 2], [1, 1, 1, 1, 2, 2]]
    assert rows.tokens.tolist() == [[1, 1, 1, 1, 1, 4], [2, 2, 2, 2, 3, 3]]


def test_a_row_is_filled_near_the_place_where_it_began():
    # Too long to pair up: one row each, until the oldest rows take no more.
    long = [[i] * 7 for i in range(OPEN + 3)]
    rows = pack([*long, *[[1000]] * 3], LENGTH)
    (places,) = np.nonzero((rows.tokens == 1000).any(axis=1))
    assert places.min() >= 3


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("sequences", "got"),
    [
        ([], "must not be empty"),
        ([[1], []], r"sequences\[1\] must hold 1 to 4 ids, got 0"),
        ([[1] * 5], r"sequences\[0\] must hold 1 to 4 ids, got 5"),
    ],
)
def test_what_cannot_be_packed_is_refused_with_the_value(sequences, got):
    with pytest.raises(ValueError, match=got):
        pack(sequences, length=4)


def test_the_same_sequences_are_packed_the_same_from_any_iterable():
    rng = np.random.default_rng(0)
    sequences = [rng.integers(1, 9, rng.integers(1, 13)).tolist() for _ in range(300)]
    one, two = pack(sequences, LENGTH), pack(iter(sequences), LENGTH)
    np.testing.assert_array_equal(one.tokens, two.tokens)
    np.testing.assert_array_equal(one.segments, two.segments)
    assert (one.segments > 0).mean() > 0.9
