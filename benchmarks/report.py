"""What was measured: a table for people, `build/bench.json` for machines."""

import json
import platform
from pathlib import Path
from statistics import median

BUILD = Path(__file__).resolve().parent.parent / "build"


class Report:
    """Figures in the order in which they were taken, each with its budget where it has one."""

    def __init__(self):
        self.rows, self.title = [], ""

    def add(self, what, value, unit="", *, budget=None, **details):
        """Note a figure.

        :param budget: the value may be at most this
        :param details: whatever explains it: baselines, sizes, single runs
        """
        row = {"what": what, "value": round(value, 4), "unit": unit, "budget": budget, **details}
        row["kept"] = None if budget is None else value <= budget
        # what goes on with a figure names it by three dots
        self.title = self.title if what.startswith("…") else what.partition(":")[0]
        row["of"] = self.title if what.startswith("…") else ""
        self.rows.append(row)
        print(_line(row), flush=True)

    def finish(self):
        """Write the file, and say which budgets were missed.

        :return: number of budgets that were missed
        """
        BUILD.mkdir(exist_ok=True)
        machine = {"python": platform.python_version(), "machine": platform.machine()}
        (BUILD / "bench.json").write_text(json.dumps({"machine": machine, "rows": self.rows}, indent=1))
        print("\n" + "\n".join(map(_line, self.rows)))
        missed = [row for row in self.rows if row["kept"] is False]
        asked = sum(row["kept"] is not None for row in self.rows)
        print(f"\n{asked - len(missed)} budgets of {asked} kept, {len(missed)} missed")
        for row in missed:
            print(_line({**row, "what": f"{row['of']}{row['what'][1:]}" if row["of"] else row["what"]}))
        return len(missed)


def _line(row):
    budget = "" if row["budget"] is None else f"at most {row['budget']:g}"
    mark, verdict = {None: (" ", ""), True: ("✓", ""), False: ("✗", ", MISSED")}[row["kept"]]
    return f"{mark} {row['what']:<84}{row['value']:>12,.3f} {row['unit']:<8}{budget}{verdict}".rstrip()


def ratio(pairs):
    """Median of ours/theirs over interleaved (ours, theirs) pairs."""
    return median(ours / theirs for ours, theirs in pairs)
