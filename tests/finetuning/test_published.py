"""Published figures of chapter 14: what our code can recompute, and what is quoted."""

from statistics import NormalDist

import numpy as np
import pytest

from sbt_jax import finetuning
from sbt_jax.architecture import Config, Design, Switches, published_designs
from sbt_jax.finetuning import adapter_numbers, formats, stored_bits, stored_bytes
from sbt_jax.finetuning.findings import published_findings
from sbt_jax.finetuning.four_bits import OFFSET
from sbt_jax.published.finetuning import FINETUNING

pytestmark = pytest.mark.usefixtures("unchecked")
DESIGNS = published_designs()
QV = "query and value"


def of(name):
    return FINETUNING[name].value


def test_nf4_is_derived_from_its_offset():
    levels = finetuning.normal_levels()
    np.testing.assert_allclose(levels, of("nf4"), atol=3e-7)
    ours = OFFSET
    assert ours == pytest.approx(of("nf4_offset"), abs=5e-8)
    assert pytest.approx(0.5 * ((1 - 1 / 30) + (1 - 1 / 32))) == ours


def test_quantiles_of_equal_slices_are_another_table():
    slices = np.array([NormalDist().inv_cdf((i + 0.5) / 16) for i in range(16)])
    slices /= slices.max()
    assert np.abs(slices - finetuning.normal_levels()).max() > 0.04


def test_fp4_of_bitsandbytes_is_no_e2m1():
    np.testing.assert_allclose(finetuning.FP4 * 12, of("fp4"))
    e2m1 = finetuning.float_levels(2, 1)
    assert e2m1[e2m1 > 0].tolist() == [0.5, 1, 1.5, 2, 3, 4, 6]


@pytest.mark.parametrize("rank", [1, 2, 4, 8, 64])
def test_adapters_of_gpt3(rank):
    count = adapter_numbers(DESIGNS["GPT-3"], rank, QV) / 1e6
    # The paper prints 18.8 where it is 18.87.
    assert count == pytest.approx(of("gpt3_query_value")[rank], abs=0.1)


def test_adapters_of_all_attention_of_gpt3():
    count = adapter_numbers(DESIGNS["GPT-3"], 64, "attention") / 1e6
    assert count == pytest.approx(of("gpt3_attention")[64], rel=0.001)


def test_the_checkpoint_of_gpt3_shrinks_ten_thousand_times():
    sizes = of("gpt3_checkpoint")
    assert sizes["before"] / sizes["after"] == of("gpt3_fewer")
    weights = sum(DESIGNS["GPT-3"].parameters().values())
    assert 2 * weights == pytest.approx(sizes["before"], rel=0.01)
    # 35 MB in half precision is rank 4 on query and value.
    four = 2 * adapter_numbers(DESIGNS["GPT-3"], 4, QV)
    assert four == pytest.approx(sizes["after"], rel=0.1)


def test_deberta_has_its_count_at_the_rank_of_the_script():
    value = of("deberta")
    size, layers = value["width"], value["layers"]
    config = Config(128_100, size, layers, heads=24, mlp=4 * size, window=512)
    design = Design(config, Switches(mlp="gelu"))
    count = adapter_numbers(design, value["rank"], QV) / 1e6
    assert count == pytest.approx(value["numbers"], abs=0.05)
    assert adapter_numbers(design, 8, QV) / 1e6 == pytest.approx(2.36, abs=0.01)


def test_adapters_of_llama():
    two, three = DESIGNS["Llama 2 7B"], DESIGNS["Llama 3 8B"]
    small = of("llama2_query_value")
    count = adapter_numbers(two, small["rank"], QV)
    weights = sum(two.parameters().values())
    assert (count, weights + count) == (small["numbers"], small["together"])
    assert 100 * count / (weights + count) == pytest.approx(small["share"], abs=5e-5)
    wide = of("llama2_all")
    assert adapter_numbers(two, wide["rank"]) == wide["numbers"]
    other = of("llama3_all")
    count = adapter_numbers(three, other["rank"])
    assert count == other["numbers"]
    share = 100 * count / sum(three.parameters().values())
    assert share == pytest.approx(other["share"], abs=0.005)


def test_full_fine_tuning_of_65_billion():
    value = of("qlora_full")
    weights = int(value["parameters"])
    assert finetuning.learning_bytes(weights, weights) == pytest.approx(value["bytes"])
    learned = adapter_numbers(DESIGNS["Llama 1 65B"], 64)
    nf4 = stored_bits(formats()["NF4"], double=True)
    assert finetuning.learning_bytes(weights, learned, nf4) < value["card"]


def test_double_quantization():
    value = of("qlora_double")
    nf4 = formats()["NF4"]
    assert stored_bits(nf4) - 4 == value["before"]
    after = stored_bits(nf4, double=True) - 4
    assert after == pytest.approx(value["after"], abs=5e-4)
    saved = (value["before"] - after) * value["parameters"] / 8
    assert saved == pytest.approx(value["saved"], rel=0.02)


@pytest.mark.parametrize("name", ["gpt_oss_120b", "gpt_oss_20b"])
def test_checkpoints_in_mxfp4(name):
    value, bits = of(name), of("mxfp4_bits")
    assert stored_bits(formats()["MXFP4"]) == bits
    experts, rest = value["experts"], value["all"] - value["experts"]
    size = stored_bytes(round(experts * 1e9), bits, round(rest * 1e9)) / 2**30
    assert size == pytest.approx(value["size"], abs=0.15)
    assert stored_bits(formats()["NVFP4"]) == of("nvfp4_bits")


def test_the_share_of_a_square_matrix():
    assert finetuning.square_share(4096, 2) == pytest.approx(0.001, abs=3e-5)
    assert finetuning.square_share(128, 1) > 0.01


def test_every_figure_has_a_source_and_the_page_quotes_it_as_it_is():
    for figure in FINETUNING.values():
        assert figure.source
        assert figure.where
        assert figure.url.startswith("https://")
    said = published_findings()
    assert said["full_65"] == "780"
    assert said["gpt3_after"] == "35"
    assert said["lora_rate"] == "10"
