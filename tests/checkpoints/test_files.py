import dataclasses
import io
import os
import zipfile

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from models import new_model
from sbt_jax.architecture import Config
from sbt_jax.checkpoints import (
    Card,
    as_shipped,
    cards,
    data_file,
    dequantize,
    digest,
    load,
    quantize,
    read_card,
    read_config,
    read_table,
    remembered,
    save,
    write_card,
    write_table,
)

CONFIG = Config(vocab_size=20, width=8, layers=2, heads=2, mlp=8, window=4)
MODEL = new_model(CONFIG)
CARD = Card("Nothing.", "sbt_jax.recipes.none", (3,), {"corpus": "00"}, {"loss": 1.5})
MATRICES = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 5), st.integers(1, 7)),
    elements=st.floats(-1e6, 1e6, width=32, allow_subnormal=False),
)


@pytest.fixture
def checkpoint(tmp_path):
    path = tmp_path / "model.npz"
    save(path, MODEL, CONFIG)
    return path


@given(MATRICES)
def test_rounding_moves_a_weight_by_half_a_step_at_most(weights):
    quantized = quantize(weights)
    error = np.abs(dequantize(quantized) - weights)
    assert (error <= quantized.scale[:, None] * 0.5001).all()


@given(MATRICES)
def test_the_largest_weight_of_a_row_becomes_127(weights):
    quantized = quantize(weights)
    rows = quantized.scale > 1e-30
    assert (np.abs(quantized.values).max(axis=1)[rows] == 127).all()


def test_quantized_by_hand():
    values, scale = quantize(np.array([[12.7, -6.3], [0.0, 0.0]], np.float32))
    np.testing.assert_array_equal(values, [[127, -63], [0, 0]])
    np.testing.assert_allclose(scale, [0.1, 0.0], rtol=1e-6)


def test_what_is_loaded_is_what_as_shipped_promises(checkpoint):
    loaded, expected = load(checkpoint, MODEL), as_shipped(MODEL)
    assert jax.tree.structure(loaded) == jax.tree.structure(MODEL)
    for a, b in zip(jax.tree.leaves(loaded), jax.tree.leaves(expected), strict=True):
        np.testing.assert_array_equal(a, b)
    assert Config(**read_config(checkpoint)) == CONFIG


def test_saving_what_was_loaded_changes_nothing(checkpoint, tmp_path):
    again = tmp_path / "again.npz"
    save(again, load(checkpoint, MODEL), CONFIG)
    for a, b in zip(
        jax.tree.leaves(load(again, MODEL)),
        jax.tree.leaves(load(checkpoint, MODEL)),
        strict=True,
    ):
        np.testing.assert_allclose(a, b, rtol=1e-6)


def test_equal_weights_give_equal_bytes(checkpoint, tmp_path):
    save(tmp_path / "twin.npz", MODEL, CONFIG)
    assert (tmp_path / "twin.npz").read_bytes() == checkpoint.read_bytes()


def test_weights_take_a_byte_each(checkpoint):
    weights = sum(leaf.size for leaf in jax.tree.leaves(MODEL))
    with np.load(checkpoint, allow_pickle=False) as file:
        matrices = [file[name].nbytes for name in file if file[name].dtype == np.int8]
    assert sum(matrices) == weights - 5 * CONFIG.width  # the gains stay float32


@pytest.mark.parametrize("kept", [0, 1, 100, 0.5, -1])
def test_a_truncated_file_is_refused_by_name(checkpoint, kept):
    whole = checkpoint.read_bytes()
    size = int(kept * len(whole)) if isinstance(kept, float) else kept
    checkpoint.write_bytes(whole[:size])
    with pytest.raises(ValueError, match=r"model\.npz: expected a whole"):
        load(checkpoint, MODEL)


def test_a_flipped_byte_never_gives_other_weights(checkpoint):
    whole, expected = checkpoint.read_bytes(), jax.tree.leaves(load(checkpoint, MODEL))
    for place in range(8, len(whole), 97):
        damaged = bytearray(whole)
        damaged[place] ^= 0x55
        checkpoint.write_bytes(damaged)
        try:
            found = jax.tree.leaves(load(checkpoint, MODEL))
        except ValueError as error:
            assert "model.npz" in str(error)  # noqa: PT017 (many files, one check)
        else:  # a byte that says nothing, such as a date
            assert all(map(np.array_equal, found, expected))


