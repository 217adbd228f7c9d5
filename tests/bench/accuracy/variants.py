"""The variants of every base, healthy ones and ones with a fault. Adding one: a line in VARIANTS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

import cv2
import numpy as np

from tests.bench.accuracy import effects
from tests.bench.accuracy.scenes import FRAMES, Frames, Pixels, each, seen

Codec = Literal["H264", "H265", "JPEG"]


@dataclass(frozen=True, slots=True)
class Scene:
    """What a variant is made of: the base's frames, wider than the view, and its own random numbers."""

    wide: Frames
    is_still: bool  # a photo: life is added
    chance: np.random.Generator

    def view(self) -> Frames:
        return seen(self.wide)

    def noisy(self, frames: Frames) -> Frames:
        """A photo gets sensor noise, as much or as little as cameras have; a clip has its own."""
        if not self.is_still:
            return frames
        sigma, fresh = float(self.chance.uniform(0.8, 2.5)), float(self.chance.choice([1.0, 0.3]))
        return effects.with_noise(frames, self.chance, sigma, fresh)

    def alive(self, frames: Frames | None = None) -> Frames:
        """The view with sensor noise; in front of every other photo something moves."""
        frames = self.view() if frames is None else frames
        if self.is_still and self.chance.random() < 0.5:
            frames = effects.with_passer_by(frames, self.chance)
        return self.noisy(frames)


Clock = Literal["runs", "stands", "none"]


@dataclass(frozen=True, slots=True)
class Variant:
    """One way a picture can be. `faults` are the ids that should be found; none for a healthy one.

    `rate` multiplies the usual bits per pixel. `settled` is for how many GOPs the encoder has run before:
    nobody meets one that has just begun, nor a picture that has just got stuck. `stills`: photos only.
    """

    id: str
    faults: tuple[str, ...]
    make: Callable[[Scene], Frames] = field(repr=False)
    codec: Codec = "H264"
    rate: float = 1.0
    clock: Clock = "runs"
    settled: int = 1
    is_night: bool = False
    stills: bool = False


def _healthy(id_: str, make: Callable[[Scene], Frames], **how: object) -> Variant:
    return Variant(f"ok-{id_}", (), make, **how)  # type: ignore[arg-type]


def _night(scene: Scene, sigma: float = 2.0, fresh: float = 0.3, **moved: float) -> Frames:
    lit = effects.under_infrared(seen(scene.wide, **moved), scene.chance)
    return effects.with_noise(lit, scene.chance, sigma, fresh)


