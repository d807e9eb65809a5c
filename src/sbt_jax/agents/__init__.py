"""Agents: a model that acts through tools, and a program that lets it.

Page: ``book/agents.md``.  Figures: ``viz/agents/``.
Source: ReAct: Yao et al. (2022), arXiv:2210.03629.
"""

from sbt_jax.agents.archive import Archive, draw_archive
from sbt_jax.agents.calculator import calculate
from sbt_jax.agents.loop import Desk, Limits, Part, Transcript, advance, allowed, begin
from sbt_jax.agents.loop import limited, replay, respond, run
from sbt_jax.agents.tasks import Goal, Task, draw_task, expert, right
from sbt_jax.agents.tools import TOOLS, Argument, Call, ProtocolError, Result, Tool
from sbt_jax.agents.tools import execute, parse_call, problem, schema
from sbt_jax.agents.reliability import all_right, beta_law, horizon, pass_all
from sbt_jax.agents.reliability import pass_any, tokens_read
