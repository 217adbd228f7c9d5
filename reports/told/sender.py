"""What a way of sending is: how it sends, and which secrets it works with. Each way's file ends in one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from config.notices import Notice
from reports.told.message import Message
from reports.told.outcome import NotSent, Secret, Sent

Slot = Literal["url", "password"]
SLOTS: tuple[Slot, ...] = get_args(Slot)
Send = Callable[[Notice, Secret, Message], Sent | NotSent]


@dataclass(frozen=True, slots=True)
class Sender:
    """`needs` are the secrets it cannot do without, `takes` all that it may have.

    `parameter` stands in the address of a robot: without it, it is another address. `is_encrypted`: that
    address is a key and goes by https alone.
    """

    send: Send
    needs: tuple[Slot, ...]
    takes: tuple[Slot, ...]
    parameter: str = ""
    is_encrypted: bool = False
