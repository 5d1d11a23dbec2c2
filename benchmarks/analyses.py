"""What one case of ``POST /analyses`` costs, by kind and size: processor seconds and memory, a process each.

    python benchmarks/analyses.py [--most 1000000] [--longest 30] [KIND …]

A size counts every value of the case's columns, as the API does. A kind stops growing once a size took
longer than ``--longest`` seconds of processor. The last column is the request's body in kilobytes.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

SIZES = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 1_000_000)
Case = dict[str, Any]


def _series(n: int, params: Case, *, names: tuple[str, str] = ("x", "y"), family: str = "shewhart") -> Case:
    rows, drawn = n // 2, Random(1)  # noqa: S311 - numbers to count with
    days = [(date(1900, 1, 1) + timedelta(days=at % 100_000)).isoformat() for at in range(rows)]
    columns = {names[0]: days, names[1]: [round(drawn.gauss(50, 9), 2) for _ in range(rows)]}
    return {"id": "a", "family": family, "params": params, "columns": columns}


def _facets(n: int) -> Case:
    case = _series(2 * n // 3, {"chart": "i", "facets": ["f"]})
    rows = len(case["columns"]["x"])
    case["columns"]["f"] = [f"f{at // 4}" for at in range(rows)]
    return case


def _share_chart(n: int) -> Case:
    rows, drawn = n // 3, Random(2)  # noqa: S311 - numbers to count with
    of = [drawn.randint(20, 40) for _ in range(rows)]
    columns = {"x": list(range(rows)), "y": [drawn.randint(5, each) for each in of], "n": of}
    return {"id": "a", "family": "shewhart", "params": {"chart": "pp", "n": "n"}, "columns": columns}


def _funnel(n: int) -> Case:
    rows, drawn = n // 3, Random(3)  # noqa: S311 - numbers to count with
    of = [drawn.randint(20, 400) for _ in range(rows)]
    columns = {"site": [f"s{at}" for at in range(rows)], "numerator": [drawn.randint(0, d) for d in of],
               "denominator": of}  # fmt: skip
    params = {"data_type": "PR", "limit": 99, "draw_unadjusted": True, "draw_adjusted": True,
              "trim_by": 0.1, "multiplier": 100}  # fmt: skip
    return {"id": "a", "family": "funnel", "params": params, "columns": columns}


def _exact(n: int) -> Case:
    return _funnel(n) | {"family": "funnel_exact", "params": {"statistic": "proportion"}}


def _pool(n: int, columns: int = 2, **params: Any) -> Case:
    rows, drawn = n // columns, Random(4)  # noqa: S311 - numbers to count with
    found: Case = {"yi": [drawn.gauss(0.2, 0.3) for _ in range(rows)],
                   "vi": [drawn.uniform(0.01, 0.2) for _ in range(rows)]}  # fmt: skip
    for at in range(columns - 2):
        found[f"m{at}"] = [drawn.gauss(0, 1) for _ in range(rows)]
    mods = {"mods": " + ".join(f"m{at}" for at in range(columns - 2))} if columns > 2 else {}
    return {"id": "a", "family": "meta", "params": {**mods, **params}, "columns": found}


def _factor(n: int) -> Case:
    case = _pool(2 * n // 3, mods="factor(g)")
    rows = len(case["columns"]["yi"])
    case["columns"]["g"] = [f"g{at // 3}" for at in range(rows)]
    return case


def _levels(n: int, formula: str, *, slopes: bool = False, per_unit: int = 10) -> Case:
    wide = 4 if "district" in formula else 3
    rows, drawn = n // wide, Random(5)  # noqa: S311 - numbers to count with
    columns: Case = {"school": [f"s{at // per_unit}" for at in range(rows)],
                     "ses": [drawn.gauss(0, 1) for _ in range(rows)]}  # fmt: skip
    if "district" in formula:
        columns["district"] = [f"d{at // (per_unit * 10)}" for at in range(rows)]
    unit = {name: drawn.gauss(0, 1) for name in sorted(set(columns["school"]))}
    noise = [unit[name] + drawn.gauss(0, 2) for name in columns["school"]]
    is_share = formula.startswith("yes")
    columns["yes" if is_share else "y"] = [int(each > 0) for each in noise] if is_share else noise
    return {"id": "a", "family": "multilevel", "params": {"formula": formula}, "columns": columns}


def _crossed(n: int) -> Case:
    rows, drawn = n // 3, Random(6)  # noqa: S311 - numbers to count with
    columns: Case = {"y": [drawn.gauss(0, 1) for _ in range(rows)]}
    columns |= {name: [f"{name}{drawn.randrange(590)}" for _ in range(rows)] for name in "ab"}
    formula = "y ~ 1 + (1 | a) + (1 | b)"
    return {"id": "a", "family": "multilevel", "params": {"formula": formula}, "columns": columns}


KINDS: dict[str, Callable[[int], Case]] = {
    "run chart": lambda n: _series(n, {}, family="run_charts"),
    "individuals": lambda n: _series(n, {"chart": "i"}),
    "shares, Laney": _share_chart,
    "individuals, 4 points a facet": _facets,
    "qcc individuals": lambda n: _series(
        n, {"chart": "xbar.one"}, names=("group", "y"), family="shewhart_qcc"
    ),
    "NHS XmR": lambda n: _series(
        n, {"improvement_direction": "increase"}, names=("date", "value"), family="nhs_xmr"
    ),
    "funnel": _funnel,
    "funnel, exact": _exact,
    "pooling, REML": lambda n: _pool(n),
    "pooling, all beside": lambda n: _pool(n, leave1out=True, regtest=True, predict_types=True),
    "pooling, 10 moderators": lambda n: _pool(n, columns=12),
    "pooling, a factor of n/9": _factor,
    "two levels": lambda n: _levels(n, "y ~ ses + (1 | school)"),
    "three levels": lambda n: _levels(n, "y ~ ses + (1 | district/school)"),
    "slopes": lambda n: _levels(n, "y ~ ses + (1 + ses | school)"),
    "slopes, three levels": lambda n: _levels(n, "y ~ ses + (1 + ses | district/school)"),
    "shares by schools": lambda n: _levels(n, "yes ~ ses + (1 | school)"),
    "crossed units": _crossed,
}


def one(kind: str, size: int) -> None:
    """Analyse one case in this process and print what it took."""
    from measures.commands import answer, known_families

    families = known_families()
    for warm in ("run chart", "pooling, REML"):  # what a served process has loaded long ago
        answer(KINDS[warm](100), families)
    body = json.dumps({"cases": [KINDS[kind](size)]})
    case = json.loads(body)["cases"][0]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    said = json.loads(answer(case, families))
    took = time.process_time() - began
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    outcome = said["error"]["code"] if "error" in said else "ok"
    sys.stdout.write(json.dumps([took, grown / 1024, len(body) / 1024, outcome]))


def main() -> None:
    """Measure each kind at growing sizes, and print a table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--most", type=int, default=SIZES[-1])
    asked.add_argument("--longest", type=float, default=30)
    asked.add_argument("kinds", nargs="*")
    given = asked.parse_args()
    if len(given.kinds) == 2 and given.kinds[0] in KINDS and given.kinds[1].isdigit():
        return one(given.kinds[0], int(given.kinds[1]))
    sys.stdout.write(f"{'kind':32} {'values':>9} {'s':>8} {'MB':>7} {'kB':>8}\n")
    for kind in given.kinds or KINDS:
        for size in (each for each in SIZES if each <= given.most):
            try:
                done = subprocess.run(  # noqa: S603 - our own program
                    [sys.executable, __file__, kind, str(size)], capture_output=True, text=True,
                    timeout=10 * given.longest, check=True,
                    env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
                )  # fmt: skip
            except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
                last = (getattr(error, "stderr", "") or "").strip().splitlines()[-1:]
                sys.stdout.write(f"{kind:32} {size:9,} {type(error).__name__} {last}\n")
                break
            took, grown, body, outcome = json.loads(done.stdout)
            said = "" if outcome == "ok" else f" {outcome}"
            sys.stdout.write(f"{kind:32} {size:9,} {took:8.2f} {grown:7.0f} {body:8.0f}{said}\n")
            sys.stdout.flush()
            if took > given.longest:
                break
    return None


if __name__ == "__main__":
    sys.path.insert(0, ".")
    main()
