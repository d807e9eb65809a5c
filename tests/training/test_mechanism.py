import dataclasses
import io
import os
import subprocess
import sys
from types import SimpleNamespace

import jax
import numpy as np
import optax
import pytest

from sbt_jax.architecture import Config, forward, init_model
from sbt_jax.training import (
    CHUNK,
    Batch,
    Progress,
    Settings,
    batch_loss,
    cross_entropy,
    optimizer,
    train,
)
from sbt_jax.training.batches import split

# One program for each shape, not one for each operation and shape.
batch_loss = jax.jit(batch_loss, static_argnames="config")
cross_entropy = jax.jit(cross_entropy)
forward = jax.jit(forward, static_argnames="config")
slope = jax.jit(jax.value_and_grad(batch_loss), static_argnames="config")

CONFIG = Config(vocab_size=8, width=16, layers=1, heads=2, mlp=16, window=8)
KEY = jax.random.key(0)
SHORT = Settings(steps=CHUNK + 9, warmup=5)  # settings that differ compile again


def copying(step):
    """A random token, then the same again and again."""
    first = np.random.default_rng(step).integers(8, size=(4, 1))
    tokens = np.repeat(first, 6, axis=1)
    return Batch(tokens, np.ones_like(tokens, dtype=bool))


def test_a_model_learns_to_copy():
    _, losses = train(KEY, CONFIG, Settings(steps=200), copying)
    assert losses.shape == (200,)
    # A little below ln 8: the tied embedding leans to the token just read.
    np.testing.assert_allclose(losses[0], np.log(8), atol=0.3)
    assert losses[-10:].mean() < 0.05


def test_the_same_key_gives_the_same_bits_and_another_does_not():
    one, losses = train(KEY, CONFIG, SHORT, copying)
    two, again = train(KEY, CONFIG, SHORT, copying)
    np.testing.assert_array_equal(losses, again)
    for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(two), strict=True):
        np.testing.assert_array_equal(a, b)
    _, other = train(jax.random.key(1), CONFIG, SHORT, copying)
    assert not np.array_equal(losses, other)


def test_the_scan_over_chunks_is_the_plain_loop():
    ours, losses = train(KEY, CONFIG, SHORT, copying)
    model, adamw = init_model(KEY, CONFIG), optimizer(SHORT)

    @jax.jit
    def updated(gradient, state, model):
        update, state = adamw.update(gradient, state, model)
        return optax.apply_updates(model, update), state

    state, expected = adamw.init(model), []
    for step in range(SHORT.steps):
        loss, gradient = slope(model, CONFIG, copying(step))
        model, state = updated(gradient, state, model)
        expected.append(float(loss))
    np.testing.assert_allclose(losses, expected, rtol=2e-3)
    np.testing.assert_allclose(ours.embedding, model.embedding, atol=2e-3)


def test_loss_by_hand_on_the_asked_positions_only():
    p = np.array([[[0.25, 0.75], [0.5, 0.5], [1.0, 0.0]]], np.float32)
    asked = np.array([[True, True, False]])
    with np.errstate(divide="ignore"):
        log_p = np.log(p)
    loss = cross_entropy(log_p, np.array([[0, 1, 1]]), asked)
    np.testing.assert_allclose(loss, (np.log(4) + np.log(2)) / 2, rtol=1e-6)


def test_a_weight_says_how_much_a_position_counts():
    log_p = np.log(np.array([[0.5, 0.5], [0.25, 0.75], [0.1, 0.9]], np.float32))
    targets, weights = np.array([0, 0, 1]), np.array([1, 0.5, 0], np.float32)
    loss = cross_entropy(log_p, targets, weights)
    by_hand = (np.log(2) + 0.5 * np.log(4)) / 1.5
    np.testing.assert_allclose(loss, by_hand, rtol=1e-6)


def test_nothing_asked_is_no_loss():
    nothing, logits = np.zeros(2, bool), np.ones((2, 3), np.float32)
    assert float(cross_entropy(logits, np.array([0, 1]), nothing)) == 0


def test_the_batch_loss_reads_the_token_before():
    tokens = np.array([[1, 2, 3]])
    model = init_model(KEY, CONFIG)
    log_p = np.asarray(jax.nn.log_softmax(forward(model, CONFIG, np.array([1, 2]))))
    batch = Batch(tokens, np.array([[True, False, True]]))
    np.testing.assert_allclose(
        batch_loss(model, CONFIG, batch), -log_p[1, 3], rtol=1e-5
    )


def test_tokens_not_asked_for_do_not_pull_on_the_weights():
    # The last token is read by nobody and asked by nobody.
    model, mask = init_model(KEY, CONFIG), np.array([[True, True, False]])
    gradients = [
        slope(model, CONFIG, Batch(np.array([[1, 2, last]]), mask))[1]
        for last in (3, 4)
    ]
    np.testing.assert_array_equal(gradients[0].embedding, gradients[1].embedding)


