"""Where a school's cameras hang, and what a school and its cameras are called."""

from __future__ import annotations

import random

from probe.sim.model import Scene

# The most watched places first: a school of eight cameras has these eight.
PLACES: tuple[tuple[str, Scene], ...] = (
    ("正门", "gate"),
    ("操场", "field"),
    ("食堂", "canteen"),
    ("宿舍楼", "dormitory"),
    ("教学楼走廊", "corridor"),
    ("教室", "classroom"),
    ("停车场", "parking"),
    ("围墙", "wall"),
    ("后门", "gate"),
    ("实验室", "classroom"),
    ("综合楼走廊", "corridor"),
    ("图书馆", "classroom"),
    ("篮球场", "field"),
    ("配电房", "wall"),
    ("财务室门口", "corridor"),
    ("楼梯口", "corridor"),
)

_TOWNS = ("滨江", "城东", "塘下", "莘塍", "飞云", "马屿", "安阳", "湖岭", "高楼", "仙降", "汀田", "云周")
_KINDS = (
    "实验小学",
    "中心小学",
    "第一中学",
    "第二中学",
    "实验学校",
    "九年制学校",
    "中心幼儿园",
    "职业技术学校",
)
_STYLES = ("{place}{n:02d}", "{place}_{n:02d}", "{place}{n}号", "{place}-{n}")


def school_name(chance: random.Random) -> str:
    return chance.choice(_TOWNS) + chance.choice(_KINDS)


def camera_names(chance: random.Random, count: int) -> tuple[tuple[str, Scene], ...]:
    """Return so many different names with their scenes, in the one style this school's installer used."""
    style = chance.choice(_STYLES)
    named = []
    for i in range(count):
        place, scene = PLACES[i % len(PLACES)]
        named.append((style.format(place=place, n=i // len(PLACES) + 1), scene))
    return tuple(named)
