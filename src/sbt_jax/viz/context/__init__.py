"""The figures of chapter 9.

``chat``: a chat in a window, live; ``near``: what is lost when less is seen; ``fit``:
chats cut to a budget; ``needles``: the needle map; ``bill``: what it costs;
``drawings``: its diagrams.
"""

from sbt_jax.viz.context.bill import the_bill
from sbt_jax.viz.context.chat import CHAT, QUESTIONS, WINDOW, chat_in_a_window
from sbt_jax.viz.context.fit import cut_to_fit
from sbt_jax.viz.context.near import first_token_gone, only_the_last_few
from sbt_jax.viz.context.needles import needle_map