def test_the_learning_rate_climbs_and_falls():
    # AdamW on a constant gradient of 1 moves by the learning rate itself.
    settings = Settings(steps=10, learning_rate=0.5, warmup=4, weight_decay=0.0)
    adamw, moved = optimizer(settings), []
    weight, one = np.zeros(1, np.float32), np.ones(1, np.float32)
    state, step = adamw.init(weight), jax.jit(adamw.update)
    for _ in range(10):
        update, state = step(one, state, weight)
        moved.append(-float(update[0]))
    expected = [0, 0.125, 0.25, 0.375] + [
        0.25 * (1 + np.cos(np.pi * k / 6)) for k in range(6)
    ]
    np.testing.assert_allclose(moved, expected, atol=1e-5)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("name", "value", "got"),
    [
        ("steps", 0, "steps must be >= 1, got 0"),
        ("warmup", -1, "warmup must be in 0..99, got -1"),
        ("warmup", 100, "warmup must be in 0..99, got 100"),
        ("learning_rate", 0.0, "learning_rate must be > 0, got 0.0"),
        ("learning_rate", float("nan"), "learning_rate must be > 0, got nan"),
        ("clip", float("inf"), "clip must be > 0, got inf"),
        ("weight_decay", -0.1, "weight_decay must be >= 0, got -0.1"),
        ("dtype", "float16", "dtype must be float32 or bfloat16, got 'float16'"),
    ],
)
def test_bad_settings_are_refused_with_the_value(name, value, got):
    with pytest.raises(ValueError, match=got):
        Settings(**({"steps": 100} | {name: value}))


def ones(rows, time):
    tokens = np.ones((rows, time), int)
    return Batch(tokens, tokens > 0)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("batch_at", "got"),
    [
        (lambda step: ones(2 + step, 4), r"one shape, got \[\(2, 4\), \(3, 4\)"),
        (lambda step: ones(2, 4)._replace(tokens=np.full((2, 4), 8)), "got 8..8"),
        (lambda step: ones(2, 4)._replace(tokens=np.full((2, 4), -1)), "got -1..-1"),
        (lambda step: ones(2, 4)._replace(tokens=np.full((2, 4), 0.5)), "got float64"),
        (lambda step: ones(0, 4), r"not be empty, got \(0, 4\)"),
        (lambda step: ones(2, 10), "window of 8, got 9"),
        (lambda step: ones(2, 1), r"not be empty, got shape \(2, 0\)"),
        (lambda step: ones(2, 4)._replace(asked=np.ones((2, 5), bool)), "one shape"),
    ],
)
def test_bad_batches_are_refused_with_the_value(batch_at, got):
    with pytest.raises((ValueError, TypeError), match=got):
        train(KEY, CONFIG, Settings(steps=2, warmup=0), batch_at)


def weights(model):
    return [np.asarray(leaf) for leaf in jax.tree.leaves(model)]


def assert_same_bits(one, two):
    for a, b in zip(weights(one), weights(two), strict=True):
        np.testing.assert_array_equal(a, b)


# -- Several texts in a row, bfloat16 ---------------------------------------


def test_packed_texts_cost_what_they_cost_alone():
    model = init_model(KEY, CONFIG)
    one, two = np.array([[1, 2, 3]]), np.array([[4, 5, 6, 7]])
    losses = [float(batch_loss(model, CONFIG, Batch(t, t > 0))) for t in (one, two)]
    row = np.concatenate([one, two], axis=1)
    packed = Batch(row, row > 0, np.array([[1, 1, 1, 2, 2, 2, 2]]))
    # Two tokens are learned of the first text and three of the second.
    expected = (2 * losses[0] + 3 * losses[1]) / 5
    np.testing.assert_allclose(batch_loss(model, CONFIG, packed), expected, rtol=1e-5)


def test_no_text_pulls_on_the_weights_through_another():
    model = init_model(KEY, CONFIG)
    segments = np.array([[1, 1, 1, 2, 2, 2]])
    asked = segments == 2
    gradients = [
        slope(model, CONFIG, Batch(np.array([row]), asked, segments))[1]
        for row in ([1, 2, 3, 4, 5, 6], [3, 1, 2, 4, 5, 6])
    ]
    assert_same_bits(gradients[0].blocks, gradients[1].blocks)


def test_bfloat16_learns_too_and_keeps_float32_weights():
    model, losses = train(KEY, CONFIG, Settings(200, dtype="bfloat16"), copying)
    assert {w.dtype for w in weights(model)} == {np.dtype("float32")}
    exact = train(KEY, CONFIG, Settings(200), copying)[1]
    assert not np.array_equal(losses, exact)
    np.testing.assert_allclose(losses[:5], exact[:5], rtol=1e-2)
    assert losses[-10:].mean() < 0.05


