"""The laboratory: real programs on hosts with limited links. See docs/lab.md."""

import argparse
import dataclasses
import json
import os
import pathlib
import signal
import sys
import tempfile
import time

import programs
import scenarios

COLUMNS = (("scenario", "{:<18}"), ("hosts", "{:>5}"), ("seconds", "{:>8.2f}"), ("bound", "{:>8.2f}"), ("ratio", "{:>6.2f}"), ("own", "{:>6.2f}"),
           ("origin", "{:>7.3f}"), ("crossed", "{:>8.3f}"), ("cpu_per_gib", "{:>12.2f}"), ("machine_cpu", "{:>12.0%}"), ("resident_mib", "{:>13.0f}"),
           ("stall", "{:>6.2f}"))


def arguments():
    parser = argparse.ArgumentParser(prog="darter-lab", description="Measures pulls through agents on hosts with limited links. Needs root, "
                                     "iproute2 and docker-registry. Everything that it makes is removed at the end, also after Ctrl-C.")
    parser.add_argument("scenario", nargs="*", choices=[*scenarios.ALL, []], help="what to measure; everything without")
    parser.add_argument("--hosts", type=int, default=8)
    parser.add_argument("--mbit", type=float, default=200, help="rate of each host and of the origin, in Mbit/s (default: %(default)s)")
    parser.add_argument("--mib", type=int, default=256, help="size of the blob, in MiB (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=1, help="how often each scenario is run (default: %(default)s)")
    parser.add_argument("--agent", default=programs.DEFAULT_AGENT, metavar="COMMAND",
                        help="starts an agent, {data}, {address}, {zone}, {registry}, {scheduler} are replaced; it has to serve GET /v2/… on "
                        "127.0.0.1:65001 (default: Darter)")
    parser.add_argument("--no-scheduler", action="store_true", help="the system under test has none")
    parser.add_argument("--darter", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--json", metavar="FILE", help="where the figures are written as JSON")
    return parser.parse_args()


def text(row, name, form):
    width = int("".join(filter(str.isdigit, form.split(".")[0].split(":")[1])))
    value = row.get(name)
    return " " * width if value is None else form.format(value)


def main():
    asked = arguments()
    if os.geteuid() != 0:
        sys.exit("darter-lab makes network namespaces: run it as root")
    # So that a terminated laboratory cleans up as one that is interrupted does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    rows = []
    print(" ".join(("{:" + ("<" if name == "scenario" else ">") + form.split(":")[1].lstrip("<>").split(".")[0].rstrip("%}") + "}").format(name)
                   for name, form in COLUMNS))
    for name in asked.scenario or scenarios.ALL:
        for run in range(asked.runs):
            folder = tempfile.mkdtemp(prefix="darter-lab-")
            try:
                options = scenarios.Options(folder, asked.darter, asked.agent, not asked.no_scheduler, asked.mbit, asked.mib, asked.hosts)
                for row in scenarios.ALL[name](options):
                    rows.append({**row, "run": run, "mbit": asked.mbit, "mib": asked.mib})
                    print(" ".join(text(row, *column) for column in COLUMNS), *row["wrong"][:3], flush=True)
            finally:
                programs.remove(folder)
    if asked.json:
        document = {"date": time.strftime("%Y-%m-%d"), "processors": os.cpu_count(), "rows": rows}
        pathlib.Path(asked.json).write_text(json.dumps(document, indent=1) + "\n")


try:
    main()
except KeyboardInterrupt:
    sys.exit(130)
