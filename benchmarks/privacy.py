"""The door out on simulated publications, judged by an attacker who shares no code with it.

    python benchmarks/privacy.py            200 publications and five projects of 40 items (an hour)
    python benchmarks/privacy.py --quick    8 publications and one small project
    python benchmarks/privacy.py --masking round5    the same with rounded numbers
    python benchmarks/privacy.py --keep FILE    a line in FILE for all that is done; it can go on

A publication is one question by region and sector in three periods; a period has a draft, a draft with late
answers, and three languages (the same numbers). All of it leaves by the door that releases use, as results
with declared wider classes and shares. The attacker holds every released cell and solves whole numbers.
"""

import argparse
import json
import resource
import time
from functools import partial
from pathlib import Path

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from evallib.plan.model import Dimension, Policy
from evallib.privacy import door_out as door
from evallib.results import Cell, Kind, Result

SIZES = (30, 60, 150, 400, 800, 2000, 5000)
GRIDS = ((4, 6, 5), (6, 4, 5), (8, 6, 5), (12, 6, 5), (19, 6, 5))
THRESHOLD = 5
ROOM = {"suppress": 0, "round5": 2}  # people that a published number may lie beside the true one


def background(n, shape, rng):
    """People by region and sector: a few large places, many small ones."""
    regions, sectors = rng.dirichlet(np.full(shape[0], 2.0)), rng.dirichlet(np.full(shape[1], 2.0))
    weight = np.outer(regions, sectors) * rng.gamma(4, 0.25, shape[:2])
    return rng.multinomial(n, (weight / weight.sum()).ravel()).reshape(shape[:2])


def answers(people, shape, rng):
    """Their answers: a common leaning to one end, and places that differ."""
    common = rng.dirichlet(np.array([1.5, 2.0, 4.0, 6.0, 4.0])[: shape[2]])
    found = np.zeros(shape, dtype=np.int64)
    for place in np.ndindex(shape[:2]):
        found[place] = rng.multinomial(people[place], rng.dirichlet(common * 8 + 0.05))
    return found