# -- Snapshots and progress -------------------------------------------------


def test_snapshots_show_the_run_that_would_be_without_them():
    whole, losses = train(KEY, CONFIG, SHORT, copying)
    seen = {}
    end, with_them = train(
        KEY,
        CONFIG,
        SHORT,
        copying,
        snapshot=seen.__setitem__,
        snapshot_at=(0, 3, CHUNK + 9),
    )
    assert list(seen) == [0, 3, CHUNK + 9]
    assert_same_bits(seen[0], init_model(KEY, CONFIG))
    assert_same_bits(seen[CHUNK + 9], end)
    loss = batch_loss(seen[3], CONFIG, copying(3))
    np.testing.assert_allclose(loss, losses[3], rtol=1e-4)
    np.testing.assert_allclose(with_them, losses, rtol=2e-3)
    assert not np.array_equal(seen[3].embedding, whole.embedding)


def test_progress_says_where_the_run_is_only_when_asked(capsys):
    settings = Settings(steps=CHUNK, warmup=5)
    train(KEY, CONFIG, settings, copying)
    assert capsys.readouterr().err == ""
    _, losses = train(KEY, CONFIG, settings, copying, progress=True, floor=0.5)
    line = capsys.readouterr().err
    assert line.startswith(f"[{'=' * 16}] {CHUNK}/{CHUNK}  loss {losses.mean():.3f}")
    assert f"gap {losses.mean() - 0.5:.3f}" in line
    assert "0:00 left" in line


