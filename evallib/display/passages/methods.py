"""The methods text, made from the methods that this release's numbers name."""

from __future__ import annotations

from evallib.display import about, i18n
from evallib.display.edition import Edition
from evallib.display.passages.common import passage
from evallib.display.passages.references import cited, methods_of
from evallib.display.publication import Paragraph, Span

# What is told in one paragraph; a method of no group is told last.
GROUPS = (
    (
        "count",
        "records_at_end",
        "share_records",
        "active_projects",
        "joint",
        "matrix",
        "theme_events",
        "theme_tags",
    ),
    ("rate", "path", "distribution", "share", "share_fpc", "share_clustered", "share_clopper_pearson"),
    ("share_jeffreys", "median", "balance", "balance_fpc", "certain_change", "responses"),
    ("rate_by_class", "weights", "weighted"),
    ("density", "density_both", "density_range", "components", "betweenness", "transitivity"),
    ("new_ties", "cross_share", "ei", "shared_events"),
    ("steps", "dose", "services", "jobs", "experienced_change", "stage", "takers"),
    ("persons", "newcomers", "hours", "training_days", "mixed_events", "event_spread", "swedish"),
    ("remote", "subscribers", "click_rate", "analytics"),
    ("wilcoxon_pratt", "wilcoxon_pratt_exact", "mcnemar", "pairs", "mann_whitney", "mann_whitney_exact"),
    ("kruskal", "dunn", "holm", "newcombe", "balance_change", "alpha", "omega"),
    ("open_answers", "coded", "same_code", "kappa", "kappa_all"),
)


def used(e: Edition) -> tuple[Paragraph, ...]:
    """PA.1: one sentence a method, by kind of source, then how numbers are rounded; a method without words is
    named."""
    methods = methods_of(e)
    grouped = {one for group in GROUPS for one in group}
    rest = tuple(one for one in methods if one not in grouped)
    told = [" ".join(sentence(e, one) for one in group if one in methods) for group in (*GROUPS, rest)]
    rounded = [e.t("PA.1.rounding")] if any(told) else []
    rounded += [e.t("PA.1.round", least=about.least(e, e.released))] if about.rounds(e) else []
    rounded += [about.changed(e)]
    return passage(e, *((Span(words),) for words in (*told, *rounded) if words))


def sentence(e: Edition, method: str) -> str:
    """How a number of that method is made, with its references; a method without words is named."""
    key = f"method.{method}"
    return cited(e, e.t(key), method) if i18n.has(key) else e.t("method.unnamed", name=method)