def rewritten(path, **changes):
    with np.load(path, allow_pickle=False) as file:
        entries = {name: file[name] for name in file}
    entries |= changes
    np.savez(path, **{name: e for name, e in entries.items() if e is not None})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"format": np.array("zip")}, "expected format 'sbt-jax checkpoint', got zip"),
        ({"format": None}, "expected format 'sbt-jax checkpoint', got None"),
        ({"version": np.array(99)}, "expected version 1, got 99"),
        ({"norm": None}, "expected weights"),
        ({"extra": np.ones(2)}, "expected weights"),
        ({"norm": np.ones(3, np.float32)}, r"norm of shape \(8,\), got \(3,\)"),
        ({"norm": np.full(8, np.nan, np.float32)}, "norm to be finite float32"),
        ({"norm": np.ones(8, np.int64)}, "norm to be finite float32"),
        ({"embedding": np.ones((20, 8))}, "embedding to be int8"),
        ({"embedding:scale": None}, "embedding to be int8"),
        ({"embedding:scale": np.ones(3, np.float32)}, "embedding to be int8"),
        (
            {"embedding:scale": np.full(20, np.inf, np.float32)},
            "embedding to be int8 with a finite",
        ),
        ({"config": np.array([{}], object)}, "expected a whole .npz file"),
        ({"config": np.array("{")}, "expected a config"),
        ({"config": np.array("[]")}, "expected a config"),
        ({"config": None}, "expected a config"),
    ],
)
@pytest.mark.usefixtures("unchecked")
def test_a_mismatched_file_is_refused_by_name(checkpoint, changes, expected):
    rewritten(checkpoint, **changes)
    with pytest.raises(ValueError, match=expected) as error:
        _ = load(checkpoint, MODEL), read_config(checkpoint)
    assert "model.npz" in str(error.value)


def test_a_zip_of_something_else_is_refused_by_name(tmp_path):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("hello.txt", "hello")
    (tmp_path / "other.npz").write_bytes(content.getvalue())
    with pytest.raises(ValueError, match=r"other\.npz: expected"):
        load(tmp_path / "other.npz", MODEL)


def test_a_single_array_is_refused_by_name(tmp_path):
    np.save(tmp_path / "one.npy", np.ones(3))
    with pytest.raises(ValueError, match=r"one\.npy: expected a whole \.npz"):
        load(tmp_path / "one.npy", MODEL)


def test_a_missing_file_is_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        load(tmp_path / "nowhere.npz", MODEL)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_weights_that_are_not_finite_are_not_saved(tmp_path, bad):
    for leaf in (np.full(2, bad, np.float32), np.full((2, 2), bad, np.float32)):
        with pytest.raises(ValueError, match=f"w must be finite .*got {bad}"):
            save(tmp_path / "bad.npz", {"w": leaf}, CONFIG)
    assert not list(tmp_path.iterdir())


def test_an_interrupted_write_leaves_the_old_file(checkpoint, monkeypatch):
    before = checkpoint.read_bytes()

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    other = new_model(CONFIG, seed=1)
    with pytest.raises(OSError, match="disk full"):
        save(checkpoint, other, CONFIG)
    assert checkpoint.read_bytes() == before
    assert [file.name for file in checkpoint.parent.iterdir()] == ["model.npz"]


def test_a_table_comes_back_with_its_card(tmp_path):
    write_table("numbers", {"rows": [1, 2.5, None]}, CARD, tmp_path)
    assert read_table("numbers", tmp_path) == {"rows": [1, 2.5, None]}
    (card,) = cards(tmp_path).values()
    assert dataclasses.replace(card, sha256="") == CARD
    assert set(card.versions) == {"python", "jax", "numpy"}


def test_the_same_table_gives_the_same_bytes_and_no_date(tmp_path):
    for folder in ("a", "b"):
        write_table("numbers", {"x": 1}, CARD, tmp_path / folder)
    a, b = (tmp_path / f / "numbers.card.json" for f in ("a", "b"))
    assert a.read_bytes() == b.read_bytes()


def test_a_table_with_nan_is_refused(tmp_path):
    with pytest.raises(ValueError, match="nan"):
        write_table("numbers", [float("nan")], CARD, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_table_that_was_edited_no_longer_fits_its_card(tmp_path):
    write_table("numbers", {"x": 1}, CARD, tmp_path)
    (tmp_path / "numbers.json").write_text('{"x": 2}')
    with pytest.raises(ValueError, match=r"numbers\.json: expected the SHA-256"):
        read_table("numbers", tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"what": "x"}'])
def test_a_damaged_card_is_refused_by_name(tmp_path, text):
    write_table("numbers", {"x": 1}, CARD, tmp_path)
    (tmp_path / "numbers.card.json").write_text(text)
    with pytest.raises(ValueError, match=r"numbers\.card\.json: expected"):
        read_table("numbers", tmp_path)


@pytest.mark.parametrize("name", ["../up", "/etc/passwd", "a/b", "", ".", ".."])
def test_a_name_that_is_a_path_is_refused_with_it(name):
    with pytest.raises(ValueError, match="must be a file name, got"):
        data_file(name)


def test_a_name_that_is_not_shipped_is_refused_with_it():
    with pytest.raises(FileNotFoundError, match="nothing_here"):
        data_file("nothing_here.npz")


def test_a_result_is_computed_once_for_each_key(tmp_path):
    path, calls = tmp_path / "unit.json", []

    def make():
        calls.append(1)
        return {"n": len(calls)}

    results = [remembered(path, key, make)["n"] for key in ((1,), (1,), (2,), (2,))]
    assert results == [1, 1, 2, 2]


def test_a_digest_is_that_of_the_standard():
    # FIPS 180-2, appendix B.1.
    assert digest("abc").startswith("ba7816bf8f01cfea")
    assert digest("abc") == digest(b"abc")


def test_a_card_without_its_file_is_not_written(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_card(tmp_path / "nowhere.json", CARD)
    with pytest.raises(FileNotFoundError):
        read_card(tmp_path / "nowhere.json")