def test_a_terminal_gets_one_line_that_is_written_over(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    progress = Progress(10)
    progress.update(5, 2.0, tokens=100)
    progress.update(10, 1.0, tokens=100)
    text = terminal.getvalue()
    assert text.count("\r") == 2
    assert text.endswith("left\n")
    assert "5/10  loss 2.000" in text


# -- Going on after a kill --------------------------------------------------

RESUMED = Settings(steps=3 * CHUNK + 5, warmup=5)


class StopHereError(Exception):
    """Stands for whatever ends a run."""


def stops_at(last):
    def batch_at(step):
        if step == last:
            raise StopHereError
        return copying(step)

    return batch_at


@pytest.fixture
def stopped(tmp_path):
    """The state that a run left behind."""
    path = tmp_path / "run.npz"
    with pytest.raises(StopHereError):
        train(KEY, CONFIG, RESUMED, stops_at(2 * CHUNK + 3), save=path, every=CHUNK)
    return path


def test_a_run_that_stopped_goes_on_to_the_same_bits(stopped):
    asked = []

    def spy(step):
        asked.append(step)
        return copying(step)

    again, losses = train(KEY, CONFIG, RESUMED, spy, save=stopped, every=CHUNK)
    assert CHUNK - 1 not in asked, "the run began again"
    whole, expected = train(KEY, CONFIG, RESUMED, copying)
    np.testing.assert_array_equal(losses, expected)
    assert_same_bits(again, whole)
    over, losses = train(KEY, CONFIG, RESUMED, stops_at(1), save=stopped)
    np.testing.assert_array_equal(losses, expected)
    assert_same_bits(over, whole)


PROGRAM = """
import os, signal, sys
from pathlib import Path
import jax, numpy as np
from sbt_jax.architecture import Config
from sbt_jax.training import Batch, CHUNK, Settings, train

def batch_at(step):
    if step == int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)
    first = np.random.default_rng(step).integers(8, size=(4, 1))
    tokens = np.repeat(first, 6, axis=1)
    return Batch(tokens, np.ones_like(tokens, dtype=bool))

config = Config(vocab_size=8, width=16, layers=1, heads=2, mlp=16, window=8)
settings = Settings(steps=3 * CHUNK, warmup=5)
for path in map(Path, sys.argv[2:]):
    key = jax.random.key(0)
    model, losses = train(key, config, settings, batch_at, save=path, every=1)
    print(losses.tobytes().hex(), b"".join(
        np.asarray(x).tobytes() for x in jax.tree.leaves(model)).hex())
"""


def program(source, *arguments, **environment):
    """Run a program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", source, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        timeout=300,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_process_that_is_killed_goes_on_to_the_same_bits(tmp_path):
    killed = program(PROGRAM, 2 * CHUNK + 3, tmp_path / "run.npz")
    assert killed.returncode == -9, killed.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["run.npz"]
    # Another process goes on with that run, and then makes the whole of one.
    done = program(PROGRAM, -1, tmp_path / "run.npz", tmp_path / "whole.npz")
    assert done.returncode == 0, done.stderr
    resumed, whole = done.stdout.splitlines()
    assert resumed == whole


@pytest.mark.parametrize(
    ("change", "got"),
    [
        (lambda raw: raw[: len(raw) // 2], "damaged"),
        (lambda raw: b"", "damaged"),
        (lambda raw: raw[:900] + bytes([raw[900] ^ 1]) + raw[901:], "damaged"),
    ],
    ids=["cut short", "empty", "one bit"],
)
def test_a_damaged_state_is_refused_by_name(stopped, change, got):
    stopped.write_bytes(change(stopped.read_bytes()))
    with pytest.raises(ValueError, match=f"run.npz: a {got} .*delete it") as error:
        train(KEY, CONFIG, RESUMED, copying, save=stopped)
    assert str(stopped) in str(error.value)


@pytest.mark.parametrize(
    ("key", "config", "settings", "batch_at", "got"),
    [
        (jax.random.key(1), CONFIG, RESUMED, copying, "random key"),
        (KEY, dataclasses.replace(CONFIG, mlp=8), RESUMED, copying, "config.mlp': 8"),
        (KEY, CONFIG, Settings(64, warmup=5), copying, "settings.steps': 64"),
        (KEY, CONFIG, RESUMED, lambda step: copying(step + 1), "first batch"),
    ],
)
def test_a_state_of_another_run_is_refused(
    stopped, key, config, settings, batch_at, got
):
    with pytest.raises(ValueError, match=f"run.npz: .*another run: .*{got}"):
        train(key, config, settings, batch_at, save=stopped)


# -- Several devices --------------------------------------------------------

DEVICES = """
import jax, numpy as np
from jax.sharding import Mesh
from sbt_jax.architecture import Config, init_model
from sbt_jax.training import (
    Batch, CHUNK, Settings, optimizer, sharded, train, train_chunk)

def batch_at(step):
    tokens = np.random.default_rng(step).integers(8, size=(8, 7), dtype=np.int32)
    return Batch(tokens, tokens >= 0, np.repeat([[1, 1, 1, 2, 2, 2, 2]], 8, axis=0))

config = Config(vocab_size=8, width=16, layers=1, heads=2, mlp=16, window=8)
settings, key = Settings(CHUNK + 4, warmup=5), jax.random.key(0)
assert jax.device_count() == 4
four = Mesh(jax.devices(), ("batch",))
for mesh in (None, four):
    model, losses = train(key, config, settings, batch_at, mesh=mesh)
    used = len(model.embedding.devices())
    assert used == (1 if mesh is None else 4), used
    print(*losses.tolist())

model = sharded(init_model(key, config), four)
shard = model.embedding.addressable_shards[0].data
assert shard.shape == (2, 16), shard.shape
state = optimizer(settings).init(model)
batches = Batch(*map(np.stack, zip(*map(batch_at, range(CHUNK)))))
_, _, losses = train_chunk(model, state, batches, config, settings)
print(*losses.tolist())
"""


@pytest.fixture(scope="module")
def losses_on_devices():
    """On one device, on four, and with weights that lie in parts on four."""
    flags = os.environ.get("XLA_FLAGS", "")
    flags += " --xla_force_host_platform_device_count=4"
    done = program(DEVICES, XLA_FLAGS=flags, JAX_PLATFORMS="cpu")
    assert done.returncode == 0, done.stderr
    return [np.array(line.split(), float) for line in done.stdout.splitlines()]


def test_four_devices_have_the_losses_of_one(losses_on_devices):
    one, four, _ = losses_on_devices
    assert one.shape == (CHUNK + 4,)
    np.testing.assert_allclose(four, one, atol=1e-5)


@pytest.mark.usefixtures("unchecked")
def test_rows_that_do_not_split_are_refused():
    mesh = SimpleNamespace(devices=np.arange(3), axis_names=("batch",))
    batches = Batch(np.ones((2, 4, 6), int), np.ones((2, 4, 6), bool))
    with pytest.raises(ValueError, match="over 3 devices, got 4 rows"):
        split(batches, mesh)
    mesh.axis_names = ("batch", "width")
    with pytest.raises(ValueError, match=r"one axis, got \('batch', 'width'\)"):
        split(batches, mesh)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("options", "got"),
    [
        ({"snapshot_at": (0, 9)}, r"snapshot_at must be in 0\.\.8, got \[0, 9\]"),
        ({"snapshot_at": (-1,)}, r"snapshot_at must be in 0\.\.8, got \[-1\]"),
        ({"every": 0}, "every must be >= 1, got 0"),
    ],
)
def test_bad_options_are_refused_with_the_value(options, got):
    with pytest.raises(ValueError, match=got):
        train(KEY, CONFIG, Settings(8, warmup=0), copying, **options)


def test_weights_in_parts_on_four_devices_have_the_losses_of_one(losses_on_devices):
    one, _, parts = losses_on_devices
    np.testing.assert_allclose(parts, one[:CHUNK], atol=1e-5)
