"""Words by text in C: each has its code, hostile ones too, in any case where two words are."""

from __future__ import annotations

import re
import subprocess

import numpy as np
import pytest

import neurona
from neurona.export.code.program import program_of
from neurona.export.code.texts import head_lines
from neurona.export.code.writing import write_code
from tests.export.code import zoo
from tests.export.code.test_languages import WARNINGS, needs

MAIN = """
#include <stdio.h>
#include <string.h>
#include "pump.h"
int main(void) {
    char line[5000];
    while (fgets(line, sizeof(line), stdin) != NULL) {
        char *end = strchr(line, '\\t');
        line[strlen(line) - 1U] = '\\0';
        *end = '\\0';
        printf("%ld\\n", (long)pump_cell((uint32_t)(line[0] - '0'), end + 1));
    }
    return 0;
}
"""


@needs("gcc")
@pytest.mark.parametrize("dtype", ["float64", "int16"])
def test_a_text_is_its_code(dtype, tmp_path):
    random = np.random.default_rng(0)
    words = ['"; x', "??/", "\\", "größe", "a" * 3000, "%s"]
    rows = {
        "w": np.array([words[k % 6] for k in range(90)], object),
        "worn": np.where(random.random(90) < 0.5, "Yes", "no").astype(object),
        "z": random.normal(size=90),
    }
    model = neurona.export.exportable(
        zoo.m.of_table(neurona.TableRegressor, random.normal(size=90), rows, kinds=None,
                       max_levels=9)
    )  # fmt: skip
    write_code(model, tmp_path, language="c", name="pump", dtype=dtype)
    (tmp_path / "main.c").write_text(MAIN)
    command = f"gcc -std=c99 -O1 {WARNINGS} -c pump.c -o pump.o"
    subprocess.run(command.split(), cwd=tmp_path, check=True)
    options = "-fsanitize=undefined,address -fno-sanitize-recover=all"
    subprocess.run(f"gcc -O1 {options} main.c pump.c -o run".split(), cwd=tmp_path, check=True)
    known = program_of(model, "pump").inputs
    asked = [(0, word) for word in [*words, "größ", "a" * 2999, "none", "%"]]
    asked += [(1, word) for word in ("yes", "YES", "No", "nope")]
    given = "".join(f"{column}\t{word}\n" for column, word in asked)
    said = subprocess.run(
        [tmp_path / "run"], input=given, capture_output=True, text=True, check=True
    ).stdout.split()
    must = [
        known[column].words.index(word.lower() if column else word)
        if (word.lower() if column else word) in known[column].words
        else -1
        for column, word in asked
    ]
    assert [int(one) for one in said] == must
    assert min(must) == -1
    assert max(must) == 5


@needs("gcc")
def test_hundreds_of_columns_make_no_warning(tmp_path):
    random = np.random.default_rng(0)
    rows = {f"a long name of a column, number {k}": random.normal(size=40) for k in range(150)}
    model = zoo.m.of_table(neurona.TableRegressor, random.normal(size=40), rows, kinds=None)
    for dtype in ("float64", "int16"):
        write_code(
            neurona.export.exportable(model), tmp_path, language="c", name="pump", dtype=dtype,
            check=True,
        )  # fmt: skip
        command = f"gcc -std=c99 -O1 {WARNINGS} -c pump.c -o pump.o"
        subprocess.run(command.split(), cwd=tmp_path, check=True)
    assert re.search(r"static const char text\[\] = \{", (tmp_path / "pump.c").read_text())


def test_heads_say_where_dates_lay_in_training():
    found = zoo.case("table")
    days = zoo.m.TABLE["day"].astype("datetime64[us]").astype(float) / 86_400e6
    assert found.ranges["day"] == (days.min(), days.max())
    (said,) = [one for one in head_lines(program_of(found)) if "  day: " in one]
    assert f", {days.min():.6g} to {days.max():.6g} in training" in said
