"""The published numbers of the latest frozen period, worked out a second time with a pencil's means.

One script without any help from the library: it opens the frozen tables of a workspace, counts what the
evaluation plan defines, and draws the report's charts once. Two uses: its numbers must equal those of
``results.json``, and its time is what the report's time is divided by.

    python benchmarks/plain.py WORKSPACE [--check] [--charts FOLDER]
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from itertools import combinations
from math import isclose, sqrt
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from scipy.stats import f as snedecor
from scipy.stats import norm, rankdata
from scipy.stats import t as student

Z = 1.959963984540054
words = str.split
SUBSTANTIVE = {  # scales in their order; what is not listed (ek, eik) is counted beside
    "A": ["a1", "a2", "a3", "a4", "a5"],
    "H": ["h1", "h2", "h3", "h4", "h5"],
    "Q": ["q1", "q2", "q3", "q4", "q5"],
    "S": ["s1", "s2", "s3", "s4", "s5"],
    "M": ["m2", "m1", "z", "p1", "p2"],
    "G": ["g0", "g1", "g2", "g3", "g4"],
}
REGIONS = words(
    "FI1B1 FI1C1 FI196 FI1C2 FI197 FI1C3 FI1C4 FI1C5 FI1D1 FI1D2 FI1D3 FI193 FI194 FI195 FI1D5 FI1D9 FI1D8 "
    "FI1D7 FI200"
)
SECTORS = words("care tour move natp expe cult soc oth")
ORGANISATIONS = words("firm proj res publ asso lag oth")
CNS = words("events communication examples thematic highlights other")
GRADES = ["v0", "v1", "v2", "v3", "v4"]
SKILLS = ["dev", "safe", "eff", "net", "digi"]
THEMES = {"I31": ("innovation", "inno"), "I32": ("climate", "clim"), "I33": ("environment", "envi")}
LEFT_OUT = {"test", "duplicate", "token_reused", "late"}


# --- the frozen tables ---------------------------------------------------------------------------------


class Store:
    """Frozen tables of a workspace, read from the store's files: manifests name objects by their hash."""

    def __init__(self, workspace):
        project = yaml.load((workspace / "surveys/project.yaml").read_text("utf-8"), yaml.CSafeLoader)
        agreed = yaml.load((workspace / "surveys/targets.yaml").read_text("utf-8"), yaml.CSafeLoader)
        self.agreed = agreed.get("planned_cells") or {"cells": [], "agreed_date": ""}
        plan = yaml.load((workspace / "surveys/plan.yaml").read_text("utf-8"), yaml.CSafeLoader)
        self.rounds = plan.get("policy", {}).get("masking") == "round5"
        self.wider = {one["code"]: one.get("merges", {}) for one in plan["dimensions"]}
        self.root, self.outputs = workspace / project.get("store", "surveys/store"), workspace / "outputs"
        self.spans = {p["id"]: (str(p["start"]), str(p["end"])) for p in project["periods"]}
        self.periods = [p for p in self.spans if (self.root / "manifests/frozen" / p / "HEAD").is_file()]

    def tables(self, period):
        folder = self.root / "manifests/frozen" / period
        number = (folder / "HEAD").read_text().split()[0]
        entries = json.loads((folder / f"{number}.json").read_text("utf-8"))["body"]["entries"]
        paths = {name: self.root / "objects" / sha[:2] / sha[2:] for name, sha in entries.items()}
        return {
            name.removesuffix(".csv"): pd.read_csv(path, dtype="str", keep_default_na=False)
            for name, path in paths.items()
            if name.endswith(".csv")
        }

    def network_figure(self, period):
        """Nodes and ties by wave, as the latest results file has them; {} without one."""
        results = self.outputs / period / "results.json"
        told = json.loads(results.read_text("utf-8"))["facts"] if results.is_file() else {}
        return told.get("network", {}).get("waves", {})


def kept(survey, rows):
    """Responses that count: no tests, doubles or late ones; by token complete ones, by link non-empty."""
    flagged = rows["flags"].map(lambda flags: bool(LEFT_OUT & set(flags.split("+"))))
    if survey in ("q1", "f1"):
        background = list(rows.columns[: list(rows.columns).index("flags") + 1])
        answers = rows.drop(columns=[*background, "CQUOT"])
        return rows[~flagged & (answers != "").any(axis=1)]
    return rows[~flagged & (rows["complete"] == "yes")]


def where_the_list_is_silent(rows, **items):
    """Background from the list of the invited; where it says nothing, what the respondent told."""
    told = {dim: rows[dim].where(rows[dim] != "", rows[item]) for dim, item in items.items()}
    return rows.assign(**told)


def known_code(values, codes):
    """Background as one of the known codes; anything else is unknown."""
    return values.where(values.isin(codes), "unknown")


# --- arithmetic ----------------------------------------------------------------------------------------


def wilson(count, base, population=None):
    """Wilson's score interval; with a population, as of the larger sample that the correction makes."""
    n, p = base, count / base
    if population and population > base:
        n = base * (population - 1) / (population - base)
    elif population:
        return (p, p)
    middle, half = p + Z * Z / (2 * n), Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return ((middle - half) / (1 + Z * Z / n), (middle + half) / (1 + Z * Z / n))


def middle(values):
    """The median, from five values on."""
    return float(np.median(values)) if len(values) >= 5 else None


class Numbers:
    """What has been worked out: id → value, count, base, interval."""

    def __init__(self, period, wider):
        self.period, self.wider, self.found = period, wider, {}

    def groups(self, dim, codes):
        """Every code, then the plan's wider classes, each with the codes that it unites."""
        return {code: [code] for code in codes} | self.wider.get(dim, {})

    def put(self, name, value=None, count=None, base=None, interval=None):
        self.found[f"{self.period}/{name}"] = (value, count, base, interval)

    def count(self, name, count, base=None):
        self.put(name, float(count), int(count), base)

    def share(self, name, count, base, *, interval=False, population=None):
        """A share; under ten answers only «count of base» is said."""
        enough = base >= 10
        limits = wilson(count, base, population) if enough and interval else None
        self.put(name, count / base if enough else None, int(count), int(base), limits)

    def tally(self, name, dim, values, codes):
        counts = values.value_counts()
        for group, inside in self.groups(dim, codes).items():
            self.count(f"{name}[{dim}={group}]", sum(counts.get(one, 0) for one in inside), len(values))

    def question(self, name, answers, order, missing=(), *, population=None, extra=""):
        """Distribution, number of answers, share of the two best options, median."""
        counts = answers.value_counts().to_dict()
        by_option = {code: counts.get(code, 0) for code in [*order, *missing]}
        by_option["unknown"] = len(answers) - counts.get("", 0) - sum(by_option.values())
        base = sum(by_option[code] for code in order)
        for code, count in by_option.items():
            dims = ",".join(sorted([f"answer={code}", extra])) if extra else f"answer={code}"
            self.count(f"{name}[{dims}]", count, base)
        group = f"[{extra}]" if extra else ""
        self.count(f"{name}_n{group}", base, len(answers))
        best = sum(by_option[code] for code in order[-2:])
        self.share(f"{name}_top2{group}", best, base, interval=True, population=population)
        scale = np.repeat(range(1, len(order) + 1), [by_option[code] for code in order])
        self.put(f"{name}_median{group}", middle(scale), None, base)

    def balance(self, name, up, down, base, population=None):
        p, q = up / base, down / base
        left = (population - base) / (population - 1) if population else 1
        half = Z * sqrt((p + q - (p - q) ** 2) / base * left)
        self.put(name, 100 * (p - q), None, base, (100 * (p - q - half), 100 * (p - q + half)))


# --- the indicators ------------------------------------------------------------------------------------


