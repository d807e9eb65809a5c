"""What chapter 14 says of published models."""

from sbt_jax.architecture import published_designs
from sbt_jax.finetuning.findings_sizes import claims_of_sizes, over_the_line

DESIGNS = published_designs()
SHOWN = {name: DESIGNS[name] for name in ("GPT-2 small", "Llama 2 7B", "GPT-3")}


def test_an_adapter_weighs_less_the_wider_a_model_is():
    # 8 (2 + 2) 768 numbers in each of 12 layers: 294,912 of 124 million.
    assert over_the_line(SHOWN, "query and value") == ["GPT-2 small"]
    assert over_the_line(SHOWN, "all") == ["GPT-2 small", "Llama 2 7B"]


def test_the_claims_hold_and_can_fail():
    assert all(claims_of_sizes(SHOWN).values())
    without = {name: SHOWN[name] for name in ("GPT-2 small", "Llama 2 7B")}
    assert not all(claims_of_sizes(without).values())
