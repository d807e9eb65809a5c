"""Figures of others that chapter 18 quotes, recomputed by its functions."""

import pytest

from sbt_jax.inference import (
    E2M1,
    MXFP4,
    NVFP4,
    SHARED,
    Chip,
    Keeps,
    expected_tokens,
    kind_of,
    of_heads,
    of_latent,
    speedup,
    step_seconds,
    token_bytes,
)
from sbt_jax.published.inference import INFERENCE

BYTES = {
    name: figure.value["bytes"]
    for name, figure in INFERENCE.items()
    if isinstance(figure.value, dict) and "bytes" in figure.value
}


def kept(name):
    return kind_of(name).ways[SHARED[0]]


@pytest.mark.parametrize("name", BYTES)
def test_bytes_of_a_token(name):
    assert token_bytes(kept(name)) == BYTES[name]


def test_all_models_of_the_table_are_there():
    assert {BYTES[name] for name in ("GPT-2", "GPT-3", "OPT-13B")} == {
        36_864,
        4_718_592,
        819_200,
    }
    assert BYTES["Llama 2 13B"] == BYTES["OPT-13B"]
    assert len(BYTES) == 12


def test_times_as_much_as_deepseek_v3():
    v3 = token_bytes(kept("DeepSeek-V3"))
    times = {name: token_bytes(kept(name)) / v3 for name in ("Qwen2.5 72B",)}
    said = INFERENCE["times V3"].value
    assert times["Qwen2.5 72B"] == pytest.approx(said["Qwen2.5 72B"], abs=0.005)
    # The report prints 7.28; its own bytes give 7.34.
    llama = token_bytes(kept("Llama 3.1 405B")) / v3
    assert llama == pytest.approx(7.34, abs=0.005)
    assert said["Llama 3.1 405B"] == 7.28


def test_numbers_of_table_9():
    small, large = INFERENCE["MLA, table 9"].value.values()
    assert 27 * of_heads(16, 128) == pytest.approx(small[0], rel=1e-3)
    assert 27 * of_latent(512, 64) == pytest.approx(small[1], rel=4e-3)
    assert 60 * of_latent(512, 64) == pytest.approx(large[1], rel=2e-3)
    # 860.2K is 2 · 7,168 · 60: of 56 heads of 128, or the like.
    assert 60 * of_heads(56, 128) == pytest.approx(large[0], rel=1e-3)


def test_the_saving_needs_six_bits():
    said = INFERENCE["MLA saves"].value
    v2, dense = kept("DeepSeek-V2"), kept("DeepSeek 67B")
    six = token_bytes(v2, said["bits"]) / token_bytes(dense)
    assert 1 - six == pytest.approx(said["share"], abs=5e-4)
    assert 1 - token_bytes(v2) / token_bytes(dense) == pytest.approx(0.822, abs=5e-4)


@pytest.mark.parametrize("row", INFERENCE["speculation"].value)
def test_predicted_speedups(row):
    guesses, rate, cost, predicted, _ = row
    # The formula's own rounding of alpha and c is in the second decimal.
    assert speedup(rate, guesses, cost) == pytest.approx(predicted, abs=0.075)


def test_two_tokens_of_multi_token_prediction():
    low, high = (expected_tokens(x, 1) for x in INFERENCE["MTP"].value["kept"])
    assert (low, high) == (1.85, 1.90)
    assert INFERENCE["MTP"].value["faster"] < low  # the measured one


@pytest.mark.parametrize("name", ["TPU v5e", "H100", "H200"])
def test_operations_in_the_time_of_a_byte(name):
    *chip, balance = INFERENCE[name].value
    assert round(Chip(*chip).balance) == balance


def test_steps_of_llama_2_13b_on_eight_chips():
    said = INFERENCE["Llama 2 13B on v5e"].value
    flops, bandwidth, memory, _ = INFERENCE["TPU v5e"].value
    many = said["chips"]
    chips = Chip(many * flops, many * bandwidth, many * memory)
    cache = 8192 * token_bytes(kept("Llama 2 13B"))
    assert cache == pytest.approx(said["cache"], rel=2e-3)
    for batch, ms in said["steps"].items():
        moved = said["weights"] + batch * said["cache"]
        found = 1000 * step_seconds(chips, 0, moved)
        assert found == pytest.approx(ms, abs=0.006)


def test_four_bit_formats():
    assert MXFP4.bits == INFERENCE["MXFP4"].value
    assert NVFP4.bits == INFERENCE["NVFP4"].value
    assert INFERENCE["E2M1"].value == E2M1
    # All that two bits of exponent and one of mantissa can say.
    made = {0.0, 0.5} | {2.0**e * (1 + m / 2) for e in range(3) for m in range(2)}
    assert set(E2M1) == made


def test_old_queries_are_not_kept():
    grouped, whole = (Keeps(1, of_heads(k, 128)) for k in (8, 32))
    assert token_bytes(whole) == 4 * token_bytes(grouped)
