"""Every picture check there is. Adding one: its file, and its line here."""

from __future__ import annotations

from probe.picture import black, freeze, resolution
from probe.picture.check import Check

CHECKS: tuple[Check, ...] = (
    resolution.CHECK,
    black.CHECK,
    freeze.CHECK,
)
