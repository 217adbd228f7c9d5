"""The rules between what is on record and a form that no figure can say, by the name that forms call them."""

from __future__ import annotations

from collections.abc import Mapping

from reports.forms import chuzhou, guannan, huoqiu, own
from reports.forms.figures import Drafts, Rule

RULES: Mapping[str, Rule] = {**chuzhou.RULES, **guannan.RULES, **huoqiu.RULES, **own.RULES}

# What a transposed form may propose beside the records there are.
DRAFTS: Mapping[str, Drafts] = {"huoqiu-uncovered": huoqiu.uncovered}
