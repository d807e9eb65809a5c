r"""Context: what a model sees, what that costs, and what is left out.

Page: ``book/context.md``.  Figures: ``viz/context/``.
``masks``: windows that slide, and sinks; ``stretching``: positions beyond the trained
length; ``passes``: a forward pass under any mask and any positions; ``costs``: work,
memory and the bill; ``chats``: what a program sends of a long chat.
"""

from sbt_jax.context.chats import ANSWER, POLICIES, Sent, answer_to, room_for, sent
from sbt_jax.context.costs import Shape, chat_bill, doubling, equal_at, kv_bytes
from sbt_jax.context.costs import pays_from, reading_flops, shape_of, windowed_shape
from sbt_jax.context.masks import reach, window_mask
from sbt_jax.context.passes import forward_seen
from sbt_jax.context.stretching import alibi_bias, alibi_slopes, ntk_base, rotary_speeds
from sbt_jax.context.stretching import turned, yarn_ramp, yarn_scale, yarn_speeds
