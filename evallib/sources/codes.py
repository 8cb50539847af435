"""Codes that hand-kept files may use; the list stands in docs/architecture.md."""

from __future__ import annotations

REGIONS = (
    "FI1B1",
    "FI1C1",
    "FI196",
    "FI1C2",
    "FI197",
    "FI1C3",
    "FI1C4",
    "FI1C5",
    "FI1D1",
    "FI1D2",
    "FI1D3",
    "FI193",
    "FI194",
    "FI195",
    "FI1D5",
    "FI1D9",
    "FI1D8",
    "FI1D7",
    "FI200",
)
ALL_REGIONS = (*REGIONS, "nat")
SECTORS = ("care", "tour", "move", "natp", "expe", "cult", "soc", "oth")
ROLES = ("entr", "proj", "expt", "publ", "asso", "oth")
SEXES = ("f", "m", "o", "ns")
YES_NO = ("yes", "no")
LANGUAGES = ("fi", "sv", "en")
FORMS = ("coffee", "webinar", "workshop", "regional", "visit")
MODES = ("online", "onsite", "hybrid")
THEMES = ("innovation", "climate", "environment", "none")
PARTNERS = ("ely", "network", "coordination", "other")
ACTS = ("data", "events", "communication", "training")
STAGES = ("idea", "trial", "use", "spread")
FATES = ("undecided", "updated", "merged", "used", "dropped")
CONTENT_KINDS = ("case", "research", "digest", "video", "guide", "article")
OUTCOMES = ("success", "mixed", "failure", "challenge")
CONTRIBUTIONS = ("strong", "partial", "unclear")
PLANNED = ("planned", "done", "dropped")
STATES = ("open", "done", "dropped")
RESULT_KINDS = ("network", "model")
