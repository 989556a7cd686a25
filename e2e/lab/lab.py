"""The laboratory: real programs on hosts with limited links. See docs/lab.md."""

import argparse
import json
import os
import pathlib
import statistics
import sys
import time

import programs
import scenarios
from bench import MIB, Options, listen_to_signals
from network import congestion_controls

COLUMNS = {"scenario": "<18", "hosts": ">5", "seconds": ">7.2f", "boundSeconds": ">6.2f", "lastOverBound": ">6.3f", "worstOverOwnBound": ">6.3f",
           "lastOverDirect": ">6.3f", "originOverSize": ">6.3f", "crossedOverSize": ">6.3f", "cpuSecondsPerGiB": ">7.2f", "cpuShare": ">5.0%", "foreignShare": ">5.0%",
           "residentMiB": ">5.0f", "stallSeconds": ">6.2f"}
TITLES = ("scenario", "hosts", "seconds", "bound", "/bound", "/own", "/curl", "origin", "cross", "cpu/GiB", "busy", "other", "MiB", "stall")


def arguments():
    parser = argparse.ArgumentParser(prog="darter-lab", description="Measures pulls through agents on hosts with limited links. Needs root, "
                                     "iproute2, curl and docker-registry. Removes everything that it makes, also after Ctrl-C. See docs/lab.md.")
    parser.add_argument("scenario", nargs="*", type=scenario, metavar="SCENARIO",
                        help=f"what to measure: {', '.join(scenarios.ALL)}; all of them if none is named")
    parser.add_argument("--hosts", type=positive(int), default=8, help="how many hosts pull (default: %(default)s)")
    parser.add_argument("--mbit", type=positive(float), default=200, help="rate of each host and of the origin, in Mbit/s (default: %(default)s)")
    parser.add_argument("--mib", type=positive(int), default=256, help="size of the blob, in MiB (default: %(default)s)")
    parser.add_argument("--blobs", type=positive(int), default=1000, help="how many blobs `small` pulls (default: %(default)s)")
    parser.add_argument("--within", type=float, default=0, metavar="SECONDS", help="the hosts of `crowd` arrive within so many seconds")
    parser.add_argument("--runs", type=positive(int), default=1, help="how often each scenario is run (default: %(default)s)")
    parser.add_argument("--congestion", type=congestion, metavar="NAME", default=congestion_controls()[0],
                        help="TCP's congestion control on all hosts; most distributions use cubic (default: this machine's own, %(default)s)")
    parser.add_argument("--agent", default=programs.AGENT, metavar="COMMAND",
                        help="starts an agent; {data}, {address}, {zone}, {registry} and {scheduler} are replaced, and it has to serve GET /v2/… on "
                        "127.0.0.1:65001 (default: Darter)")
    parser.add_argument("--no-scheduler", action="store_true", help="the system under test has none")
    parser.add_argument("--darter", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--logs", metavar="FOLDER", help="where the programs' logs are kept")
    parser.add_argument("--json", metavar="FILE", help="a file that the figures are added to")
    return parser.parse_args()


def scenario(name):
    if name not in scenarios.ALL:
        raise argparse.ArgumentTypeError(f"no scenario is called '{name}'; there are {', '.join(scenarios.ALL)}")
    return name


def congestion(name):
    if name not in congestion_controls():
        raise argparse.ArgumentTypeError(f"hosts may use {', '.join(congestion_controls())} here, not '{name}'; "
                                         "net.ipv4.tcp_allowed_congestion_control says which (man 7 tcp)")
    return name


def positive(kind):
    def number(text):
        value = kind(text)
        if not 0 < value < float("inf"):
            raise argparse.ArgumentTypeError(f"{text} is not more than 0")
        return value

    # What argparse calls it where it is no number at all.
    number.__name__ = "number"
    return number


def shown(row):
    cells = [" " * int(form[1:].split(".")[0]) if row.get(name) is None else format(row[name], form) for name, form in COLUMNS.items()]
    others = [f"{name} {row[name]:.2f}" for name in row["bars"] if name not in COLUMNS]
    return " ".join([*cells, *others, *(f"missed {name} {row['bars'][name]:.3g}" for name in row["missed"]), *row["wrong"][:3]])


def median(rows):
    """What the middle run of some has, figure by figure."""
    found = {name: statistics.median_high(row[name] for row in rows) for name, value in rows[0].items()
             if isinstance(value, (int, float)) and name not in ("run", "seed")}
    bars = rows[0]["bars"]
    return {**rows[0], **{name: rounded(value) for name, value in found.items()}, "each": [], "wrong": [wrong for row in rows for wrong in row["wrong"]], "run": "median", "bars": bars,
            "missed": [name for name, limit in bars.items() if found[name] > limit]}


def measure(name, options, rows):
    """Adds the rows of a scenario, each printed as soon as it is there, and their medians behind them."""
    before = len(rows)
    for row in scenarios.ALL[name](options):
        same = [each for each in rows[before:] if each["scenario"] == row["scenario"]]
        figures = {name: rounded(value) for name, value in row.items()}
        rows.append({**figures, "run": len(same) + 1, "mbit": options.mbit, "congestion": options.congestion, "date": time.strftime("%Y-%m-%d")})
        print(shown(row), flush=True)
    names = dict.fromkeys(row["scenario"] for row in rows[before:])
    medians = [median([row for row in rows[before:] if row["scenario"] == each]) for each in names]
    if options.runs > 1:
        print("medians:", *map(shown, medians), sep="\n", flush=True)
    rows += medians


def write(path, rows):
    """Adds rows to a file; they take the place of those of the same scenario on the same hosts."""

    def place(row):
        return [row[name] for name in ("scenario", "hosts", "mbit", "bytes")] + [row.get("withinSeconds")]

    new = list(map(place, rows))
    old = json.loads(path.read_text())["rows"] if path.exists() else []
    kept = [row for row in old if place(row) not in new]
    lines = ",\n".join(json.dumps(row) for row in kept + rows)
    path.write_text(f'{{"processors": {os.cpu_count()}, "rows": [\n{lines}\n]}}\n')


def rounded(value):
    if isinstance(value, list):
        return [rounded(each) for each in value]
    return round(value, 4) if isinstance(value, float) else value


def main():
    asked = arguments()
    if os.geteuid() != 0:
        sys.exit("darter-lab makes network namespaces: run it as root")
    listen_to_signals()
    options = Options(darter=asked.darter, agent=asked.agent, with_scheduler=not asked.no_scheduler, mbit=asked.mbit, size=asked.mib * MIB,
                      hosts=asked.hosts, runs=asked.runs, within=asked.within, blobs=asked.blobs, logs=asked.logs, congestion=asked.congestion)
    print(" ".join(format(title, form.split(".")[0]) for title, form in zip(TITLES, COLUMNS.values())))
    rows = []
    try:
        for name in asked.scenario or scenarios.ALL:
            measure(name, options, rows)
    finally:
        if asked.json:
            write(pathlib.Path(asked.json), rows)
    # Bars depend on the machine, the bytes don't.
    sys.exit(1 if any(row["wrong"] for row in rows) else 0)


try:
    main()
except KeyboardInterrupt:
    sys.exit(130)
