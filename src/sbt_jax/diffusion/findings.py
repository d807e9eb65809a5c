"""What the measurements of chapter 21 say, in the words of its page."""

from collections.abc import Mapping, Sequence
from typing import Any

from sbt_jax.diffusion.brightness import made_brightness, true_brightness
from sbt_jax.diffusion.line import guided_variance, sharpened_variance
from sbt_jax.diffusion.schedules import (
    chosen_steps,
    cosine_alphas,
    linear_alphas,
    signal_to_noise,
    zero_terminal,
)
from sbt_jax.diffusion.sizes import (
    dit_multiply_adds,
    dit_parameters,
    flux_parameters,
    latent_numbers,
    sd3_parameters,
)
from sbt_jax.numbers import count, decimal, percent, span
from sbt_jax.published.diffusion import DIFFUSION

Table = Mapping[str, Any]
#: At which networks were asked.
TIMES = (0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95)
MIDDLE = 5  # of these


def _mean(rows: Sequence[Table], name: str) -> float:
    return sum(row[name] for row in rows) / len(rows)


def _above(table: Table, kind: str) -> list[float]:
    return [row["above"][MIDDLE] for row in table["networks"][kind]["seeds"]]


def findings(table: Table) -> dict[str, str]:
    """Every number of the page that the shipped table holds, by its name there.

    Args:
      table: As ``sbt_jax.checkpoints.read_table("diffusion")`` gives it.
    """
    steps, guidance, copies = table["steps"], table["guidance"], table["copies"]
    exact = steps["exact, old noise"]
    made = steps["network, old noise"]
    found = {
        "unet_weights": count(table["networks"]["unet"]["parameters"]),
        "dit_weights": count(table["networks"]["dit"]["parameters"]),
        "unet_above": span(_above(table, "unet"), lambda x: decimal(x, 3)),
        "dit_above": span(_above(table, "dit"), lambda x: decimal(x, 3)),
        "dit_times": decimal(sum(_above(table, "dit")) / sum(_above(table, "unet")), 1),
        "floor": decimal(table["networks"]["unet"]["seeds"][0]["floor"][MIDDLE], 3),
        "made_right": percent(_mean(made["32"], "right")),
        "world_spread": decimal(_mean(steps["world"], "spread")),
        "one_spread": decimal(_mean(exact["1"], "spread")),
        "world_beyond": percent(_mean(steps["world"], "beyond")),
        "copied": decimal(max(copies["400"]["copies"])),
        "copied_network": span(copies["400"]["network"]),
        "copied_world": span(copies["400"]["world"]),
    }
    for scale in ("0", "1", "2", "5", "8"):
        rows = guidance[f"{scale}.0"]
        found[f"right_{scale}"] = span([r["right"] for r in rows], percent)
        found[f"beyond_{scale}"] = percent(_mean(rows, "beyond"))
        found[f"spread_{scale}"] = decimal(_mean(rows, "spread"))
    return found | published() | brightness()


def claims(table: Table) -> dict[str, bool]:
    """The sentences of the page that rest on the table, and whether they hold.

    Args:
      table: As for :func:`findings`.
    """
    steps, guidance, copies = table["steps"], table["guidance"], table["copies"]
    exact = steps["exact, old noise"]
    networks = table["networks"]
    world = _mean(steps["world"], "spread")
    pairs = [
        (max(r["above"][i] for r in networks["unet"]["seeds"]), dit["above"][i])
        for dit in networks["dit"]["seeds"]
        for i in range(len(dit["above"]))
    ]
    over = [_mean(guidance[s], "beyond") for s in ("1.0", "3.0", "8.0")]
    return {
        "the two are of one size": abs(
            networks["unet"]["parameters"] / networks["dit"]["parameters"] - 1
        )
        < 0.01,
        "the U-Net is nearer at every time": all(u < d for u, d in pairs),
        "one step gives one picture": max(r["spread"] for r in exact["1"]) < 0.001,
        "more steps, more variety": _mean(exact["2"], "spread")
        < _mean(exact["4"], "spread")
        < _mean(exact["16"], "spread")
        < _mean(exact["64"], "spread")
        < world,
        "pictures are the digit": min(
            r["right"] for r in steps["network, old noise"]["16"]
        )
        > 0.95,
        "without a prompt it is chance": max(r["right"] for r in guidance["0.0"]) < 0.2,
        "guidance makes them right": min(r["right"] for r in guidance["2.0"]) == 1,
        "and then overdoes": over[0] < over[1] < over[2] and over[2] > 0.1,
        "more steps do not make it brighter": abs(bright_half(1000) - bright_half(50))
        < 0.005,
        "a stretched schedule does": bright_half(50) < 0.3 < bright_half(50, True),
        "but not in five steps": bright_half(5, True) < bright_half(5),
        "where steps start matters to one": bright_half(5, trailing=False)
        < 0.5 * bright_half(5),
        "and not to the other": abs(
            bright_half(50, True, False) - bright_half(50, True)
        )
        < 0.005,
        "the perfect guess of a set copies": max(copies["400"]["copies"]) < 0.005,
        "the others do not": min(copies["400"]["network"] + copies["400"]["world"])
        > 0.25,
    }


