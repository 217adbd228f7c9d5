"""Every picture check there is. Adding one: its file, and its line here."""

from __future__ import annotations

from probe.picture import (
    cast,
    covered,
    defocus,
    exposure,
    freeze,
    no_signal,
    noise,
    resolution,
    stripes,
    texture_sample,
    view,
)
from probe.picture.check import Check, Proof
from probe.picture.tvl import proof as tvl

CHECKS: tuple[Check, ...] = (
    resolution.CHECK,
    exposure.CHECK,
    no_signal.CHECK,
    noise.CHECK,
    stripes.CHECK,
    freeze.CHECK,
    texture_sample.CHECK,
    view.CHECK,
    covered.CHECK,
    defocus.CHECK,
    cast.CHECK,
)

# These come after the faults are known.
PROOFS: tuple[Proof, ...] = (tvl.PROOF,)

ALL: tuple[Check | Proof, ...] = (*CHECKS, *PROOFS)
METRICS: tuple[str, ...] = tuple(metric for one in ALL for metric in one.metrics)
