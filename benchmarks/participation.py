"""How long reading attendance lists takes, as a ratio to csv.reader on the same bytes.

10,000 files with 1,000,000 rows: Teams reports (UTF-16), Zoom lists, webinar reports, pretix lists and paper
lists. They are read, people united over rejoins and devices, and joined with the event log into one table of
participations. csv.reader decodes and splits the same files and does nothing with the cells. Both run in
processes of their own, in turn; the median of the ratios of CPU time is printed, and the memory taken.

    python benchmarks/participation.py [--files N] [--rows N] [--runs N] [--only SYSTEM]
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

SYSTEMS = ("teams", "zoom", "webinar", "pretix", "paper")
SHARES = (45, 35, 10, 5, 5)
TARGET = 4.0
FIRST = datetime(2025, 1, 7, 13)
TEAMS = "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole"
ZOOM = (
    "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest,"
    "Recording disclaimer response,In waiting room"
)
WEBINAR = (
    "Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest,"
    "Country/Region Name"
)


def people(rng: random.Random, rows: int) -> Iterator[tuple[str, str, datetime, int]]:
    """Name, address, minutes after the start and length in seconds; one row in ten is a rejoin."""
    earlier: list[tuple[str, str]] = []
    for _ in range(rows):
        if earlier and rng.random() < 0.1:
            name, email = rng.choice(earlier)
        else:
            number = rng.randrange(60_000)
            name = f"{'Äiti Öhman' if number % 7 == 0 else 'Maija Meri'} {number}"
            email = f"henkilo{number}@example.org" if number % 5 else ""
            earlier.append((name, email))
        yield name, email, rng.randrange(0, 5400), rng.randrange(30, 5400)


def write(folder: Path, files: int, rows: int, only: str) -> None:
    rng = random.Random(7)
    log = []
    for number in range(files):
        event = f"e{number:05}"
        start = FIRST + timedelta(days=number % 330)
        system = only or rng.choices(SYSTEMS, SHARES)[0]
        end = start + timedelta(hours=3)
        log.append({"event_id": event, "start": f"{start:%Y-%m-%dT%H:%M}", "end": f"{end:%Y-%m-%dT%H:%M}",
                    "tz": "Europe/Helsinki", "mode": "online", "participant_file": "yes"})  # fmt: skip
        made = {"teams": teams, "zoom": zoom, "webinar": webinar, "pretix": pretix, "paper": paper}[system]
        text = made(event, start, list(people(rng, rows)))
        coding = "utf-16" if system == "teams" else "utf-8-sig" if system == "zoom" else "utf-8"
        (folder / f"{event}_{system}.csv").write_bytes(text.encode(coding))
    (folder / "log.json").write_text(json.dumps(log))


def teams(event: str, start: datetime, rows: list) -> str:
    lines = []
    for name, email, after, length in rows:
        joined, left = start + timedelta(seconds=after), start + timedelta(seconds=after + length)
        spent = (
            f"{length // 3600}h {length // 60 % 60}m {length % 60}s"
            if length >= 3600
            else f"{length // 60}m {length % 60}s"
        )
        lines.append(f"{name}\t{american(joined)}\t{american(left)}\t{spent}\t{email}\t{email}\tAttendee")
    top = f"1. Summary\r\nMeeting title\tKahvit\r\nAttended participants\t{len(rows)}\r\n\r\n"
    return (
        top + f"2. Participants\r\n{TEAMS}\r\n" + "\r\n".join(lines) + "\r\n\r\n3. In-Meeting Activities\r\n"
    )


def american(moment: datetime) -> str:
    half = "PM" if moment.hour > 11 else "AM"
    return f"{moment.month}/{moment.day}/{moment:%y}, {moment.hour % 12 or 12}:{moment:%M:%S} {half}"


def zoom(event: str, start: datetime, rows: list) -> str:
    lines = [
        f"{name},{email},{start + timedelta(seconds=after):%m/%d/%Y %I:%M:%S %p},"
        f"{start + timedelta(seconds=after + length):%m/%d/%Y %I:%M:%S %p},{length // 60},Yes,,No"
        for name, email, after, length in rows
    ]
    return "\n".join((ZOOM, *lines, ""))


def webinar(event: str, start: datetime, rows: list) -> str:
    lines = [
        f'Yes,{name},{email},"{start + timedelta(seconds=after):%b %d, %Y %H:%M:%S}",'
        f'"{start + timedelta(seconds=after + length):%b %d, %Y %H:%M:%S}",{length // 60},Yes,Finland,'
        for name, email, after, length in rows
    ]
    top = (
        "Attendee Report",
        "Report generated time,x",
        "Topic,Webinar ID,Unique Viewers",
        "T,1,1",
        "Attendee Details",
        WEBINAR,
    )
    return "\n".join((*top, *lines, ""))


def pretix(event: str, start: datetime, rows: list) -> str:
    lines = [
        f"A{n},{name},Lippu,{start + timedelta(seconds=after):%Y-%m-%d %H:%M},,{email}"
        for n, (name, email, after, _) in enumerate(rows)
    ]
    return "\n".join(("Order code,Attendee name,Product,Checked in,Checked out,Email", *lines, ""))


def paper(event: str, start: datetime, rows: list) -> str:
    return "\n".join(
        (
            "event_id;role;region;sector;under40;sex;lang",
            *(f"{event};entr;FI1D7;care;no;f;fi" for _ in rows),
            "",
        )
    )


class OnDisk(Mapping):
    """The files by name, read when they are asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names = sorted(f"events/{path.name}" for path in folder.glob("*.csv"))

    def __getitem__(self, name: str) -> bytes:
        with open(f"{self.folder}/{name.rpartition('/')[2]}", "rb") as file:  # noqa: PTH123 (no time of pathlib's)
            return file.read()

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def ours(folder: Path) -> int:
    from evallib.sources.event_files import read_event_files

    rows = {row["event_id"]: row for row in json.loads((folder / "log.json").read_text())}
    period = (date(2025, 1, 1), date(2025, 12, 31))
    found = read_event_files(OnDisk(folder), {}, rows, period, ("read.ai", "fireflies", "notetaker"), 10, ())
    return len(found.table.rows)


