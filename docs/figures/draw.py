#!/usr/bin/env python3
"""Draws docs/figures/completion.svg from simulation.json and, where there is one, lab.json. With --check it only says whether that is up to date.

The time in which all hosts have the same blob, over the number of hosts: the lower bound, Darter in the simulation and in the laboratory, and
hosts that all pull from the registry, whose link then carries the blob once for each of them."""

import json
import math
import pathlib
import statistics
import sys

HERE = pathlib.Path(__file__).parent
TARGET = HERE / "completion.svg"
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 360, 62, 150, 34, 46
# Both axes are logarithmic: direct pulls take ten times as long for ten times as many hosts.
COLOURS = {"direct": "#d1495b", "darter": "#2a7fd4", "bound": "#8a8f98"}


def series():
    """The points of each line: number of hosts, seconds; for Darter also the least and the most over all seeds."""
    runs = {}
    for run in json.loads((HERE / "simulation.json").read_text()):
        runs.setdefault(run["hosts"], []).append(run)
    size, rate = {(run["bytes"], run["bytesPerSecond"]) for same in runs.values() for run in same}.pop()
    for same in runs.values():
        if any((run["bytes"], run["bytesPerSecond"]) != (size, rate) for run in same):
            sys.exit("simulation.json has runs of different sizes or rates")
    darter = [(hosts, [run["lastSeconds"] for run in same]) for hosts, same in sorted(runs.items())]
    return size, rate, {
        "direct": [(hosts, hosts * size / rate) for hosts, _ in darter],
        "bound": [(hosts, runs[hosts][0]["boundSeconds"]) for hosts, _ in darter],
        "darter": [(hosts, statistics.median(times)) for hosts, times in darter],
        "spread": [(hosts, min(times), max(times)) for hosts, times in darter],
        "lab": laboratory(size, rate)}


def laboratory(size, rate):
    """The laboratory's medians of the same size and rate, in the simulation's time: its links carry a little less than they are called."""
    file = HERE / "lab.json"
    if not file.exists():
        return []
    return [(row["hosts"], row["lastOverBound"] * size / rate) for row in json.loads(file.read_text())["rows"]
            if row["scenario"] == "crowd" and row["run"] == "median" and not row.get("withinSeconds")
            and row["bytes"] == size and abs(row["mbit"] * 1e6 / 8 / rate - 1) < 0.01]


def picture():
    size, rate, lines = series()
    most_hosts = max(hosts for hosts, _ in lines["direct"])
    least_hosts = min(hosts for hosts, _ in lines["direct"])
    decades = [10 ** power for power in range(math.floor(math.log10(min(time for _, time in lines["bound"]))),
                                              math.ceil(math.log10(max(time for _, time in lines["direct"]))) + 1)]

    def across(hosts):
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log(hosts / least_hosts) / math.log(most_hosts / least_hosts)

    def up(seconds):
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * math.log(seconds / decades[0]) / math.log(decades[-1] / decades[0])

    def path(points):
        return "M" + "L".join(f"{across(hosts):.1f} {up(seconds):.1f}" for hosts, seconds in points)

    def label(points, dy, kind, text):
        hosts, seconds = points[-1]
        return f'<text class="{kind}" x="{across(hosts) + 8:.1f}" y="{up(seconds) + dy:.1f}">{text}</text>'

    title = f"{size >> 20} MiB to N hosts that come within two seconds, {rate * 8 / 1e6:.0f} Mbit/s each"
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img">',
             f"<title>{title}</title>", "<style>",
             "text{font:12px system-ui,sans-serif;fill:#57606a}.grid{stroke:#8a8f98;stroke-width:1;stroke-opacity:.25}path{fill:none;stroke-width:2}",
             *(f"path.{kind}{{stroke:{colour}}}text.{kind},.point.{kind}{{fill:{colour}}}" for kind, colour in COLOURS.items()),
             f".bound{{stroke-dasharray:5 4}}.range{{stroke:{COLOURS['darter']};stroke-width:4;stroke-opacity:.35}}"
             f".lab{{fill:none;stroke:{COLOURS['darter']};stroke-width:2}}",
             "@media(prefers-color-scheme:dark){text{fill:#adb5bd}}", "</style>",
             f'<text x="{LEFT}" y="18">{title}</text>']
    for seconds in decades:
        parts.append(f'<path class="grid" d="M{LEFT} {up(seconds):.1f}H{WIDTH - RIGHT}"/>'
                     f'<text x="{LEFT - 6}" y="{up(seconds) + 4:.1f}" text-anchor="end">{duration(seconds)}</text>')
    for hosts, _ in lines["direct"]:
        parts.append(f'<text x="{across(hosts):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{hosts}</text>')
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.1f}" y="{HEIGHT - 8}" text-anchor="middle">hosts</text>')
    parts += [f'<path class="{kind}" d="{path(lines[kind])}"/>' for kind in COLOURS]
    for hosts, least, most in lines["spread"]:
        parts.append(f'<path class="range" d="M{across(hosts):.1f} {up(least):.1f}V{up(most):.1f}"/>')
    parts += [f'<circle class="point darter" cx="{across(hosts):.1f}" cy="{up(seconds):.1f}" r="3"/>' for hosts, seconds in lines["darter"]]
    parts += [f'<circle class="lab" cx="{across(hosts):.1f}" cy="{up(seconds):.1f}" r="6"/>' for hosts, seconds in lines["lab"]]
    parts += [label(lines["direct"], 4, "direct", "all from the registry"), label(lines["darter"], -8, "darter", "Darter (simulation)"),
              label(lines["bound"], 6, "bound", "lower bound")]
    if lines["lab"]:
        parts.append(label([lines["darter"][-1]], -24, "darter", "○ in the laboratory"))
    return "\n".join([*parts, "</svg>"]) + "\n"


def duration(seconds):
    return f"{seconds} s" if seconds < 1000 else f"{seconds:,} s".replace(",", " ")


drawn = picture()
if sys.argv[1:] == ["--check"]:
    if not TARGET.exists() or TARGET.read_text() != drawn:
        sys.exit(f"{TARGET} is not what {__file__} makes: run it")
elif sys.argv[1:]:
    sys.exit(__doc__)
else:
    TARGET.write_text(drawn)