class Sheet:
    """Everything that is counted, for one period and those before it."""

    def __init__(self, store, period):
        self.period, self.spans = period, store.spans
        self.periods = [p for p in store.periods if p <= period]
        self.all = {p: store.tables(p) for p in self.periods}
        self.now = self.all[period]
        self.start, self.end = store.spans[period]
        in_force = str(store.agreed["agreed_date"]) <= self.end
        self.agreed_cells = set(store.agreed["cells"]) if in_force else set()
        self.rounds = store.rounds
        self.n = Numbers(period, store.wider)
        self.surveys = {
            p: {q: kept(q, self.all[p][f"responses.{q}"]) for q in ("q1", "f1", "q2", "q3", "q4")}
            for p in self.periods
        }
        self.network_figure = store.network_figure(period)
        self.q1, self.f1, self.q2, self.q3, self.q4 = self.surveys[period].values()
        self.q2 = where_the_list_is_silent(self.q2, region="N03", sector="N02m")
        self.q3 = where_the_list_is_silent(self.q3, region="Y04", sector="Y03m")
        self.attended = {p: self.attended_in(p) for p in self.periods}

    def within(self, name, column="date", period=None):
        start, end = self.spans[period or self.period]
        table = self.now[name]
        day = table[column].str[:10]
        return table[(day >= start) & (day <= end)]

    def until(self, name, column="date", end=None):
        table = self.now[name]
        day = table[column].str[:10]
        return table[(day != "") & (day <= (end or self.end))]

    def attended_in(self, period):
        rows = self.all[period]["participations"]
        rows = rows[rows["status"] == "attended"]
        events = self.all[period]["events"].set_index("event_id")
        return rows.join(events[["start", "mode", "language"]].add_prefix("event_"), on="event_id")

    def work_out(self):
        for part in (self.sources, self.path, self.dose, self.response, self.scale, self.register,
                     self.network, self.partners, self.firms, self.logs, self.reach, self.feedback,
                     self.models, self.partnership, self.themes, self.media, self.heritage,
                     self.governance, self.changes, self.open_answers):  # fmt: skip
            part()
        return self.n.found

    # who answered, and the register

    def sources(self):
        n = self.n
        for survey, rows in self.surveys[self.period].items():
            got = self.now[f"responses.{survey}"]
            invited = self.now.get(f"invited.{survey}")
            unfinished = 0 if survey in ("q1", "f1") else int((got["complete"] != "yes").sum())
            weeks = rows["week"][rows["week"] != ""].str.replace("-W", "")
            n.count(f"SRC.answered[survey={survey}]", len(rows) + unfinished, len(got))
            n.count(f"SRC.complete[survey={survey}]", int((rows["complete"] == "yes").sum()), len(got))
            n.put(f"SRC.week_first[survey={survey}]", float(weeks.min()))
            n.put(f"SRC.week_last[survey={survey}]", float(weeks.max()))
            if invited is None:
                n.put(f"SRC.invited[survey={survey}]")
                n.put(f"SRC.rate[survey={survey}]", None, len(rows))
            else:
                answered = int(rows["person"].isin(invited["person"]).sum())
                n.count(f"SRC.invited[survey={survey}]", len(invited))
                n.put(f"SRC.rate[survey={survey}]", answered / len(invited), answered, len(invited))
        with_form = set(self.q1["event_id"])
        reached = int(self.attended[self.period]["event_id"].isin(with_form).sum())
        n.count("SRC.q1_reached", reached)
        n.put("SRC.rate[survey=q1]", len(self.q1) / reached, len(self.q1), reached)
        n.tally("RESP.q2", "org_type", known_code(self.q2["N01"], ORGANISATIONS), [*ORGANISATIONS, "unknown"])
        for dim, codes in (("region", [*REGIONS, "nat"]), ("sector", SECTORS)):
            n.tally(f"RESP.q2_{dim}", dim, known_code(self.q2[dim], codes), [*codes, "unknown"])
        n.tally("RESP.q3_form", "company_form", self.q3["Y01"],
                words("sole part ltd coop assoc farm plan"))  # fmt: skip
        n.tally("RESP.q3_size", "size", self.q3["Y02"], ["s1", "s2", "s5", "s10"])
        n.tally(
            "RESP.q3_region", "region", self.q3["region"].replace("", "unknown"), [*REGIONS, "nat", "unknown"]
        )

    def path(self):
        """From invitation to feedback by form and event, none of which has a number under five."""
        n, rows = self.n, self.now["participations"]
        rows = rows[~rows["status"].isin(["bot", "host"])]
        lists = rows["source_variant"].str.split("+")
        waits = rows["status"].isin(["registered", "no-show"])
        own = {
            (e, one) for e, some in zip(rows["event_id"][waits], lists[waits], strict=True) for one in some
        }
        signed = waits.copy()
        for row, event, some in zip(rows.index, rows["event_id"], lists, strict=True):
            signed[row] |= any("registration" in one or (event, one) in own for one in some)
        came = rows["status"] == "attended"
        seats = rows[came].groupby("event_id").size()
        answers = self.q1["event_id"].value_counts()
        both = pd.DataFrame({"seats": seats, "answers": answers}).fillna(0).astype(int)
        both = both[(both["answers"] > 0) & (both["answers"] <= both["seats"])]
        form = self.now["events"].set_index("event_id")["form"]
        for name, sizes in (
            ("registered", rows[signed].groupby("event_id").size()),
            ("attended", seats),
            ("asked", both["seats"]),
        ):
            n.count(f"PATH.{name}", int(sizes.sum()), len(sizes))
            by_form = sizes.groupby(form.reindex(sizes.index)).sum().add_prefix("form:")
            for event, size in pd.concat([sizes, by_form]).items():
                n.count(f"PATH.{name}_by[event={event}]", int(size), int(sizes.sum()))
        met = rows["status"].isin(["attended", "short"])
        nameless = set(rows[met & (rows["known"] != "yes")]["event_id"])
        known = signed & rows["event_id"].isin(set(rows[met]["event_id"]) - nameless)
        n.share("PATH.came", int((known & came).sum()), int(known.sum()))
        n.share("PATH.answered", int(both["answers"].sum()), int(both["seats"].sum()))
        n.count("PATH.unplaced", len(self.q1) - int(both["answers"].sum()), len(self.q1))
        by_form = both.groupby(form.reindex(both.index)).sum()
        by_form.index = "form:" + by_form.index
        for event, row in pd.concat([both, by_form]).iterrows():
            n.share(f"PATH.answered_by[event={event}]", int(row["answers"]), int(row["seats"]))

    def dose(self):
        """Firms with a step by events attended, of those who allowed the two to be joined."""
        n, rows = self.n, self.q3[self.q3["participation_person"] != ""]
        n.share("DOSE.linked", len(rows), len(self.q3))
        events = self.attended[self.period].query("known == 'yes'").groupby("person")["event_id"].nunique()
        dose = "d" + rows["participation_person"].map(events).fillna(0).clip(upper=2).astype(int).astype(str)
        steps = rows[[c for c in rows if c.startswith("Y09[")]] == "Y"
        ticked, real = steps.any(axis=1), steps.drop(columns="Y09[none]", errors="ignore").any(axis=1)
        for code in ("d0", "d1", "d2"):
            some = dose == code
            n.count(f"DOSE.firms[dose={code}]", int(some.sum()), len(rows))
            n.share(f"DOSE.step_share[dose={code}]", int((real & some).sum()), int((ticked & some).sum()),
                    interval=True)  # fmt: skip

    def response(self):
        """The firms by greater region: who answered, and shares weighted by invited over respondents."""
        n, rows, invited = self.n, self.q3, self.now.get("invited.q3")
        if invited is None or not len(rows):
            return
        greater = {code: name for name, codes in self.n.wider["region"].items() for code in codes}
        own = rows["region"].map(lambda code: greater.get(code, code or "unknown"))
        asked = invited["region"].map(lambda code: greater.get(code, code or "unknown")).value_counts()
        asked = asked.add(own[~rows["person"].isin(invited["person"])].value_counts(), fill_value=0)
        answered = own.value_counts()
        for place, size in asked.items():
            some = int(answered.get(place, 0))
            n.put(f"RESP.q3_rate_region[region_class={place}]", some / size, some, int(size))
        half = rows["week"].sort_values().iloc[(len(rows) - 1) // 2]
        when = np.where(rows["week"] <= half, "early", "late")
        for time in ("early", "late"):
            n.count(f"RESP.q3_timing[timing={time}]", int((when == time).sum()), len(rows))
        for place in answered.index:
            n.count(f"RESP.q3_strata[strata={place}]", int(answered[place]), len(rows))
        weights = own.map(asked / answered).to_numpy(float)
        enough = all(answered.get(place, 0) >= 5 for place in asked.index)
        if enough:
            effective = weights.sum() ** 2 / (weights**2).sum()
            n.put("RESP.q3_effective", effective, None, len(rows))
            n.put("RESP.q3_deff", len(rows) / effective, None, len(rows))
            n.put("RESP.q3_largest", weights.max() / weights.mean(), None, len(rows))
        for series, order in (
            ("Y06", words("c0 c1 c2 c5")),
            ("Y13", SUBSTANTIVE["A"]),
            ("Y14", SUBSTANTIVE["A"]),
        ):
            name, known = f"RESP.q3_{series.lower()}", rows[series].isin(order).to_numpy()
            high = rows[series].isin(order[-2:]).to_numpy()
            n.share(f"{name}_top2", int(high.sum()), int(known.sum()), interval=True)
            for dim, groups, tail in (("timing", when, "when"), ("strata", own.to_numpy(), "by")):
                for group in np.unique(groups):
                    some = groups == group
                    top, base = int((high & some).sum()), int((known & some).sum())
                    n.share(f"{name}_{tail}[{dim}={group}]", top, base, interval=True)
            if enough:
                self.weighted(f"{name}_weighted", high, known, weights, own.to_numpy())

    def weighted(self, name, high, known, weights, groups):
        """A weighted share; its error from what lies within the groups, its interval by logits."""
        total = weights[known].sum()
        share = weights[high].sum() / total
        scores = weights * np.where(known, high - share, 0) / total
        for group in np.unique(groups):
            scores[groups == group] -= scores[groups == group].mean()
        people = len(scores)
        error = sqrt(people / (people - 1) * (scores**2).sum())
        half = student.ppf(0.975, people - 1) * error / (share * (1 - share))
        ends = [1 / (1 + np.exp(-(np.log(share / (1 - share)) + side * half))) for side in (-1, 1)]
        self.n.put(name, share, None, int(known.sum()), tuple(ends))

    def scale(self):
        """Value added: alpha from the mean of the correlations' covariances, omega of three items by hand."""
        table = self.q2[["N08", "N09", "N10"]].replace("", np.nan)
        whole = table[table.isin(SUBSTANTIVE["A"]).all(axis=1)]
        scores = whole.map(lambda code: float(code[1:]))
        people, name = len(scores), "SCALE.added_value"
        if people < 30:
            return
        covariance, r = scores.cov().to_numpy(), scores.corr().to_numpy()
        rest = {one: scores[one].corr(scores.drop(columns=one).sum(axis=1)) for one in scores}
        if min(rest.values()) < 0:
            return
        alpha = 1.5 * (1 - np.trace(covariance) / covariance.sum())
        low, high = snedecor.ppf([0.975, 0.025], people - 1, 2 * (people - 1))
        self.n.put(f"{name}_alpha", alpha, None, people, (1 - (1 - alpha) * low, 1 - (1 - alpha) * high))
        common = np.sqrt(
            np.array([r[0, 1] * r[0, 2] / r[1, 2], r[0, 1] * r[1, 2] / r[0, 2], r[0, 2] * r[1, 2] / r[0, 1]])
        )
        spread = np.sqrt(np.diag(covariance))
        shared, own = (common * spread).sum() ** 2, ((1 - common**2) * spread**2).sum()
        self.n.put(f"{name}_omega", shared / (shared + own), None, people)
        for one, value in rest.items():
            self.n.put(f"{name}_rest[item={one}]", value, None, people)

    def register(self):
        n, projects = self.n, self.until("register", "start")
        n.tally("REG.projects", "sector", projects["sector"], SECTORS)
        n.tally("REG.projects_region", "region", projects["region"], [*REGIONS, "nat"])
        ended = projects[(projects["end"] != "") & (projects["end"] <= self.end)]
        n.count("REG.ended", len(ended), len(projects))
        n.count("REG.running", len(projects) - len(ended), len(projects))
        cards = int(((ended["result_card"] != "") & (ended["result_card"] <= self.end)).sum())
        n.share("I17.card_share", cards, len(ended))
        n.count("I17.cards", cards, len(ended))
        n.count("I17.ended", len(ended), len(projects))
        named = set(projects.loc[projects["result_card"].between(self.start, self.end), "project_id"])
        for name, column in (("events", "start"), ("contents", "date")):
            for written in self.within(name, column)["projects"]:
                named |= set(written.split("+"))
        active = int(projects["project_id"].isin(named).sum())
        n.share("I05.active_share", active, len(projects))
        n.count("I05.active", active, len(projects))
        self.joint()

    def joint(self):
        owner = self.now["register"].set_index("project_id")["beneficiary"].to_dict()

        def several(rows):
            return sum(len({owner[p] for p in one.split("+") if p in owner}) >= 2 for one in rows["projects"])

        def together(p):
            acts = self.within("joint_activities", period=p)
            return {
                "event": several(self.within("events", "start", p)),
                "publication": several(self.within("contents", "date", p)),
                **{kind: several(acts[acts["kind"] == kind]) for kind in ("application", "pilot")},
            }

        now, every = together(self.period), [sum(together(p).values()) for p in self.periods]
        self.n.count("I13.joint_activities", sum(now.values()))
        for kind, number in now.items():
            self.n.count(f"I13.by_kind[joint={kind}]", number, sum(now.values()))
        self.n.count("I13.joint_activities_cumulative", sum(every))

    # cooperation (q2)

    def ties(self, period):
        """Directed closeness of at least «arrange events together», the roster, who answered."""
        rows, roster = self.surveys[period]["q2"], self.all[period][f"roster.{period}"]
        members = list(roster["organisation"])
        named = {
            (own, other)
            for other in members
            for own, said in zip(rows["organisation"], rows[f"N05[{other}]"], strict=True)
            if said in ("k2", "k3", "k4") and own != other
        }
        return (
            named,
            roster.set_index("organisation")["sector"].to_dict(),
            set(rows["organisation"]) & set(members),
        )

    def network(self):
        n = self.n
        named, sector, answered = self.ties(self.period)
        pairs = [frozenset(p) for p in combinations(sector, 2)]
        either = {p for p in map(frozenset, named) if p <= set(sector)}
        both = {p for p in either if all((a, b) in named for a in p for b in p - {a})}
        asked_both = len(answered) * (len(answered) - 1) // 2
        n.put("I01.density", len(either) / len(pairs), len(either), len(pairs))
        n.put("I01.density_both", len(both) / asked_both, len(both), asked_both)
        n.count("I01.ties", len(either), len(pairs))
        n.count("I01.possible_ties", len(pairs))
        n.count("I01.organisations", len(sector))
        n.count("I01.answering", len(answered), len(sector))
        self.shape(either, sector, pairs, answered)
        self.new_ties(either, set(sector))
        self.shared_events(either)
        cross = sum(len({sector[o] for o in p}) == 2 for p in either)
        possible = sum(len({sector[o] for o in p}) == 2 for p in pairs)
        n.put("I03.cross_share", cross / len(either), cross, len(either))
        n.put("I03.ei", (2 * cross - len(either)) / len(either), None, len(either))
        n.put("I03.cross_expected", possible / len(pairs), possible, len(pairs))
        drawn = self.drawn_ties(either, sector)
        for i, one in enumerate(SECTORS):
            for two in SECTORS[i:]:
                found = sum(sorted(pair) == sorted((one, two)) for pair in drawn)
                n.count(f"I03.ties[sector={one},sector2={two}]", found, len(drawn))
                n.count(f"I03.ties[sector={two},sector2={one}]", found, len(drawn))

    def shape(self, either, sector, pairs, answered):
        """Parts by walking from one organisation to the next; ways counted from everybody to everybody."""
        n, near = self.n, {o: {q for p in either if o in p for q in p - {o}} for o in sector}

        def parts(without=()):
            left, found = set(near) - set(without), []
            while left:
                part, edge = set(), {next(iter(left))}
                while edge:
                    part |= edge
                    edge = set().union(*(near[o] for o in edge)) - part - set(without)
                found.append(part)
                left -= part
            return found

        whole = parts()
        brokers = sum(len(parts([o])) > len(whole) for o in sector if len(near[o]) > 1)
        for name, count in (("components", len(whole)), ("isolates", sum(not one for one in near.values())),
                            ("largest", max(map(len, whole))), ("brokers", brokers)):  # fmt: skip
            n.count(f"I01.{name}", count, len(sector))
        steps, ways = {}, {}
        for start in sector:
            far, number, edge = {start: 0}, Counter({start: 1}), [start]
            while edge:
                later = Counter()
                for one in edge:
                    for other in near[one] - set(far):
                        later[other] += number[one]
                far |= dict.fromkeys(later, far[edge[0]] + 1)
                number |= later
                edge = list(later)
            steps[start], ways[start] = far, number
        between = Counter()
        for a, b in combinations(sector, 2):
            for o in set(steps[a]) - {a, b} if b in steps[a] else ():
                if steps[a][o] + steps[o].get(b, len(sector)) == steps[a][b]:
                    between[o] += ways[a][o] * ways[o][b] / ways[a][b]
        n.put("I01.bridging", sum(sorted(between.values())[-3:]) / sum(between.values()))
        shared = [p for one in near.values() for p in map(frozenset, combinations(one, 2))]
        n.put("I01.transitivity", sum(p in either for p in shared) / len(shared))
        seen = sum(bool(p & set(answered)) for p in pairs)
        n.put("I01.density_seen", len(either) / seen)
        n.put("I01.density_high", (len(either) + len(pairs) - seen) / len(pairs))

    def shared_events(self, either):
        """Organisations of several people that were at two or more of the same events, beside named ties."""
        n, roster = self.n, self.all[self.period][f"roster.{self.period}"]
        several = set(roster["organisation"][roster["one_person"] == "no"])
        was_at = self.now["organisation_events"].groupby("organisation")["event_id"].agg(set).to_dict()
        met = {
            frozenset(p)
            for p in combinations(sorted(several & set(was_at)), 2)
            if len(was_at[p[0]] & was_at[p[1]]) >= 2
        }
        named = {p for p in either if p <= several}
        for tie, pairs in (("both", named & met), ("named", named - met), ("attended", met - named)):
            n.count(f"I01.shared[tie={tie}]", len(pairs))
        n.count("I01.attending", len(several & set(was_at)), len(several))

    def drawn_ties(self, either, sector):
        """Sectors of both ends of each tie that the network figure draws, without one of all ties.

        Whom the figure draws is a matter of privacy: the matrix beside it is held against the figure."""
        figure = self.network_figure.get(self.period)
        if figure is None:
            return [[sector[one] for one in pair] for pair in either]
        sectors = {node["id"]: node["sector"] for node in figure["nodes"]}
        return [[sectors[first], sectors[second]] for first, second, _ in figure["edges"]]

    def new_ties(self, either, members):
        first = self.periods[0]
        named, sector, answered = self.ties(first)
        before = set(map(frozenset, named))
        fresh = {p for p in either if p <= set(sector) and p not in before and p & answered}
        rows = self.q2
        told = {
            frozenset((own, other))
            for other in members
            for own, said in zip(rows["organisation"], rows[f"N06[{other}]"], strict=True)
            if said == "Y"
        }
        if len(self.periods) < 2:
            return self.n.put("I02.new_ties"), self.n.put("I02.via_project")
        self.n.count("I02.new_ties", len(fresh))
        self.n.count("I02.via_project", len(fresh & told), len(fresh))

    def partners(self):
        n, rows, whole = self.n, self.q2, len(self.now["invited.q2"])
        kind = known_code(rows["N01"], ORGANISATIONS)
        change, order = rows["N07"], SUBSTANTIVE["M"]
        base = int(change.isin(order).sum())
        up, down = int(change.isin(["p1", "p2"]).sum()), int(change.isin(["m1", "m2"]).sum())
        n.balance("I04.balance", up, down, base, whole)
        n.question("I04.n07", change, order, ["ek", "eik"])
        simple = {
            "I16.n12": ("N12", "A"),
            "I30.n15": ("N15", "A"),
            "I31.n16a": ("N16a", "H"),
            "I32.n16b": ("N16b", "H"),
            "I33.n16c": ("N16c", "H"),
        }
        for name, (column, scale) in simple.items():
            n.question(name, rows[column], SUBSTANTIVE[scale], ["ek"], population=whole)
        grouped = {f"I06.n{i:02}": (f"N{i:02}", "A", ["ek"]) for i in (8, 9, 10)}
        for series, sub in (("data", "data"), ("events", "event"), ("communication", "comm"),
                            ("training", "train")):  # fmt: skip
            grouped[f"I28.n14_{series}"] = (f"N14[{sub}]", "Q", ["ek", "eik"])
        for name, (column, scale, missing) in grouped.items():
            n.question(name, rows[column], SUBSTANTIVE[scale], missing, population=whole)
            for group, inside in n.groups("org_type", [*ORGANISATIONS, "unknown"]).items():
                of_group = rows.loc[kind.isin(inside), column]
                n.question(name, of_group, SUBSTANTIVE[scale], missing, extra=f"org_type={group}")
        self.used_and_known(rows, whole, kind)

    def used_and_known(self, rows, whole, kind):
        n = self.n
        column, order = "N11b" if "N11b" in rows else "N11", ["c0", "c1", "c3", "c6"]
        n.question("I18.n11", rows[column], order, population=whole)
        base = int(rows[column].isin(order).sum())
        n.share("I18.use_share", int(rows[column].isin(order[1:]).sum()), base, interval=True,
                population=whole)  # fmt: skip
        order = ["w1", "w2", "w3", "w4"]
        n.question("I36.n04", rows["N04"], order)
        base = int((rows["N04"] != "").sum())
        knows = rows["N04"].isin(order[2:])
        n.share("I36.awareness_share", int(knows.sum()), base, interval=True, population=whole)
        for group, inside in n.groups("org_type", [*ORGANISATIONS, "unknown"]).items():
            of_group = rows.loc[kind.isin(inside), "N04"]
            n.question("I36.n04", of_group, order, extra=f"org_type={group}")
            n.share(f"I36.awareness_share[org_type={group}]", int(of_group.isin(order[2:]).sum()),
                    int(of_group.isin(order).sum()), interval=True)  # fmt: skip
        ticks = rows[[c for c in rows if c.startswith("N18[")]] != ""
        for code in words("news web some event coll media other none"):
            found = int(ticks[f"N18[{code}]"].sum()) if f"N18[{code}]" in ticks else 0
            n.count(f"I36.channels[channel={code}]", found, int(ticks.any(axis=1).sum()))
        trial, order = rows["N13"], ["yes", "plan", "no"]
        n.question("I15.n13", trial, order, ["ek"])
        base, begun = int(trial.isin(order).sum()), trial == "yes"
        n.share("I15.trial_share", int(begun.sum()), base, interval=True, population=whole)
        n.count("I15.trials", int(begun.sum()), base)
        grades = rows.loc[begun, "N13v"]
        n.tally("I15.contribution", "grade", grades, GRADES)
        for output in [f"h{i:02}" for i in range(1, 7)]:
            said = rows[f"N17[{output}]"]
            base = int((said != "").sum())
            n.count(f"I37.known[output={output}]", int(said.isin(["know", "use"]).sum()), base)
            n.count(f"I37.used[output={output}]", int((said == "use").sum()), base)

    # entrepreneurs (q3)

    def firms(self):
        n, rows = self.n, self.q3
        ticks = rows[[c for c in rows if c.startswith("Y09[")]] == "Y"
        ticks.columns = [c[4:-1] for c in ticks]
        said, stepped = ticks.any(axis=1), ticks.drop(columns="none").any(axis=1)
        n.share("I07.step_share", int(stepped.sum()), int(said.sum()), interval=True)
        for step in ticks.columns.drop("none"):
            n.count(f"I07.steps[step={step}]", int(ticks[step].sum()), int(said.sum()))
        for dim, codes in (("region", REGIONS), ("sector", SECTORS)):
            for code, inside in n.groups(dim, [*codes, "unknown"]).items():
                own = said & rows[dim].replace("", "unknown").isin(inside)
                n.share(f"I07.step_share[{dim}={code}]", int((own & stepped).sum()), int(own.sum()),
                        interval=True)  # fmt: skip
        self.services()
        self.jobs()
        for name, column in (("I09.y13", "Y13"), ("I09.y14", "Y14")):
            n.question(name, rows[column], SUBSTANTIVE["A"], ["ek", "eik"])
        order = ["no", "part", "yes"]
        n.question("I09.y15", rows["Y15"], order, ["ek"])
        n.share("I09.safety_share", int((rows["Y15"] == "yes").sum()), int(rows["Y15"].isin(order).sum()),
                interval=True)  # fmt: skip
        n.question("I33.y18", rows["Y18"], order, ["eik"])
        outlook = rows["Y12"]
        n.question("I11.y12", outlook, ["down", "same", "up"], ["ek", "eik"])
        base = int(outlook.isin(["down", "same", "up"]).sum())
        n.balance("I11.balance", int((outlook == "up").sum()), int((outlook == "down").sum()), base)
        for name, column in (("I32.firm_share", "Y16"), ("I33.firm_share", "Y17")):
            ticks = rows[[c for c in rows if c.startswith(f"{column}[")]] == "Y"
            acted = ticks.drop(columns=f"{column}[none]").any(axis=1)
            n.share(name, int(acted.sum()), int(ticks.any(axis=1).sum()), interval=True)
        self.skills()

    def services(self):
        n, totals = self.n, {}
        for period in self.periods:
            rows = self.surveys[period]["q3"]
            said = (rows[[c for c in rows if c.startswith("Y09[")]] == "Y").any(axis=1)
            all_services, contributed, grades = [], [], []
            for step, number in (("nserv", "Y09n"), ("renew", "Y09r")):
                ticked = rows[f"Y09[{step}]"] == "Y"
                amount = pd.to_numeric(rows[number], errors="coerce").fillna(1).where(ticked, 0)
                all_services.append(amount)
                contributed.append(amount.where(rows[f"Y10[{step}]"].isin(GRADES[2:]), 0))
                grades.append(rows.loc[ticked, f"Y10[{step}]"])
            sums = [sum(all_services), sum(contributed)]
            totals[period] = [(s.sum(), int((s > 0).sum()), int(said.sum())) for s in sums]
            if period == self.period:
                n.tally("I08.contribution", "grade", pd.concat(grades), GRADES)
        for place, name in enumerate(("services_total", "services_contributed")):
            n.put(f"I08.{name}", *map(float, totals[self.period][place][:1]), *totals[self.period][place][1:])
            value, count, base = np.sum([one[place] for one in totals.values()], axis=0)
            n.put(f"I08.{name}_cumulative", float(value), int(count), int(base))

    def jobs(self):
        n = self.n
        for column, name in (("Y11a", "jobs_new"), ("Y11b", "jobs_kept"), ("Y11c", "firms_founded")):
            numbers = {p: pd.to_numeric(self.surveys[p]["q3"][column], errors="coerce") for p in self.periods}
            for tail, said in (("", numbers[self.period]), ("_cumulative", pd.concat(numbers.values()))):
                firms = said[said > 0]
                shown = len(firms) >= 5 and firms.max() <= firms.sum() / 2
                n.put(f"I10.{name}{tail}", firms.sum() if shown else None, len(firms), len(said))
        answered = self.q3[["Y11a", "Y11b", "Y11c"]] != ""
        n.count("I10.reporting", int(answered.any(axis=1).sum()), len(self.q3))

    def skills(self):
        n, rows, order = self.n, self.q3, SUBSTANTIVE["S"]

        def ratings(column):
            names = [f"{column}[{skill}]" for skill in SKILLS]
            return pd.DataFrame(
                {
                    s: rows[c].map({k: i + 1 for i, k in enumerate(order)})
                    for s, c in zip(SKILLS, names, strict=True)
                }
            )

        now, then = ratings("Y07"), ratings("Y08")
        rated = now.notna() & then.notna()
        better = (now.where(rated).mean(axis=1) > then.where(rated).mean(axis=1))[rated.any(axis=1)]
        n.share("I12.up_share", int(better.sum()), len(better), interval=True)
        for skill in SKILLS:
            use = rated[skill]
            up = int((now[skill] > then[skill])[use].sum())
            n.share(f"I12.up_share_by[skill={skill}]", up, int(use.sum()), interval=True)
            n.put(f"I12.now_median[skill={skill}]", middle(now.loc[use, skill]), None, int(use.sum()))
            n.put(f"I12.before_median[skill={skill}]", middle(then.loc[use, skill]), None, int(use.sum()))

    # contents, events, people

    def logs(self):
        n = self.n
        contents, events = self.within("contents"), self.within("events", "start")
        digest = ["case", "research", "digest", "video"]
        digests = contents[contents["kind"].isin(digest)]
        n.count("I16.digests", len(digests))
        n.share(
            "I16.failure_share", int(digests["outcome"].isin(["failure", "challenge"]).sum()), len(digests)
        )
        n.tally("I16.by_outcome", "outcome", digests["outcome"], words("success mixed failure challenge"))
        n.tally("I16.by_kind", "kind", contents["kind"], [*digest, "guide", "article"])
        ever = pd.concat([self.within("contents", period=p) for p in self.periods])
        n.tally("I16.by_cns", "cns", contents["cns_class"], CNS)
        n.count("I16.digests_cumulative", int(ever["kind"].isin(digest).sum()))
        n.count("I19.events", len(events))
        n.tally("I19.by_form", "form", events["form"], words("coffee webinar workshop regional visit"))
        n.tally("I19.by_mode", "mode", events["mode"], ["online", "onsite", "hybrid"])
        n.tally("I19.by_language", "language", events["language"], ["fi", "sv", "en"])
        n.tally("I19.by_cns", "cns", events["cns_class"], CNS)
        n.count("I19.events_cumulative", sum(len(self.within("events", "start", p)) for p in self.periods))
        n.share("I38.file_share", int((events["participant_file"] == "yes").sum()), len(events))

    def reach(self):
        n, rows = self.n, self.attended[self.period]
        ever = pd.concat(self.attended.values())
        n.count("I20.participations", len(rows))
        n.count("I20.participations_cumulative", len(ever))
        for tail, some in (("", rows), ("_cumulative", ever)):
            known = some.loc[some["known"] == "yes", "person"]
            low = max(known.nunique(), some["event_id"].value_counts().max())
            n.count(f"I20.persons_low{tail}", low, len(some))
            n.count(f"I20.persons_high{tail}", known.nunique() + len(some) - len(known), len(some))
            hours = pd.to_numeric(some["minutes"]).sum() / 60
            n.put(f"I21.hours{tail}", hours, int((some["minutes"] != "").sum()), len(some))
            n.put(f"I21.training_days{tail}", hours / 6, int((some["minutes"] != "").sum()), len(some))
        self.newcomers(rows)
        months = rows["event_start"].str[:7]
        n.tally("I20.by_month", "month", months, [f"{self.period}-{m:02}" for m in range(1, 13)])
        for dim, codes in (
            ("role", words("entr proj expt publ asso oth unknown")),
            ("region", [*REGIONS, "nat", "unknown"]),
            ("sex", ["f", "m", "o", "ns", "unknown"]),
            ("age", ["u40", "o40", "unknown"]),
            ("sector", [*SECTORS, "unknown"]),
            ("language", ["fi", "sv", "en", "unknown"]),
        ):
            n.tally(f"I20.by_{dim}", dim, rows[dim].replace("", "unknown"), codes)
        region = rows["region"].replace("", "unknown")
        n.tally("I24.participations", "region", region, [*REGIONS, "nat", "unknown"])
        seats = region.value_counts()
        n.count("I24.regions", int((seats[seats.index.intersection(REGIONS)] >= 5).sum()), 19)
        n.tally("I24.forms", "language", self.q1["language"], ["fi", "sv", "en"])
        n.count("I24.swedish_participations", int((rows["event_language"] == "sv").sum()), len(rows))
        n.share("I38.region_share", int((region != "unknown").sum()), len(rows))
        paper = rows["source_variant"].str.startswith("paper")
        remote = (rows["event_mode"] == "online") | ((rows["event_mode"] == "hybrid") & ~paper)
        n.share("I32.remote_share", int(remote.sum()), len(rows))
        self.mixed(rows)

    def newcomers(self, rows):
        n = self.n
        earlier = [self.attended[p] for p in self.periods[:-1]]
        met = set().union(*(set(one.loc[one["known"] == "yes", "person"]) for one in earlier))
        known = set(rows.loc[rows["known"] == "yes", "person"])
        without = int((rows["known"] != "yes").sum())
        n.count("I20.new_low", len(known - met), len(known))
        n.count("I20.new_high", len(known - met) + without, len(known) + without)
        n.count("I20.returning", len(known & met), len(known))

    def mixed(self, rows):
        known = mixed = 0
        events = list(self.within("events", "start")["event_id"])
        for _, people in rows[rows["event_id"].isin(events)].groupby("event_id"):
            told = people["sector"][people["sector"] != ""]
            if len(told) >= len(people) / 2:
                known += 1
                mixed += int((told.value_counts() >= len(told) / 10).sum() >= 3)
        self.n.share("I14.mixed_share", mixed, known)
        self.n.count("I14.mixed", mixed, known)
        self.n.count("I14.known", known, rows["event_id"].nunique())

    def feedback(self):
        n, rows = self.n, self.q1
        told = {"region": "T09", "role": "T08", "language": "language"}
        codes = {
            "region": REGIONS,
            "role": words("entr proj expt publ asso oth"),
            "language": ["fi", "sv", "en"],
        }
        for column, scale, missing in (("T01", "H", "ek"), ("T02", "A", "ek"), ("T04", "A", "eik"),
                                       ("T07", "A", "ek")):  # fmt: skip
            name, order = f"I22.{column.lower()}", SUBSTANTIVE[scale]
            n.question(name, rows[column], order, [missing])
            for dim, background in told.items():
                group = known_code(rows[background], codes[dim])
                for code, inside in n.groups(dim, [*codes[dim], "unknown"]).items():
                    said = rows.loc[group.isin(inside), column]
                    n.question(name, said, order, [missing], extra=f"{dim}={code}")
        said = rows[rows["T01"].isin(SUBSTANTIVE["H"])]
        by_event = said["T01"].isin(["h4", "h5"]).groupby(said["event_id"]).agg(["mean", "size"])
        shares = by_event.loc[by_event["size"] >= 5, "mean"]
        for name, point in (("low", 0.25), ("median", 0.5), ("high", 0.75)):
            n.put(f"I22.event_{name}", float(np.quantile(shares, point)), None, len(shares))
        options = ["yes", "mayb", "no"], ["yes", "star", "noty", "no"]
        intends, uses = (a[a.isin(o)] for a, o in zip((rows["T05"], self.f1["P01"]), options, strict=True))
        n.share("I23.intend_share", int((intends == "yes").sum()), len(intends), interval=True)
        n.share("I23.use_share", int(uses.isin(["yes", "star"]).sum()), len(uses), interval=True)
        for name, answers, order in zip(
            ("I23.t05", "I23.p01"), (rows["T05"], self.f1["P01"]), options, strict=True
        ):
            n.question(name, answers, order)

    # results, partners, themes

    def models(self):
        n, ladder = self.n, ["idea", "trial", "use", "spread"]
        log = self.until("results_log").sort_values("date", kind="stable")
        first, last = log.groupby("result_id")["date"].min(), log.groupby("result_id").last()
        n.count("I25.models", int((first >= self.start).sum()))
        n.count("I25.models_cumulative", len(last))
        n.tally("I25.by_stage", "stage", last["stage"], ladder)
        fresh = last[last["theme"].str.split("+").map(lambda themes: "innovation" in themes)]
        n.count("I31.innovations", len(fresh))
        n.tally("I31.by_stage", "stage", fresh["stage"], ladder)
        taken = {}
        for row in log.itertuples():
            for organisation in filter(None, row.takers.split("+")):
                taken.setdefault((row.result_id, organisation), row.date)
        n.count("I26.takers", sum(day >= self.start for day in taken.values()))
        n.count("I26.takers_cumulative", len(taken))
        maintained = log[log["maintainer"] != ""]["result_id"].nunique()
        n.count("I26.maintained", maintained, len(last))

    def partnership(self):
        n, acts = self.n, self.within("cooperation_acts")
        cells = [(p, a) for p in ("ely", "network", "coordination", "other")
                 for a in ("data", "events", "communication", "training")]  # fmt: skip
        done = acts[acts["status"] == "done"]
        done_cells = set(zip(done["partner"], done["act"], strict=True))
        logged = set(zip(acts["partner"], acts["act"], strict=True))
        planned = {cell for cell in cells if "+".join(cell) in self.agreed_cells} or logged
        kept_to = {cell for cell in planned if cell in done_cells}
        n.put("I27.cells_done_share", len(kept_to) / len(planned), len(kept_to), len(planned))
        for partner, act in cells:
            own = acts[(acts["partner"] == partner) & (acts["act"] == act)]
            n.count(f"I27.done[act={act},partner={partner}]", int((own["status"] == "done").sum()))
            n.count(f"I27.planned[act={act},partner={partner}]", len(own))
        agreed = self.now["agreements"]
        agreed = agreed[agreed["year"] == self.period]
        done = int(((agreed["status"] == "done") & (agreed["done"] <= self.end)).sum())
        n.share("I29.done_share", done, len(agreed))
        n.count("I29.agreed", len(agreed))
        n.count("I29.done", done, len(agreed))

    def themes(self):
        n, events = self.n, self.within("events", "start")
        contents = self.within("contents")["themes"].str.split("+")
        results = self.until("results_log").sort_values("date", kind="stable").groupby("result_id").last()
        results = results["theme"].str.split("+")
        tagged = {
            "events": (events["theme_main"], events["theme_side"].str.split("+")),
            "contents": (contents.str[0], contents.str[1:]),
            "results": (results.str[0], results.str[1:]),
        }
        ticks = self.q1[[c for c in self.q1 if c.startswith("T06[")]] == "Y"
        base = int(ticks.any(axis=1).sum())
        for code, (theme, sub) in THEMES.items():
            for record, (main, beside) in tagged.items():
                first, later = main == theme, beside.map(lambda some, one=theme: one in some)
                n.count(f"{code}.tagged[record={record},tag=main]", int(first.sum()), len(main))
                n.count(f"{code}.tagged[record={record},tag=side]", int((later & ~first).sum()), len(main))
                if record == "events":
                    n.share(f"{code}.event_share", int((first | later).sum()), len(main))
            n.share(f"{code}.t06_share", int(ticks[f"T06[{sub}]"].sum()), base, interval=True)

    def media(self):
        n, rows = self.n, self.now["analytics"].copy()
        rows["value"] = pd.to_numeric(rows["value"])
        rows = rows[rows["month"].str[:4] == self.period]
        total = rows.groupby("metric")["value"].sum()
        last = rows[rows["metric"] == "subscribers"]
        n.count("I34.subscribers", last.loc[last["month"] == last["month"].max(), "value"].sum())
        n.put("I34.click_rate", total["unique_clicks"] / total["delivered"], int(total["unique_clicks"]),
              int(total["delivered"]))  # fmt: skip
        n.count("I34.delivered", total["delivered"])
        for metric in ("visits", "downloads", "video_views"):
            n.count(f"I35.{metric}", total[metric])
        files = rows[rows["metric"] == "downloads"]
        named = files["product"].str.rpartition("/")[2].str.replace("ä", "a")
        for name, value in files.groupby(named)["value"].sum().items():
            n.count(f"I35.products[product={name}]", value)
        for month, value in rows[rows["metric"] == "visits"].groupby("month")["value"].sum().items():
            n.count(f"I35.visits_month[month={month}]", value)

    def heritage(self):
        n, outputs = self.n, self.now["heritage"]
        open_yet = (outputs["decided"] == "") | (outputs["decided"] > self.end)
        fate = outputs["fate"].mask(open_yet, "undecided")
        n.share("I37.decided_share", int((fate != "undecided").sum()), len(fate))
        n.tally("I37.by_fate", "fate", fate, words("undecided updated merged used dropped"))

    def governance(self):
        n, money = self.n, self.now["accounts"].set_index("period").astype(float).loc[self.period]
        n.put("I38.budget_share", money["used_eur"] / money["planned_eur"])
        decisions = self.until("decisions")
        state = decisions["state"].where(decisions["state_date"] <= self.end, "open")
        owed = state[state != "dropped"]
        n.share("I38.findings_closed_share", int((owed == "done").sum()), len(owed))
        scales = {f"O{i:02}": SUBSTANTIVE["A"] for i in (1, 2, 3, 4, 5, 6, 11)}
        scales |= {f"O10{x}": SUBSTANTIVE["A"] for x in "abc"}
        scales |= {"O08": SUBSTANTIVE["G"], "O09": SUBSTANTIVE["G"], "O07": ["c0", "c1", "c3"]}
        for column, order in scales.items():
            first = 0 if column in ("O07", "O08", "O09") else 1
            values = [order.index(one) + first for one in self.q4[column] if one in order]
            code = column.lower()
            name = f"I38.{code}_median"
            if code[:3] == "o10":
                name = {"a": "I31", "b": "I32", "c": "I33"}[code[3]] + f".{code}_median"
            elif code in ("o01", "o02", "o03", "o04", "o05", "o06"):
                name = f"I38.steering_median[item={code}]"
            n.put(name, middle(values), None, len(values))

    # open answers, coded by two

    def open_answers(self):
        """Answers by code, and how far the two coders agreed: code by code, and on all codes at once."""
        n, rows = self.n, self.now.get("coding")
        if rows is None or rows.empty:
            return
        given = rows[["a", "b", "settled"]].map(lambda codes: set(codes.split("+")) - {""})
        a, b, settled = given["a"], given["b"], given["settled"]
        counts = [x or y if not x or not y or x == y else z for x, y, z in zip(a, b, settled, strict=True)]
        counts = pd.Series(counts, index=rows.index)
        for (survey, item), own in counts.groupby([rows["survey"], rows["item"]]):
            name, coded = f"OPEN.{survey}_{item.lower()}", own[own.map(bool)]
            n.count(f"{name}_answers", len(own))
            for code in self.codes(coded):
                n.count(f"{name}[code={code}]", sum(code in one for one in coded), len(coded))
        twice = a.map(bool) & b.map(bool)
        n.count("OPEN.coders", sum(bool(one.map(bool).any()) for one in (a, b)))
        n.count("OPEN.twice", twice.sum(), len(rows))
        n.count("OPEN.unsettled", (twice & ~counts.map(bool)).sum(), twice.sum())
        codes = self.codes([*a[twice], *b[twice]])
        first, second = (np.array([[c in one for c in codes] for one in who[twice]]) for who in (a, b))
        for place, code in enumerate(codes):
            self.agreement(f"[code={code}]", first[:, [place]], second[:, [place]])
        self.agreement("_all", first, second)

    def codes(self, answers):
        return {theme for theme, _ in THEMES.values()} | {"none"} | set().union(*answers)

    def agreement(self, tail, first, second):
        """Per code the error of Fleiss, Cohen and Everitt; over all codes each answer is left out once."""
        n, answers, alike = self.n, len(first), first == second
        n.share(f"OPEN.same{tail}", alike.sum(), alike.size)
        kappa, error = cohen(first, second) if answers >= 10 else (None, None)
        if kappa is not None and first.shape[1] > 1:
            others = [cohen(np.delete(first, i, 0), np.delete(second, i, 0))[0] for i in range(answers)]
            error = sqrt((answers - 1) * np.var(others))
        limits = None
        if kappa is not None and not alike.all():
            limits = (max(-1, kappa - Z * error), min(1, kappa + Z * error))
        n.put(f"OPEN.kappa{tail}", kappa, None, answers, limits)

    # change of the same people

    def changes(self):
        n, order = self.n, SUBSTANTIVE["A"]
        families = {"I06": ["N08", "N09", "N10"], "I30": ["N15"]}
        if len(self.periods) < 2:  # nothing to compare with: of nobody
            for name in (f"{i}.{c.lower()}_change" for i, columns in families.items() for c in columns):
                for tail in ("", "_effect", "_p"):
                    n.put(f"{name}{tail}", None, None, 0)
            return
        before, now = (self.surveys[p]["q2"].set_index("person") for p in (self.periods[-2], self.period))
        for indicator, columns in families.items():
            p_values = {}
            for column in columns:
                said, earlier = (
                    {person: order.index(code) for person, code in wave[column].items() if code in order}
                    for wave in (now, before)
                )
                steps = np.array([said[person] - earlier[person] for person in said if person in earlier])
                name = f"{indicator}.{column.lower()}_change"
                n.put(name, steps.mean(), None, len(steps))
                n.count(f"{name}_dropouts", len(earlier) - len(steps))
                n.count(f"{name}_newcomers", len(said) - len(steps))
                moved = steps != 0
                ranks = rankdata(abs(steps[moved]))
                up, down = ranks[steps[moved] > 0].sum(), ranks[steps[moved] < 0].sum()
                effect = (up - down) / (up + down)
                n.put(f"{name}_effect", effect, None, len(steps), fisher(effect, len(steps)))
                p_values[name] = (pratt(steps), len(steps))
            self.holm(p_values)

    def holm(self, p_values):
        worst = 0.0
        ordered = sorted(p_values.items(), key=lambda item: item[1][0])
        for place, (name, (p, size)) in enumerate(ordered):
            worst = max(worst, min(1.0, p * (len(ordered) - place)))
            self.n.put(f"{name}_p", worst, None, size)


def cohen(first, second):
    """Cohen's kappa of two who said yes or no, and its standard error; none where all said the same."""
    p = np.array([[np.mean((first == x) & (second == y)) for y in (True, False)] for x in (True, False)])
    one, two = p.sum(axis=1), p.sum(axis=0)
    same, chance = np.trace(p), one @ two
    if max(one + two) == 2:
        return None, None
    agreed = sum(p[i, i] * (1 - chance - (one[i] + two[i]) * (1 - same)) ** 2 for i in (0, 1))
    apart = (1 - same) ** 2 * sum(p[i, 1 - i] * (two[i] + one[1 - i]) ** 2 for i in (0, 1))
    spread = agreed + apart - (same * chance - 2 * chance + same) ** 2
    return (same - chance) / (1 - chance), sqrt(max(0, spread) / len(first)) / (1 - chance) ** 2


def fisher(effect, pairs):
    """95 % interval of a matched rank-biserial correlation, by Fisher's z; none where all moved one way."""
    if abs(effect) == 1:
        return None
    ranks = pairs * (pairs + 1) / 2
    error = sqrt(sum(rank**2 for rank in range(1, pairs + 1))) / ranks
    return [float(np.tanh(np.arctanh(effect) + side * Z * error)) for side in (-1, 1)]


def pratt(steps):
    """Two-sided p of the signed-rank test: zeros are ranked, then left out.

    Up to 50 pairs all ways to turn the steps round are counted; beyond them normal, no correction.
    """
    ranks = rankdata(abs(steps))
    signed = ranks[steps != 0]
    observed = ranks[steps > 0].sum() - ranks[steps < 0].sum()
    if len(steps) > 50:
        return float(2 * norm.sf(abs(observed) / sqrt((signed**2).sum())))
    ways = Counter({0.0: 1})
    for rank in signed:
        turned = Counter()
        for total, times in ways.items():
            turned[total + rank] += times
            turned[total - rank] += times
        ways = turned
    return sum(times for total, times in ways.items() if abs(total) >= abs(observed)) / 2 ** len(signed)


# --- the charts ----------------------------------------------------------------------------------------

BLUES = ["#b35806", "#f1a340", "#d8d8d8", "#80b1d3", "#2166ac"]
HEADLINES = words(
    """I01.density I02.new_ties I03.cross_share I05.active_share I07.step_share
I08.services_contributed I16.digests I17.card_share I19.events I20.participations I22.t01_top2
I23.use_share I24.regions I25.models"""
)


class Charts:
    """The report's eleven charts as SVG files, one language, one style."""

    def __init__(self, sheets, folder):
        import matplotlib

        matplotlib.use("svg")
        matplotlib.rcParams["svg.fonttype"] = "none"
        import matplotlib.pyplot as plt

        self.plt, self.folder, self.sheets = plt, folder, sheets
        self.found = {}
        for sheet in sheets:
            self.found |= sheet.n.found
        self.period = sheets[-1].period
        self.before = sheets[-2].period if len(sheets) > 1 else self.period

    def value(self, name, period=None, place=0):
        return (self.found.get(f"{period or self.period}/{name}") or (None,) * 4)[place]

    def series(self, name, period=None):
        """Code → value of a measure with one dimension."""
        start = f"{period or self.period}/{name}["
        return {
            i[len(start) : -1].split("=")[1]: cell[0]
            for i, cell in self.found.items()
            if i.startswith(start) and "," not in i
        }

    def save(self, figure, name, title):
        figure.suptitle(title)
        figure.savefig(self.folder / f"{name}.svg")
        self.plt.close(figure)

    def draw(self):
        for part in (self.headlines, self.logic, self.network, self.sectors, self.steps, self.evidence,
                     self.skills, self.months, self.regions, self.usefulness, self.intentions):  # fmt: skip
            part()

    def headlines(self):
        figure, panels = self.plt.subplots(4, 4, figsize=(8, 8))
        periods = [sheet.period for sheet in self.sheets]
        for axes in panels.flat[len(HEADLINES) :]:
            axes.set_axis_off()
        for axes, name in zip(panels.flat, HEADLINES, strict=False):
            values = [self.value(name, p) for p in periods]
            axes.plot(periods, [np.nan if v is None else v for v in values], marker="o")
            axes.set_title(name, fontsize=7)
            for period, value in zip(periods, values, strict=True):
                if value is not None:
                    axes.annotate(f"{value:.2f}", (period, value), fontsize=6)
        self.save(figure, "F1.1", "Headline indicators over the periods")

    def logic(self):
        levels = words("Inputs Activities Outputs Results Outcomes Impact")
        told = [self.value(n) for n in ("I19.events", "I20.participations", "I01.density", "I07.step_share")]
        figure, axes = self.plt.subplots(figsize=(7, 6))
        axes.set_axis_off()
        for place, level in enumerate(levels):
            number = told[place - 2] if 2 <= place < 6 else ""
            axes.text(0.1, 1 - place / 6, f"{level} {number}", bbox={"boxstyle": "round", "fc": "w"})
            if place:
                axes.annotate("", (0.15, 1.03 - place / 6), (0.15, 1.12 - place / 6),
                              arrowprops={"arrowstyle": "->"})  # fmt: skip
        self.save(figure, "F2.1", "From meeting to doing")

    def network(self):
        figure, panels = self.plt.subplots(1, 2, figsize=(9, 5))
        for axes, sheet in zip(panels, self.sheets[-2:], strict=False):
            named, sector, _ = sheet.ties(sheet.period)
            order = sorted(sector, key=lambda one: (SECTORS.index(sector[one]), one))
            angle = {one: 2 * np.pi * i / len(order) for i, one in enumerate(order)}
            ends = [p for p in {frozenset(p) for p in named} if p <= set(sector)]
            for pair in ends:
                axes.plot([np.cos(angle[o]) for o in pair], [np.sin(angle[o]) for o in pair], "0.7", lw=0.4)
            colours = [SECTORS.index(sector[o]) for o in order]
            axes.scatter([np.cos(angle[o]) for o in order], [np.sin(angle[o]) for o in order], c=colours,
                         cmap="tab10", zorder=2)  # fmt: skip
            axes.set_aspect("equal")
            axes.set_axis_off()
            axes.set_title(sheet.period)
        self.save(figure, "F4.1", "Organisations and their ties in two waves")

    def sectors(self):
        ties = [[self.value(f"I03.ties[sector={a},sector2={b}]") for b in SECTORS] for a in SECTORS]
        figure, axes = self.plt.subplots(figsize=(6, 6))
        axes.imshow(np.array(ties, dtype=float), cmap="Blues")
        axes.set_xticks(range(8), SECTORS)
        axes.set_yticks(range(8), SECTORS)
        for i, row in enumerate(ties):
            for j, number in enumerate(row):
                axes.text(j, i, f"{number:.0f}", ha="center")
        self.save(figure, "F4.2", "Ties between fields")

    def bars(self, name, title, now, before=None):
        figure, axes = self.plt.subplots(figsize=(7, 5))
        labels = list(now)
        places = axes.barh(labels, [value or 0 for value in now.values()])
        axes.bar_label(places)
        if before:
            axes.plot([before.get(one) for one in labels], labels, "k|")
        axes.invert_yaxis()
        self.save(figure, name, title)

    def steps(self):
        steps = dict(sorted(self.series("I07.steps").items(), key=lambda item: -item[1]))
        grades = {f"grade {code}": value for code, value in self.series("I08.contribution").items()}
        self.bars("F5.1", "Development steps, and the project's part in services", steps | grades)

    def evidence(self):
        names = ["I09.y13_top2", "I09.y14_top2", "I09.safety_share"]
        figure, axes = self.plt.subplots(figsize=(7, 3))
        for period, shift, fill in ((self.before, 0.2, "none"), (self.period, 0, "full")):
            for place, name in enumerate(names):
                value, limits = self.value(name, period), self.value(name, period, 3)
                if value is not None:
                    reach = [[value - limits[0]], [limits[1] - value]]
                    axes.errorbar(value, place + shift, xerr=reach, fmt="o", fillstyle=fill)
        axes.set_yticks(range(3), names)
        axes.set_xlim(0, 1)
        self.save(figure, "F5.2", "Research, follow-up and safety")

    def skills(self):
        before, now = self.series("I12.before_median"), self.series("I12.now_median")
        figure, axes = self.plt.subplots(figsize=(7, 4))
        for place, skill in enumerate(SKILLS):
            axes.plot([before[skill], now[skill]], [place, place], "0.6")
        axes.plot(list(before.values()), range(5), "o", fillstyle="none")
        axes.plot(list(now.values()), range(5), "o")
        axes.set_yticks(range(5), SKILLS)
        axes.set_xlim(1, 5)
        self.save(figure, "F5.3", "Experienced skills before and now")

    def months(self):
        now = self.series("I20.by_month")
        before = self.series("I20.by_month", self.before)
        self.bars(
            "F6.1", "Participations by month", now, {f"{self.period}{m[4:]}": v for m, v in before.items()}
        )

    def regions(self):
        order = sorted(self.series("I20.by_region").items(), key=lambda item: -item[1])
        self.bars("F6.2", "Participations by region", dict(order), self.series("I20.by_region", self.before))

    def stacked(self, name, title, rows):
        figure, axes = self.plt.subplots(figsize=(8, 4))
        for place, parts in enumerate(rows.values()):
            left, total = 0.0, sum(parts)
            for part, colour in zip(parts, BLUES, strict=False):
                axes.barh(place, part / total, left=left, color=colour)
                axes.text(left + part / total / 2, place, f"{part / total:.0%}", ha="center")
                left += part / total
        axes.set_yticks(range(len(rows)), list(rows))
        axes.invert_yaxis()
        self.save(figure, name, title)

    def usefulness(self):
        rows = {}
        for item, letter in (("t01", "h"), ("t02", "a"), ("t04", "a"), ("t07", "a")):
            rows[item] = [self.value(f"I22.{item}[answer={letter}{i}]") for i in range(1, 6)]
        self.stacked("F6.3", "Feedback on events", rows)

    def intentions(self):
        orders = {"I23.t05": ["yes", "mayb", "no"], "I23.p01": ["yes", "star", "noty", "no"]}
        rows = {n: [self.value(f"{n}[answer={c}]") for c in order] for n, order in orders.items()}
        self.stacked("F6.4", "Meant to do, and done", rows)


# --- against what was published -------------------------------------------------------------------------


def regions_shown(found, published):
    ids = [cell["id"] for cell in published["cells"] if "mask" not in cell]
    codes = {one: one.partition("I24.participations[region=")[2].rstrip("]") for one in ids}
    return sum(bool(found[one][1]) for one, code in codes.items() if code in REGIONS)


def compare(found, published):
    """(numbers compared, those that were published otherwise as lines)."""
    compared, other = 0, []
    for cell in published["cells"]:
        value, count, base, interval = found.get(cell["id"], (None,) * 4)
        if cell.get("rounded"):  # by hand: the nearest multiple, and a share of two of these
            to = cell["rounded"]
            count, base = (None if one is None else to * ((one + to // 2) // to) for one in (count, base))
            value = count if cell["kind"] == "count" else count / base if base else None
        if cell.get("note") == "at_least":  # by hand: the regions that are shown with somebody in them
            value = count = regions_shown(found, published)
        own = {"value": value, "count": count, "base": base}
        own |= dict(zip(("lower", "upper"), interval or (), strict=False))
        near = 1e-4 if "_omega" in cell["id"] else 1e-9  # omega is the end of a search
        told = cell | dict(zip(("lower", "upper"), cell.get("interval", ()), strict=False))
        for name in ("value", "count", "base", "lower", "upper"):
            if name in told:
                compared += 1
                if own.get(name) is None or not isclose(told[name], own[name], rel_tol=near, abs_tol=1e-12):
                    other.append(f"{cell['id']}: {name} {told[name]} published, {own.get(name)} by hand")
    return compared, other


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--period", help="instead of the latest")
    parser.add_argument("--check", action="store_true", help="compare with results.json; 1 if any differs")
    parser.add_argument("--charts", type=Path, help="where the charts go; else a folder that is thrown away")
    given = parser.parse_args()
    store = Store(given.workspace)
    latest = given.period or store.periods[-1]
    results = given.workspace / "outputs" / latest / "results.json"
    if given.check and not results.is_file():
        parser.error(f"nothing to compare with: {results} is missing; write it with: evallib report {latest}")
    sheets = [Sheet(store, period) for period in store.periods if period <= latest]
    for sheet in sheets:
        sheet.work_out()
    with tempfile.TemporaryDirectory() as folder:
        Charts(sheets, given.charts or Path(folder)).draw()
    if given.check:
        compared, other = compare(sheets[-1].n.found, json.loads(results.read_text("utf-8")))
        print(f"Published numbers compared: {compared}; worked out otherwise: {len(other)}")
        print("\n".join(other[:20]))
        sys.exit(1 if other or not compared else 0)


if __name__ == "__main__":
    main()
