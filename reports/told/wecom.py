"""A robot of a 企业微信 group: plain text of 2,048 bytes, or markdown of 4,096, and its `errcode`."""

from __future__ import annotations

from collections.abc import Mapping

from config.notices import Notice
from reports.told.fit import fitted
from reports.told.message import Message, as_markdown, as_text
from reports.told.outcome import NotSent, Secret, Sent
from reports.told.robot import Refusal, ask_robot
from reports.told.sender import Sender

TEXT_BYTES = 2048
MARKDOWN_BYTES = 4096

# -1 and the frequencies pass by themselves; the rest waits for a person.
REFUSALS: Mapping[int, Refusal] = {
    -1: Refusal("robot_busy", retry=True),
    40008: Refusal("robot_content"),
    40058: Refusal("robot_content"),
    44004: Refusal("robot_content"),
    45002: Refusal("robot_content"),
    45009: Refusal("robot_often", is_throttled=True),
    45033: Refusal("robot_often", is_throttled=True),
    93000: Refusal("wecom_key"),
    93004: Refusal("wecom_gone"),
    93008: Refusal("wecom_gone"),
}


def send(channel: Notice, secret: Secret, message: Message) -> Sent | NotSent:
    """Send a message to the group of the robot."""
    if channel.markdown:
        content = fitted(message, as_markdown, MARKDOWN_BYTES)
        asked = {"msgtype": "markdown", "markdown": {"content": content}}
    else:
        asked = {"msgtype": "text", "text": {"content": fitted(message, as_text, TEXT_BYTES)}}
    return ask_robot(secret.url, asked, REFUSALS, proxy=channel.proxy)


SENDER = Sender(send, needs=("url",), takes=("url",), parameter="key", is_encrypted=True)
