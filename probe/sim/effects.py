"""What may become of a picture: a row per effect, who saw it in the field, and what it does."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import cv2
import numpy as np

from probe.sim import spoiling
from probe.sim.model import AHEAD, Aim, Campus, Lens
from probe.sim.scenery import Bgr
from probe.sim.spoiling import Luma

# A fault that grows is one that anybody can see from this much of it on.
_PLAIN = 0.5
_STEPS = 12

Paint = Callable[[Bgr, np.random.Generator], Bgr]


@dataclass(frozen=True, slots=True)
class Effect:
    """One row. `word` is what a judge should find, in the words of the scan; empty: the picture is good.

    `paint` makes the empty place as the lens sees it, `tint` is for what has the same colours wherever it
    is, people too, and `expose` spoils each exposure after the sensor's noise. `blur` is a share of the
    height. `sensor` is the size the picture really has, before it is enlarged by OpenCV's `scaling`.
    """

    id: str
    word: str
    title: str
    source: str
    tint: Callable[[Bgr], Bgr] | None = None
    paint: Paint | None = None
    expose: Callable[[Luma, np.random.Generator], None] | None = None
    blur: float = 0.0
    blur_grows_s: float = 0.0
    sensor: tuple[int, int] | None = None
    scaling: int = cv2.INTER_LINEAR
    aim: Aim | None = None  # None: where the lens looked all along
    grain: float = 1.0
    people: bool = True
    text: str = ""
    stands: bool = False
    captions: bool = True
    clock_runs: bool = True


LIVE = Effect("live", "", "正常", "A healthy camera")

_CIF = (352, 288)

EFFECTS: tuple[Effect, ...] = (
    Effect(
        "frozen",
        "frozen",
        "画面冻结",
        "Field practice: sensor stuck, encoder runs (GA/T 1400 fault word 冻结)",
        stands=True,
        clock_runs=False,
    ),
    Effect(
        "frozen-clock",
        "frozen",
        "画面冻结，时间还在走",
        "Field practice: the OSD clock proves encoder and network, not the sensor",
        stands=True,
    ),
    Effect(
        "black",
        "black",
        "黑屏",
        "SkeyeVSS and other VQD lists: black screen (lens cap, dead sensor)",
        paint=lambda scene, _: spoiling.card(scene, (1, 1, 1)),
        grain=0.33,
        people=False,
    ),
    Effect(
        "no-signal",
        "no-signal",
        "无信号，蓝屏有字",
        "VQD lists (SkeyeVSS, leiweiguang.cn 2014): blue screen, signal lost behind a recorder or encoder",
        paint=lambda scene, _: spoiling.card(scene, (200, 20, 10)),
        grain=0,
        people=False,
        text="无视频信号",
    ),
    Effect(
        "no-signal-grey",
        "no-signal",
        "无信号，灰屏有字",
        "VQD lists: video loss, the recorder's grey card",
        paint=lambda scene, _: spoiling.card(scene, (110, 110, 110)),
        grain=0,
        people=False,
        text="视频丢失",
    ),
    Effect(
        "no-signal-dark",
        "no-signal",
        "无信号，深蓝屏无字",
        "VQD lists: video loss; some encoders paint a bare dark blue",
        paint=lambda scene, _: spoiling.card(scene, (120, 0, 0)),
        grain=0,
        people=False,
        captions=False,
    ),
    Effect(
        "under",
        "under",
        "画面过暗",
        "SkeyeVSS VQD: brightness below 30 of 255; iris shut, exposure time stuck",
        tint=partial(spoiling.gained, blue=0.09, green=0.09, red=0.09),
        grain=2.0,  # whoever sees next to nothing turns the gain up
    ),
    Effect(
        "over",
        "over",
        "画面过亮",
        "SkeyeVSS VQD: brightness above 220 of 255; iris stuck open, low sun on the lens",
        tint=partial(spoiling.gained, blue=2.6, green=2.6, red=2.6, lift=70),
    ),
    Effect(
        "noise",
        "noise",
        "噪点多",
        "VQD lists: noise; a sensor at highest gain, an image processor that lost its filter",
        expose=spoiling.drown_in_noise,
        people=False,
    ),
    Effect(
        "snow",
        "noise",
        "雪花",
        "VQD lists: snow; a weak analogue line before the encoder",
        expose=spoiling.snow,
        people=False,
    ),
    Effect(
        "stripes",
        "stripes",
        "滚动条纹",
        "VQD lists: stripes; mains hum on an analogue line rolls through the picture",
        expose=spoiling.roll_stripes,
        people=False,
    ),
    Effect(
        "stripes-static",
        "stripes",
        "固定条纹",
        "VQD lists: stripes; a sensor with bad rows, they stand still",
        paint=lambda scene, _: spoiling.striped(scene),
        people=False,
    ),
    Effect(
        "tearing",
        "stripes",
        "画面撕裂",
        "VQD lists: tearing; a loose plug, lost synchronisation",
        expose=spoiling.tear,
        people=False,
    ),
    Effect(
        "covered",
        "covered",
        "镜头被布遮住",
        "UHCTD (AVSS 2019) and METU tamper sets: covered by cloth",
        paint=partial(spoiling.cloth, dark=(60, 80, 110), light=(100, 120, 150)),
        people=False,
    ),
    Effect(
        "covered-paper",
        "covered",
        "镜头被白纸遮住",
        "METU tamper set: covered by something bright",
        paint=partial(spoiling.cloth, dark=(150, 168, 176), light=(188, 206, 214)),
        people=False,
    ),
    Effect(
        "covered-bag",
        "covered",
        "镜头套了塑料袋",
        "Real tamper clips: bubble wrap over the lens",
        paint=spoiling.bagged,
        people=False,
    ),
    Effect(
        "covered-most",
        "covered",
        "镜头被遮住大半",
        "UHCTD: partly covered, 78 % of the picture",
        paint=partial(spoiling.half_hidden, share=0.78),
        people=False,
    ),
    Effect(
        "defocus",
        "defocus",
        "失焦",
        "UHCTD (AVSS 2019) and METU tamper sets: defocused",
        blur=0.012,
    ),
    Effect(
        "defocus-slow",
        "defocus",
        "慢慢失焦",
        "Field practice: heat and a loose focus ring; the picture gets worse for a minute",
        blur=0.016,
        blur_grows_s=60.0,
    ),
    Effect(
        "cast",
        "cast",
        "偏色",
        "VQD lists: colour cast; the infrared filter stuck open by day, a red tinge",
        tint=partial(spoiling.gained, blue=0.75, green=0.8, red=1.5),
    ),
    Effect(
        "nudged",
        "moved",
        "镜头被碰歪",
        "Guannan 2018 item 9; UHCTD: moved, here by 8 % of the width",
        aim=replace(AHEAD, x=0.5 + 0.08 / AHEAD.zoom, y=0.5 + 0.02 / AHEAD.zoom),
    ),
    Effect(
        "nudged-turned",
        "moved",
        "镜头被碰转了",
        "METU tamper set: moved, here turned by 5 degrees",
        aim=replace(AHEAD, x=0.52, turn_deg=5.0),
    ),
    Effect(
        "nudged-zoomed",
        "moved",
        "变焦被拨动",
        "Field practice: a varifocal ring that slipped, here by 30 %",
        aim=replace(AHEAD, zoom=AHEAD.zoom * 1.3),
    ),
    Effect(
        "enlarged",
        "",
        "352×288 放大成 1080p",
        "Guannan 2018 item 3 is why: cheap encoders enlarge CIF, here linearly, and are sold as 1080p",
        sensor=_CIF,
    ),
    Effect(
        "enlarged-cubic",
        "",
        "352×288 放大成 1080p（三次插值）",
        "As enlarged, by the better scaler of newer chips: it leaves fainter traces",
        sensor=_CIF,
        scaling=cv2.INTER_CUBIC,
    ),
    Effect(
        "chart-card",
        "",
        "画面里挂着测试卡",
        "A healthy camera being measured: the printed card hangs in its view",
        paint=lambda scene, _: spoiling.with_chart(scene),
        people=False,  # nobody walks in front of it
    ),
    Effect(
        "night",
        "",
        "夜间红外黑白画面",
        "Every infrared camera at night: grey, lit from the middle, noisier; a healthy picture",
        tint=spoiling.infrared,
        paint=lambda scene, _: spoiling.lamp_lit(scene),
        grain=1.5,
    ),
)


def effect_of(effect_id: str) -> Effect:
    """Return the row. Raise KeyError for a word that is in no row."""
    for one in (LIVE, *EFFECTS):
        if one.id == effect_id:
            return one
    raise KeyError(effect_id)


def effect_at(lens: Lens, since_s: float) -> Effect:
    """Return what has become of a lens's picture so many seconds after the campus answered."""
    effect = effect_of(lens.image)
    grown_s = since_s - lens.begins_s
    if grown_s < 0:
        return LIVE
    if grown_s >= effect.blur_grows_s:
        return replace(effect, blur_grows_s=0.0)
    # In steps, so that the empty place is not painted anew for each exposure.
    step = math.floor(_STEPS * grown_s / effect.blur_grows_s)
    return replace(effect, blur=effect.blur * step / _STEPS, blur_grows_s=0.0)


def fault_words(lens: Lens, since_s: float) -> tuple[str, ...]:
    """Return what a judge should find on the picture, in the words of the scan's JSON."""
    word = effect_of(lens.image).word
    return (word,) if word and since_s >= _plain_from_s(lens) else ()


def turning_points_s(campus: Campus) -> tuple[float, ...]:
    """Return when the truth about a campus changes, in seconds after it answered, in order."""
    lenses = [lens for device in campus.devices for lens in device.lenses]
    return tuple(sorted({when for lens in lenses if (when := _plain_from_s(lens)) > 0}))


def enlarged_from(lens: Lens, since_s: float) -> tuple[int, int] | None:
    """Return the size that the picture has before the device enlarges it."""
    return effect_at(lens, since_s).sensor


def _plain_from_s(lens: Lens) -> float:
    return lens.begins_s + _PLAIN * effect_of(lens.image).blur_grows_s