def _stuck(scene: Scene) -> Frames:
    return [scene.alive()[FRAMES // 2]] * FRAMES


def _flat(colour: tuple[int, int, int], text: str, scene: Scene) -> Frames:
    card = np.full_like(scene.view()[0], 0)
    card[:] = colour
    high, wide = card.shape[:2]
    if text:
        place, scale = (wide // 4, high // 2), high / 300
        cv2.putText(card, text, place, cv2.FONT_HERSHEY_SIMPLEX, scale, (255, 255, 255), 2)
    return [card] * FRAMES


def _bars(scene: Scene) -> Frames:
    card = np.zeros_like(scene.view()[0])
    wide = card.shape[1]
    for place in range(7):  # white, yellow, cyan, green, magenta, red, blue
        blue, red, green = ((7 - place) >> bit & 1 for bit in range(3))
        card[:, wide * place // 7 : wide * (place + 1) // 7] = (255 * blue, 255 * green, 255 * red)
    return [card] * FRAMES


def _black(scene: Scene) -> Frames:
    lens_cap = [np.full_like(scene.view()[0], 2)] * FRAMES
    return effects.with_noise(lens_cap, scene.chance, 0.6)


def _covered(low: tuple[int, int, int], span: float, scene: Scene) -> Frames:
    rag = effects.cloth(scene.view()[0].shape, scene.chance)
    still = effects.to_levels(np.asarray(low, np.float32) + span * rag)
    return effects.with_noise([still] * FRAMES, scene.chance, 1.5)


def _mostly_covered(scene: Scene) -> Frames:
    frames = scene.alive()
    high, wide = frames[0].shape[:2]
    rag = 50 + 30 * effects.cloth(frames[0].shape, scene.chance)
    mask = np.zeros((high, wide), np.float32)
    mask[:, int(wide * 0.22) :] = 1
    alpha = cv2.GaussianBlur(mask, (0, 0), wide * 0.02)[..., None]
    return effects.with_noise(
        [effects.to_levels(frame * (1 - alpha) + rag * alpha) for frame in frames], scene.chance, 1.0
    )


def _bagged(scene: Scene) -> Frames:
    """A plastic bag: some light comes through, no shape does."""
    frames = scene.alive()
    haze = 110 + 20 * effects.cloth(frames[0].shape, scene.chance)
    high, wide = frames[0].shape[:2]

    def through_it(frame: Pixels) -> Pixels:
        quarter = cv2.resize(frame, (wide // 4, high // 4), interpolation=cv2.INTER_AREA)
        blurred = cv2.resize(cv2.GaussianBlur(quarter, (0, 0), high / 72), (wide, high))
        return effects.to_levels(blurred.astype(np.float32) * 0.35 + haze)

    bagged = each(frames, through_it)
    return effects.with_noise(bagged, scene.chance, 1.0)


def _defocused(share: float, scene: Scene) -> Frames:
    blurred = effects.out_of_focus(scene.view(), share)
    return effects.with_noise(blurred, scene.chance, 1.0)


def _striped(step: float, scene: Scene) -> Frames:
    amplitude, period = float(scene.chance.uniform(10, 26)), float(scene.chance.uniform(6, 40))
    return effects.with_stripes(scene.alive(), amplitude, period, step)


def _moved(scene: Scene, **by: float) -> Frames:
    return scene.noisy(seen(scene.wide, **by))


def _relit(gain: float | tuple[float, float, float], lift: float, scene: Scene) -> Frames:
    return effects.relit(scene.alive(), gain, lift)


def _quiet(sigma: float, fresh: float, scene: Scene) -> Frames:
    return effects.with_noise(scene.view(), scene.chance, sigma, fresh)


VARIANTS: tuple[Variant, ...] = (
    _healthy("plain", Scene.alive),
    _healthy("h265", Scene.alive, codec="H265"),
    _healthy("low-rate", Scene.alive, rate=0.35),
    _healthy("jpeg", Scene.alive, codec="JPEG"),
    _healthy("still-low-noise", partial(_quiet, 0.5, 1.0), stills=True),
    _healthy("still-no-captions", partial(_quiet, 0.8, 0.3), stills=True, clock="none"),
    _healthy("bright", partial(_relit, 1.25, 8.0)),
    _healthy("dim", partial(_relit, 0.55, 0.0)),
    _healthy("night", _night, is_night=True),
    _healthy("night-low-rate", partial(_night, sigma=3.0, fresh=0.2), is_night=True, rate=0.35, codec="H265"),
    _healthy("person-near", lambda scene: effects.with_person_near(scene.alive(), scene.chance)),
    _healthy("jitter", partial(_moved, right=0.004, down=-0.003)),
    Variant("frozen", ("frozen",), _stuck, settled=9, clock="stands"),
    Variant("frozen-h265", ("frozen",), _stuck, settled=5, clock="stands", codec="H265"),
    Variant("frozen-clock", ("frozen",), _stuck, settled=9),
    Variant("frozen-clock-h265", ("frozen",), _stuck, settled=5, codec="H265"),
    Variant("black", ("black",), _black),
    Variant("black-pure", ("black",), partial(_flat, (0, 0, 0), ""), clock="none"),
    Variant("no-signal-blue", ("no-signal",), partial(_flat, (200, 20, 10), "NO SIGNAL")),
    Variant("no-signal-grey", ("no-signal",), partial(_flat, (110, 110, 110), "VIDEO LOSS")),
    Variant("no-signal-dark-blue", ("no-signal",), partial(_flat, (120, 0, 0), ""), clock="none"),
    Variant("no-signal-bars", ("no-signal",), _bars, clock="none"),
    Variant("covered-dark", ("covered",), partial(_covered, (20, 20, 20), 35.0)),
    Variant("covered-cloth", ("covered",), partial(_covered, (60, 80, 110), 40.0)),
    Variant("covered-white", ("covered",), partial(_covered, (170, 170, 170), 50.0)),
    Variant("covered-mostly", ("covered",), _mostly_covered),
    Variant("covered-bag", ("covered",), _bagged),
    Variant("defocus-mild", ("defocus",), partial(_defocused, 0.008)),
    Variant("defocus-strong", ("defocus",), partial(_defocused, 0.016)),
    Variant("noise-gain", ("noise",), lambda s: effects.with_noise(s.view(), s.chance, 28.0), rate=2.0),
    Variant("noise-snow", ("noise",), lambda s: effects.with_snow(s.view(), s.chance), rate=2.0),
    Variant("cast-red", ("cast",), partial(_relit, (0.75, 0.8, 1.5), 0.0)),
    Variant("cast-green", ("cast",), partial(_relit, (0.7, 1.35, 0.7), 0.0)),
    Variant("cast-blue", ("cast",), partial(_relit, (1.6, 0.85, 0.65), 0.0)),
    Variant("cast-pink", ("cast",), partial(_relit, (1.25, 0.7, 1.35), 0.0)),
    Variant("over", ("over",), partial(_relit, 2.6, 70.0)),
    Variant("under", ("under",), lambda s: effects.with_noise(_relit(0.09, 0.0, s), s.chance, 1.0)),
    Variant("stripes-rolling", ("stripes",), partial(_striped, 0.13)),
    Variant("stripes-still", ("stripes",), partial(_striped, 0.0)),
    Variant("tear", ("stripes",), lambda s: effects.with_torn_lines(s.alive(), s.chance), clock="none"),
    Variant("moved-pan-12", ("moved",), partial(_moved, right=0.12)),
    Variant("moved-pan-8-tilt-6", ("moved",), partial(_moved, right=-0.08, down=0.06)),
    Variant("moved-turn-8", ("moved",), partial(_moved, turn=8.0)),
    Variant("moved-zoom", ("moved",), partial(_moved, zoom=1.3)),
    Variant("moved-pan-4", ("moved",), partial(_moved, right=0.04)),
    Variant("moved-night", ("moved",), partial(_night, right=-0.1, down=0.05), is_night=True),
)

BASELINE = Variant("baseline", (), lambda scene: scene.noisy(scene.view()))
NIGHT_BASELINE = Variant("baseline-night", (), _night, is_night=True)
EVERY: dict[str, Variant] = {one.id: one for one in (BASELINE, NIGHT_BASELINE, *VARIANTS)}
CLASSES: tuple[str, ...] = tuple(dict.fromkeys(fault for one in VARIANTS for fault in one.faults))