def bright_half(steps: int, stretched: bool = False, trailing: bool = True) -> float:
    """Mean brightness of the bright half of what is made.

    Args:
      steps: How many of Stable Diffusion's thousand are visited.
      stretched: Whether its schedule is stretched until nothing is left.
      trailing: Whether they start at the last.

    Example:
      >>> round(bright_half(50), 2)
      0.18
    """
    noise = DIFFUSION["sd_noise"].value
    alphas = linear_alphas(1000, noise["first"], noise["last"], scaled=True)
    if stretched:
        alphas = zero_terminal(alphas)
    made = made_brightness(alphas, chosen_steps(steps, len(alphas), trailing))
    return float(made[made > 0].mean())


def brightness() -> dict[str, str]:
    """What the page says of brightness, all of it computed.

    Example:
      >>> brightness()["bright_stable"], brightness()["bright_true"]
      ('0.18', '0.60')
    """
    true = true_brightness()
    return {
        "bright_true": decimal(float(true[true > 0].mean())),
        "bright_stable": decimal(bright_half(50)),
        "bright_stretched": decimal(bright_half(50, stretched=True)),
        "bright_few": decimal(bright_half(5, stretched=True)),
        "bright_most": decimal(bright_half(1000, stretched=True)),
        "bright_last": decimal(bright_half(5)),
        "bright_before": decimal(bright_half(5, trailing=False)),
    }


def published() -> dict[str, str]:
    """What the page quotes of others, or computes from their sizes.

    Example:
      >>> published()["dit_xl"], published()["sd_fewer"]
      ('675,129,632', '48')
    """
    sd, xl = DIFFUSION["sd1"].value, DIFFUSION["dit_xl_2"].value
    noise = DIFFUSION["sd_noise"].value
    last = linear_alphas(1000, noise["first"], noise["last"], scaled=True)[-1:]
    at = DIFFUSION["guidance"].value["scale"]
    fid = DIFFUSION["ddim_fid"].value
    return {
        "sd_unet": f"{sd['unet']} million",
        "sd_text": f"{sd['text']} million",
        "sd_fewer": f"{3 * sd['side'] ** 2 / latent_numbers(sd['side']):.0f}",
        "sd_guidance": f"{sd['guidance']:g}",
        "sd_left": percent(float(last[0] ** 0.5), 1),
        "linear_left": percent(float(linear_alphas()[-1] ** 0.5), 1),
        "sd_numbers": count(latent_numbers(sd["side"])),
        "linear_even": str(int((signal_to_noise(linear_alphas()) > 1).sum())),
        "cosine_left": f"{cosine_alphas()[-1] ** 0.5:.1e}",
        "dit_xl": count(dit_parameters(1152, 28, 2)),
        "dit_xl_adds": f"{dit_multiply_adds(1152, 28, 2) / 1e9:.1f}",
        "dit_xl_gflops": f"{xl['gflops']:g}",
        "flux": count(flux_parameters()),
        "flux_billion": f"{flux_parameters() / 1e9:.0f} billion",
        "sd3_small": f"{sd3_parameters(24) / 1e9:.1f}",
        "sd3_large": f"{sd3_parameters(38) / 1e9:.1f}",
        "edm_guesses": str(DIFFUSION["edm"].value["guesses"]),
        "fid_few": str(fid[10]),
        "fid_many": str(fid[1000]),
        "sharpened": decimal(sharpened_variance(at)),
        "guided_old": decimal(guided_variance(at)),
        "guided_new": decimal(guided_variance(at, renewed=True), 4),
    }
