r"""Diffusion: a picture out of noise, step by step.

Noise and its schedules, the exact guess of a known world, two small networks that learn
to guess, the way back, guidance, and the sizes of published models.

Page: ``book/diffusion.md``.  Figures: ``viz/diffusion/``.
Source: Ho et al. (2020), arXiv:2006.11239; Song et al. (2020), arXiv:2010.02502; Ho &
Salimans (2022), arXiv:2207.12598; Peebles & Xie (2022), arXiv:2212.09748.
"""

from sbt_jax.diffusion.blocks import Told
from sbt_jax.diffusion.brightness import made_brightness, true_brightness
from sbt_jax.diffusion.dit import DiT, DiTBlock, dit_velocity, init_dit
from sbt_jax.diffusion.line import guided_variance, sharpened_variance, walked_variance
from sbt_jax.diffusion.mixtures import Guess, Mixture, draw_clean, exact_guess
from sbt_jax.diffusion.mixtures import fit_mixture, nearest_mix
from sbt_jax.diffusion.sampling import clean_of, guided, noise_of, step_back
from sbt_jax.diffusion.sampling import velocity_of
from sbt_jax.diffusion.schedules import add_noise, chosen_steps, cosine_alphas
from sbt_jax.diffusion.schedules import edm_noises, flow_alphas, levels, linear_alphas
from sbt_jax.diffusion.schedules import signal_to_noise, time_of, zero_terminal
from sbt_jax.diffusion.sizes import dit_multiply_adds, dit_parameters, flux_parameters
from sbt_jax.diffusion.sizes import latent_numbers, sd3_parameters
from sbt_jax.diffusion.solvers import heun_back, sample, sample_along
from sbt_jax.diffusion.unet import Residual, UNet, convolve, init_unet, unet_velocity