def plain(folder: Path) -> int:
    count = 0
    for path in sorted(folder.glob("*.csv")):
        coding = "utf-16" if "teams" in path.name else "utf-8-sig"
        mark = "\t" if "teams" in path.name else ";" if "paper" in path.name else ","
        with path.open(encoding=coding, newline="") as file:
            count += sum(1 for _ in csv.reader(file, delimiter=mark))
    return count


def child(folder: Path, what: str) -> None:
    import pandas  # what every run of evallib loads is no reading

    from evallib.sources import event_files

    assert pandas and event_files
    peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # noqa: E731
    before, begun, cpu = peak(), time.perf_counter(), time.process_time()
    count = {"ours": ours, "plain": plain}[what](folder)
    print(json.dumps({"rows": count, "seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu,
                      "memory": peak() - before, "peak": peak()}))  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--rows", type=int, default=100)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=SYSTEMS, default="")
    parser.add_argument("--child", nargs=2)
    given = parser.parse_args()
    if given.child:
        child(Path(given.child[0]), given.child[1])
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, given.files, given.rows, given.only)
        size = sum(path.stat().st_size for path in folder.glob("*.csv")) / 1e6
        largest = max(path.stat().st_size for path in folder.glob("*.csv")) / 1e6
        count = given.files * given.rows
        print(f"{given.files} files, {count} rows, {size:.0f} MB, the largest {largest:.2f} MB")
        ratios = []
        for _ in range(given.runs):
            runs = {}
            for what in ("plain", "ours"):
                command = [sys.executable, __file__, "--child", name, what]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                runs[what] = json.loads(done.stdout)
            ratios.append(runs["ours"]["cpu"] / runs["plain"]["cpu"])
            one, other = runs["plain"], runs["ours"]
            print(f"csv.reader {one['cpu']:.2f} s, evallib {other['cpu']:.2f} s: {ratios[-1]:.2f} times; "
                  f"{other['rows']} participations; memory {other['memory']:.0f} MB")  # fmt: skip
        middle = statistics.median(ratios)
        reached = "reached" if middle <= TARGET else "NOT reached"
        print(f"{middle:.2f} times csv.reader, target {TARGET:g}: {reached}")


if __name__ == "__main__":
    main()
