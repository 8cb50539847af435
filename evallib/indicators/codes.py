"""Codes that indicators count by, in printed order (docs/architecture.md, Codes used everywhere)."""

_REGIONS = (
    "FI1B1 FI1C1 FI196 FI1C2 FI197 FI1C3 FI1C4 FI1C5 FI1D1 FI1D2 FI1D3 FI193 FI194 FI195 FI1D5 FI1D9 "
    "FI1D8 FI1D7 FI200"
)
REGIONS = tuple(_REGIONS.split())
SECTORS = ("care", "tour", "move", "natp", "expe", "cult", "soc", "oth")
ROLES = ("entr", "proj", "expt", "publ", "asso", "oth")
ORG_TYPES = ("firm", "proj", "res", "publ", "asso", "lag", "oth")
SEXES = ("f", "m", "o", "ns")
AGES = ("u40", "o40")
LANGUAGES = ("fi", "sv", "en")
FORMS = ("coffee", "webinar", "workshop", "regional", "visit")
MODES = ("online", "onsite", "hybrid")
PARTNERS = ("ely", "network", "coordination", "other")
ACTS = ("data", "events", "communication", "training")
STAGES = ("idea", "trial", "use", "spread")
FATES = ("undecided", "updated", "merged", "used", "dropped")
KINDS = ("case", "research", "digest", "video", "guide", "article")
DIGESTS = ("case", "research", "digest", "video")
OUTCOMES = ("success", "mixed", "failure", "challenge")
THEMES = ("innovation", "climate", "environment")
GRADES = ("v0", "v1", "v2", "v3", "v4")
CONTRIBUTED = ("v2", "v3", "v4")  # contribution grade 2 ("somewhat") and over
UNKNOWN = "unknown"

ORDER = {
    "region": (*REGIONS, "nat"),
    "sector": SECTORS,
    "role": ROLES,
    "org_type": ORG_TYPES,
    "sex": SEXES,
    "age": AGES,
    "language": LANGUAGES,
    "form": FORMS,
    "mode": MODES,
    "stage": STAGES,
    "fate": FATES,
    "kind": KINDS,
    "outcome": OUTCOMES,
}
