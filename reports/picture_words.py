"""What a channel's picture shows, in words that say at a glance what is wrong with it."""

from __future__ import annotations

from config.schema import Catalogue, Condition
from config.words import language, say
from reports import scan_json as out

# Whose bounds stand beside the picture's size.
LIVE_RULE = "guannan-2018.3-live"
PLAYBACK_RULE = "guannan-2018.3-playback"
SHIFT = "view_shift_pct"  # from the baseline's view
# Recorders' words for why a camera is not there: Hikvision's chanDetectResult, and ours for a dark input.
_WHY_OFFLINE = {
    "netunreachable": "offline.no_network",
    "usernameorpasswderror": "offline.login",
    "riskpassword": "offline.login",
    "ipcstreamfail": "offline.no_stream",
    "erroripaddress": "offline.address",
    "notexist": "offline.absent",
    "no-video": "offline.no_video",
}


def wrongs(channel: out.Channel, catalogue: Catalogue) -> list[str]:
    """Name every fault that was found, and an enlarged picture, each as exactly as it was measured."""
    named = [fault_name(channel, fault, catalogue) for fault in channel.faults]
    return [*named, *filter(None, [enlarged_words(channel)])]


def fault_name(channel: out.Channel, fault: str, catalogue: Catalogue) -> str:
    """Name a fault that was found, as exactly as it was measured."""
    if fault == "frozen" and channel.picture.get("clock_runs") is True:
        return say("picture.clock_runs")
    if fault == "moved" and (percent := _number(channel, SHIFT)) is not None:
        return say("picture.moved", fault=fault_words(catalogue, fault), percent=f"{percent:.3g}")
    return fault_words(catalogue, fault)


def enlarged_words(channel: out.Channel) -> str:
    """Say what size the picture had before it was enlarged; nothing where that was not found."""
    match channel.picture.get("enlarged_from"):
        case [int(width), int(height)]:
            return say("picture.enlarged", width=width, height=height)
        case _:
            return ""


def offline_words(channel: out.Channel) -> str:
    """Say that a recorder's channel is off-line and why, as the recorder says it."""
    why = channel.why_offline or ""
    if not why:
        return say("recorder.offline")
    key = _WHY_OFFLINE.get(why.lower())
    return say("recorder.offline_why", why=say(key) if key else why)


def lines_in_words(channel: out.Channel, condition: Condition) -> str:
    """Say what is known of the TV lines, as far as it settles the condition."""
    at_least = _number(channel, condition.metric)
    at_most = _number(channel, condition.at_most or "")
    limit = condition.limit
    assert isinstance(limit, int | float)  # noqa: S101  config/check.py holds bounds to a number
    if at_least is not None and at_least >= limit:
        return say("lines.at_least", lines=at_least)
    if at_most is not None and at_most < limit:
        return say("lines.at_most", lines=at_most)
    if at_least is not None and at_most is not None:
        return say("lines.between", at_least=at_least, at_most=at_most)
    if at_most is not None:
        return say("lines.open_below", at_most=at_most)
    return say("lines.open_above", at_least=at_least) if at_least is not None else say("picture.unknown")


def fault_words(catalogue: Catalogue, fault: str) -> str:
    return catalogue.faults[fault].name if language() == "zh" else fault


def _number(channel: out.Channel, metric: str) -> float | None:
    match channel.picture.get(metric):
        case bool():
            return None
        case int() | float() as number:
            return number
        case _:
            return None