def wider(size, letter):
    """Declared wider classes: name → places."""
    parts = np.array_split(np.arange(size), (4 if size > 6 else 2) if letter == "r" else size // 2)
    return {f"{letter}_{i}": tuple(int(one) for one in part) for i, part in enumerate(parts)}


def dimension(name, size):
    """A background as a plan declares it."""
    letter = name[0]
    words = dict.fromkeys(("fi", "sv", "en"), "x")
    merges = {code: [f"{letter}{i}" for i in part] for code, part in wider(size, letter).items()}
    return Dimension.model_validate(
        {"code": name, "name": words, "labels": {f"{letter}{i}": words for i in range(size)},
         "merges": merges, "merge_labels": dict.fromkeys(merges, words)})  # fmt: skip


class Publication:
    """Counts as the results of a survey, and released cells as keys: (regions, sectors, answers)."""

    def __init__(self, shape, profile=False):
        self.shape, self.profile = shape, profile
        self.dimensions = [dimension("region", shape[0]), dimension("sector", shape[1])]
        codes = []
        for letter, size in (("r", shape[0]), ("s", shape[1])):
            fine = {f"{letter}{i}": (i,) for i in range(size)}
            codes.append((fine, wider(size, letter)))
        self.regions, self.sectors = codes
        every = self.regions[0] | self.regions[1]
        others = self.sectors[0] | self.sectors[1]
        self.by = {
            (): [((), ((), ()))],
            ("region",): [((("region", r),), (p, ())) for r, p in every.items()],
            ("sector",): [((("sector", s),), ((), p)) for s, p in others.items()],
            ("region", "sector"): [
                ((("region", r), ("sector", s)), (p, q)) for r, p in every.items() for s, q in others.items()
                if r in self.regions[0] or s in self.sectors[0]],
        }  # fmt: skip
        self.answers = tuple(str(i + 1) for i in range(shape[2]))
        self.keys = {}

    def results(self, counts, item="1"):
        """All tables of one question, as the indicators give them."""
        name, every = f"t{item}", ((f"answer:T{item}", self.answers),)
        found = []
        for by, groups in self.by.items():
            facts = {"dims": by, "protected": bool(by), "numerator": every}
            if not (self.profile and by):
                cells = [self.cell(counts, dims, (*key, ())) for dims, key in groups]
                found.append(self.result(f"{name}_n", Kind.COUNT, cells, groups, [()], **facts))
            if len(by) == 2:
                continue
            facts["denominator"] = every
            fine = [(i,) for i in range(self.shape[2])]
            cells = [self.cell(counts, (*dims, ("answer", self.answers[a[0]])), (*key, a))
                     for dims, key in groups for a in fine]  # fmt: skip
            told = facts | {"dims": ("answer", *by)}
            found.append(self.result(name, Kind.COUNT, cells, groups, fine, **told))
            for measure, rows in (("low2", (0, 1)), ("top2", (3, 4))) if by else ():
                told = facts | {"numerator": ((f"answer:T{item}", tuple(self.answers[i] for i in rows)),)}
                cells = [self.cell(counts, dims, (*key, rows), share=True) for dims, key in groups]
                found.append(self.result(f"{name}_{measure}", Kind.SHARE, cells, groups, [rows], **told))
        facts = {"dims": ("answer", "region", "sector"), "protected": True, "universe": "q1",
                 "numerator": every, "denominator": every}  # fmt: skip
        places = [(dims, key) for dims, key in self.by["region", "sector"] if len(key[0]) == len(key[1]) == 1]
        cells = [self.cell(counts, (*dims, ("answer", self.answers[a])), (*key, (a,)))
                 for dims, key in places for a in range(self.shape[2])]  # fmt: skip
        return [*found, Result("2025", "I01", name, Kind.COUNT, "people", tuple(cells), **facts)]

    def sizes(self, counts):
        """The respondents' profile."""
        found = []
        for by, groups in self.by.items():
            if by:
                cells = [self.cell(counts, dims, (*key, ())) for dims, key in groups]
                name = f"profile_{'_'.join(by)}"
                found.append(self.result(name, Kind.COUNT, cells, groups, [()], dims=by, protected=True))
        return found

    def result(self, measure, kind, cells, groups, rows, **facts):
        one = Result("2025", "I01", measure, kind, "people", tuple(cells), universe="q1", **facts)
        keys = [(*key, row) for _, key in groups for row in rows]
        self.keys |= {one.id_of(cell): key for cell, key in zip(cells, keys, strict=True)}
        return one

    def cell(self, counts, dims, key, share=False):
        axes = [list(one) or list(range(size)) for one, size in zip(key, self.shape, strict=True)]
        count, base = int(counts[np.ix_(*axes)].sum()), int(counts[np.ix_(*axes[:2])].sum())
        return Cell(dims, (count / base if base else None) if share else count, count, base)

    def read(self, cells, item=None):
        """(hidden keys, shown counts, whether late answers wait) of one question's cells."""
        asked = (f"t{item}", "profile")
        mine = {
            one: cell for one, cell in cells.items()
            if item is None or one.measure.split("_")[0] in asked}  # fmt: skip
        hidden = {self.keys[one] for one, cell in mine.items() if cell.mask is not None}
        shown = {}
        for one, cell in mine.items():
            key = self.keys[one]
            if cell.mask is None:
                shown[key] = cell.count
                if cell.base is not None and cell.kind is Kind.SHARE:
                    shown[(*key[:2], ())] = cell.base
        return hidden - set(shown), shown, any(cell.note == "late" for cell in mine.values())


class Door:
    """The door out, with the processor's seconds that its own attack took told apart."""

    def __init__(self):
        self.proving = 0.0
        attack = door.attack

        def timed(*given):
            begun = time.process_time()
            found = attack(*given)
            self.proving += time.process_time() - begun
            return found

        door.attack = timed

    def __call__(self, *given):
        """(cells, plan, seconds of planning)."""
        begun, before = time.process_time(), self.proving
        cells, plan = door.door_out(*given)
        return cells, plan, time.process_time() - begun - (self.proving - before)


class Attacker:
    """What can be worked out of published counts; people are cells × parts (first answers, late ones).

    room: how far a published count may lie from the true one, when neither is overall nor nobody's.
    """

    def __init__(self, shape, parts, room=0):
        self.shape, self.parts, self.room = shape, parts, room
        self.rows, self.low, self.high = [], [], []
        self.seen = None
        self.undecided = 0

    def where(self, key, parts):
        cells = np.zeros((self.parts, *self.shape))
        axes = [list(one) or list(range(size)) for one, size in zip(key, self.shape, strict=True)]
        for part in parts:
            cells[part][np.ix_(*axes)] = 1
        return cells.ravel()

    def learn(self, shown, parts):
        for key, value in shown.items():
            self.rows.append(self.where(key, parts))
            room = 0 if public(key) or not value else self.room
            self.low.append(value - room)
            self.high.append(value + room)

    def end(self, row, sign):
        found = milp(-sign * row, constraints=LinearConstraint(self.matrix, self.low, self.high),
                     bounds=Bounds(0, np.inf), integrality=np.ones(len(row)),
                     options={"time_limit": 20.0})  # fmt: skip
        if found.x is not None:
            self.seen = np.vstack([self.seen, np.round(found.x)])
        if found.status != 0:  # out of time: the best that was seen is no end
            return None
        return round(float(row @ self.seen[-1]))

    def ready(self, truth):
        self.matrix = csr_array(np.array(self.rows))
        counts = self.matrix @ truth
        agree = (counts >= self.low).all() and (counts <= self.high).all()
        assert agree, "published counts contradict the people"
        self.seen = truth[None].astype(float)

    def spread(self, row, enough):
        """(low, high) of a count, as far as needed to see that it has more than ``enough`` values."""
        known = self.seen @ row
        if np.ptp(known) >= enough:
            return known.min(), known.max()
        high = self.end(row, 1)
        known = self.seen @ row
        if np.ptp(known) >= enough:
            return known.min(), known.max()
        low = self.end(row, -1)
        if low is None or high is None:  # said in the figures, not taken for safe
            self.undecided += 1
            return 0, np.inf
        return low, high


def alone(row, totals, shape):
    """How wide a count is for somebody who has the overall distributions only."""
    parts = row.reshape(len(totals), -1, shape[2])
    return float(((parts.max(axis=1) - parts.min(axis=1)) * totals).sum())


def attack(attacker, truth, totals, releases, threshold=THRESHOLD):
    """Findings in words. releases: (hidden keys, shown counts, parts of the people that they count)."""
    attacker.ready(truth)
    shape, findings, enough = attacker.shape, [], threshold - 2
    nested = []
    for hidden, shown, parts in releases:
        targets = [(f"hidden {key}", attacker.where(key, parts)) for key in hidden]
        for key in np.ndindex(shape):
            row = attacker.where(tuple((i,) for i in key), parts)
            if 0 < row @ truth < threshold:
                targets.append((f"never printed {key}", row))
        for name, row in targets:
            low, high = attacker.spread(row, enough)
            if high - low < min(enough, alone(row, totals, shape)):
                findings.append(f"{name} is {low}–{high}")
        groups = [((r,), (), ()) for r in range(shape[0])] + [((), (s,), ()) for s in range(shape[1])]
        groups += [((r,), (s,), ()) for r, s in np.ndindex(shape[:2])]
        for key in groups:
            size = attacker.where(key, parts)
            for answer in range(shape[2]):
                part = attacker.where((*key[:2], (answer,)), parts)
                if (size - part) @ truth == 0 and size @ truth > 1:
                    _, high = attacker.spread(size - part, 1)
                    if high < min(1, alone(size - part, totals, shape)):
                        findings.append(f"group {key} answered {answer}")
        told = [(key, attacker.where(key, parts)) for key in shown]
        findings += [f"shown {key}" for key, row in told if 0 < row @ truth < threshold and not public(key)]
        nested += told
    matrix = np.array([row for _, row in nested])
    values = matrix @ truth
    inside = matrix @ matrix.T == matrix.sum(axis=1)[:, None]
    for i, j in np.argwhere(inside):
        rest = values[j] - values[i]
        if 0 < rest < threshold and not (public(nested[i][0]) and public(nested[j][0])):
            low, high = attacker.spread(matrix[j] - matrix[i], enough)
            if not attacker.room or high - low < min(enough, alone(matrix[j] - matrix[i], totals, shape)):
                findings.append(f"{nested[j][0]} − {nested[i][0]} is {low}–{high}")
    return findings


def public(key):
    """Overall counts: all people, or all who gave an answer."""
    return not key[0] and not key[1]


def usefulness(shown, counts):
    """(two-way cells of 5 or more, of them shown alone, safe cells, of them shown alone or in a merge)."""
    shape = counts.shape
    tables = [(((r,), (s,), ()), counts[r, s].sum()) for r, s in np.ndindex(shape[:2])]
    tables += [(((r,), (), (a,)), counts[r, :, a].sum()) for r in range(shape[0]) for a in range(shape[2])]
    tables += [(((), (s,), (a,)), counts[:, s, a].sum()) for s in range(shape[1]) for a in range(shape[2])]
    margins = [(((r,), (), ()), counts[r].sum()) for r in range(shape[0])]
    margins += [(((), (s,), ()), counts[:, s].sum()) for s in range(shape[1])]
    big = [key for key, value in tables if value >= THRESHOLD]
    safe = [key for key, value in tables + margins if value == 0 or value >= THRESHOLD]
    sets = [tuple(map(set, key)) for key in shown if not public(key)]

    def inside(key):
        return key in shown or any(
            all((not a and not b) or (set(a) and set(a) <= b) for a, b in zip(key, one, strict=True))
            for one in sets
        )

    return np.array([len(big), sum(key in shown for key in big), len(safe), sum(map(inside, safe))])


def bare(hidden, shown, counts, rng, room, runs=20):
    """The processor's seconds of one attack programme on what was published."""
    attacker = Attacker(counts.shape, 1, room)
    attacker.learn(shown, (0,))
    attacker.ready(counts.ravel())
    keys = sorted(hidden) or list(shown)
    begun = time.process_time()
    for place in rng.choice(len(keys), runs):
        attacker.end(attacker.where(keys[place], (0,)), int(rng.choice([-1, 1])))
    return (time.process_time() - begun) / runs


def withheld(cells):
    return any(one.mask is not None and one.mask.value == "withheld" for one in cells.values())


def publication(seed, way_out, policy):
    """One question in three periods, planned, published and attacked."""
    rng = np.random.default_rng(seed)
    n, shape = SIZES[seed % len(SIZES)], GRIDS[seed // len(SIZES) % len(GRIDS)]
    told = {"seed": seed, "n": n, "shape": shape, "findings": [], "withheld": 0, "late": 0, "seconds": [],
            "useful": np.zeros(4, dtype=int), "attack": 0.0, "undecided": 0}  # fmt: skip
    paper = Publication(shape)
    for _ in range(3):
        counts = answers(background(n, shape, rng), shape, rng)
        late = answers(background(int(n * rng.choice([0.01, 0.05, 0.3])), shape, rng), shape, rng)
        first = paper.results(counts)
        cells, plan, seconds = way_out(first, policy, paper.dimensions)
        told["seconds"].append(seconds)
        draft = door.Draft(cells, first)
        again, _, _ = way_out(paper.results(counts + late), policy, paper.dimensions, plan, [draft])
        hidden, shown, _ = paper.read(cells)
        hidden_again, shown_again, waits = paper.read(again)
        told["withheld"] += withheld(cells)
        told["late"] += waits
        told["useful"] += usefulness(shown, counts)
        begun = time.perf_counter()
        attacker = Attacker(shape, 2, ROOM[policy.masking])
        attacker.learn(shown, (0,))
        overall = {key: count for key, count in shown_again.items() if public(key)}  # it never waits
        told_again = {key: count for key, count in shown_again.items() if not public(key)}
        counted = (0,) if waits else (0, 1)
        attacker.learn(told_again, counted)
        attacker.learn(overall, (0, 1))
        truth = np.concatenate([counts.ravel(), late.ravel()])
        totals = np.array([counts.sum(axis=(0, 1)), late.sum(axis=(0, 1))])
        releases = [(hidden, shown, (0,)), (hidden_again, told_again, counted)]
        told["findings"] += attack(attacker, truth, totals, releases)
        told["attack"] += time.perf_counter() - begun
        told["undecided"] += attacker.undecided
    told["bare"] = bare(hidden, shown, counts, rng, ROOM[policy.masking])
    return told


class Kept:
    """What has been measured, one JSON line each, so that a run that was cut short loses nothing."""

    def __init__(self, path):
        self.path, self.done = path, {}
        for line in path.read_text().splitlines() if path and path.exists() else ():
            one = json.loads(line)
            self.done[one["name"]] = one | {"useful": np.array(one["useful"])}

    def __call__(self, name, measure):
        """What stands under a name, else what ``measure`` finds now."""
        if name not in self.done:
            self.done[name] = {"name": name} | measure()
            if self.path:
                with self.path.open("a") as lines:
                    print(json.dumps(self.done[name], default=lambda v: v.tolist()), file=lines, flush=True)
        return self.done[name]


def project(seed, n, shape, items, way_out, policy, kept, attacked):
    """A whole project: the same people answer every item. attacked: how many of the items are attacked."""
    rng = np.random.default_rng(seed)
    people = background(n, shape, rng)
    asked = [answers(people, shape, rng) for _ in range(items)]
    paper = Publication(shape, profile=True)
    results = paper.sizes(asked[0])
    results += [one for i, counts in enumerate(asked) for one in paper.results(counts, str(i))]
    cells, _, seconds = way_out(results, policy, paper.dimensions)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    def item(i):
        hidden, shown, _ = paper.read(cells, str(i))
        attacker = Attacker(shape, 1, ROOM[policy.masking])
        attacker.learn(shown, (0,))
        own = np.random.default_rng([seed, i])
        each = bare(hidden, shown, asked[i], own, ROOM[policy.masking]) if i < 5 else None
        begun, totals = time.perf_counter(), asked[i].sum(axis=(0, 1))[None]
        told = [(hidden, shown, (0,))]
        findings = attack(attacker, asked[i].ravel(), totals, told) if i < attacked else []
        return {"useful": usefulness(shown, asked[i]), "findings": findings, "undecided": attacker.undecided,
                "bare": each, "attack": time.perf_counter() - begun}  # fmt: skip

    judged = [kept(f"project {n} item {i}", partial(item, i)) for i in range(items)]
    masked = {one.measure.split("_")[0] for one, cell in cells.items() if withheld({one: cell})}
    each = float(np.mean([one["bare"] for one in judged if one["bare"]]))
    return {"n": n, "shape": shape, "items": items, "attacked": min(attacked, items), "seconds": seconds,
            "programmes": seconds / each / items, "megabytes": memory, "withheld": len(masked),
            "useful": sum(one["useful"] for one in judged),
            "findings": [leak for one in judged for leak in one["findings"]],
            **{name: sum(one[name] for one in judged) for name in ("undecided", "attack")}}  # fmt: skip


def percent(part, whole):
    return round(100 * part / whole, 1) if whole else None


def programmes(rows):
    """Planning time as a multiple of one bare attack programme, on average; None without publications."""
    ratios = [np.mean(one["seconds"]) / one["bare"] for one in rows]
    return round(float(np.mean(ratios)), 1) if ratios else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--publications", type=int, default=200)
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first publication")
    parser.add_argument("--projects", type=int, default=5)
    parser.add_argument("--attacked", type=int, default=40, help="items of each project for the attacker")
    parser.add_argument("--masking", choices=list(ROOM), default="suppress")
    parser.add_argument("--json", type=Path, help="where all figures go")
    parser.add_argument("--keep", type=Path, help="what is done, a line each; a later run goes on from there")
    given = parser.parse_args()
    seeds = [3, 10, 17, 0, 1, 2, 4, 6] if given.quick else range(given.first, given.publications)
    sizes = [(150, (6, 6, 5), 4)] if given.quick else [
        (n, (19, 6, 5), 40) for n in (400, 150, 800, 5000, 1500)][: given.projects]  # fmt: skip
    found, way_out, policy = [], Door(), Policy(threshold=THRESHOLD, masking=given.masking)
    kept = Kept(given.keep)
    for seed in seeds:
        found.append(kept(f"publication {seed}", partial(publication, seed, way_out, policy)))
        one = found[-1]
        print(seed, one["n"], one["shape"], *(f"{k} {one[k]}" for k in ("withheld", "late", "useful")),
              f"plan {np.mean(one['seconds']):.2f} s = {programmes([one])} programmes,",
              f"attack {one['attack']:.1f} s", *one["findings"][:5], flush=True)  # fmt: skip
    whole = []
    for i, size in enumerate(sizes):
        given_to = (1000 + i, *size, way_out, policy, kept, given.attacked)
        whole.append(kept(f"project {size[0]}", partial(project, *given_to)))
        print({k: v for k, v in whole[-1].items() if k != "findings"}, len(whole[-1]["findings"]), flush=True)
    table = {}
    for n in SIZES:
        rows = [one for one in found if one["n"] == n]
        big, told, safe, kept = sum((one["useful"] for one in rows), np.zeros(4, dtype=int)).tolist()
        leaks = sum(len(one["findings"]) for one in rows)
        table[n] = {"publications": len(rows), "findings": leaks,
                    "undecided": sum(one["undecided"] for one in rows),
                    "programmes": programmes(rows),
                    "withheld": sum(one["withheld"] for one in rows),
                    "waits": sum(one["late"] for one in rows),
                    "alone %": percent(told, big), "safe shown %": percent(kept, safe)}  # fmt: skip
        print(n, table[n])
    for one in whole:
        print({k: v for k, v in one.items() if k != "findings"}, len(one["findings"]), one["findings"][:5])
    if given.json:
        report = {"by n": table, "publications": found, "projects": whole}
        given.json.write_text(json.dumps(report, default=lambda v: v.tolist(), indent=1))
    return bool(sum(len(one["findings"]) for one in found + whole))


if __name__ == "__main__":
    raise SystemExit(main())
