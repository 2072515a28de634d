"""Tables that machines in a workshop, and what measures them, write: their headers are several
rows, their first values belong to no column.
"""

from __future__ import annotations

from tests.data.exports.made import COUNT, DAYS, NAMES, TEMP, TIME, VOLT, Export, dotted, lines

_TVT = list(zip(TIME, VOLT, TEMP, strict=True))
_CLOCKS = [f"08:07:{12 + i}" for i in range(12)]
_US = [f"{day[5:7]}/{day[8:]}/{day[:4]}" for day in DAYS]
_COMMAS = [f"{v:.3f}".replace(".", ",") for v in VOLT]

EXPORTS = [
    Export("Keysight 34972A, a colon before milliseconds",
           ("Sweep #,Time,Chan 201 (VDC)\n" + lines(
               [i, f"{d} {c}:237", v] for i, (d, c, v) in
               enumerate(zip(_US, _CLOCKS, VOLT, strict=True), 1))).encode(),
           {"Chan 201 (VDC)": VOLT}, {"Time": "date"}),
    Export("Origin, rows of units and of comments",
           ("Time\tVoltage\tTemperature\ns\tV\t°C\n\tchannel 1\tchannel 2\n"
            + lines(_TVT, "\t")).encode(),
           {"Time": TIME, "Voltage": VOLT, "Temperature": TEMP}, said=("line 2", "line 3"),
           file="t.dat"),
    Export("Qualtrics, names in three rows",
           ('StartDate,Duration (in seconds),Q1\nStart Date,Duration (in seconds),"How old, about?"'
            '\n"{""ImportId"":""startDate"",""timeZone"":""Z""}","{""ImportId"":""duration""}",'
            '"{""ImportId"":""QID1""}"\n' + lines(
                [f"{d} {c}", v, t] for d, c, v, t in
                zip(DAYS, _CLOCKS, VOLT, TEMP, strict=True))).encode(),
           {"Duration (in seconds)": VOLT, "Q1": TEMP}, {"StartDate": "date"},
           ("line 2", "line 3")),
    Export("Davis WeatherLink, names in two rows and a letter for the half of the day",
           (" \t \tTemp\tTemp\tWind\n Date\tTime\tOut\tIn\tDir\n" + lines(
               ([f"{dotted(d, short=True).replace('.', '/')}", f"{1 + i}:07{'ap'[i % 2]}", v, t,
                 ("N", "NNW", "SE")[i % 3]] for i, (d, v, t) in
                enumerate(zip(DAYS, VOLT, TEMP, strict=True))), "\t")).encode(),
           {"Temp Out": VOLT, "Temp In": TEMP, "Wind Dir": ["N", "NNW", "SE"] * 4},
           {"Date": "date", "Time": "time"}, file="t.txt"),
    Export("Siemens S7, a mark at the end",
           ("Record,Date,UTC Time,Temp\n" + lines(
               [i, d, f"{c}.003", t] for i, (d, c, t) in
               enumerate(zip(_US, _CLOCKS, TEMP, strict=True), 1)) + "//END,,,\n").encode(),
           {"Temp": TEMP}, {"UTC Time": "time"}, ("//END",)),
    Export("Siemens WinCC",
           ('"VarName";"TimeString";"VarValue";"Validity";"Time_ms"\r\n' + lines(
               ([f'"{n}"', f'"{dotted(d)} {c}"', v, 1, f"4535533800{i % 10},25"] for i, (n, d, c, v)
                in enumerate(zip(NAMES, DAYS, _CLOCKS, _COMMAS, strict=True))), ";", "\r\n")
            ).encode(), {"VarName": NAMES, "VarValue": VOLT}, {"TimeString": "date"}),
    Export("NI SignalExpress, where each channel began",
           ("channel names: \nDev1_ai0\tDev1_ai1\nstart times:\n03/04/2024 08:07:12.000000\t"
            "03/04/2024 08:07:12.000000\ndt:\n0.001000\t0.001000\ndata:\n"
            + lines(([v, t] for _, v, t in _TVT), "\t")).encode(),
           {"x1": VOLT, "x2": TEMP}, said=("lines 1 to 7",), file="t.txt"),
    Export("Instron Bluehill, its results first",
           ("Results Table 1\n,Maximum Load,Modulus\n,(N),(MPa)\n1,1234.5,2100\n\n"
            "Time,Extension,Load\n(s),(mm),(N)\n" + lines(
                [f'"{cell}"' for cell in row] for row in _TVT)).encode(),
           {"Time": TIME, "Extension": VOLT, "Load": TEMP}, said=("lines 1 to 5", "line 7")),
    Export("Horiba, a date in its last comment",
           ("#Range (nm)=\t454...467\n#Title=\tdata-01\n#Date=\t10.12.2019 10:16\n"
            + lines(([t, v] for _, v, t in _TVT), "\t")).encode(), {"x1": TEMP, "x2": VOLT},
           said=("3 lines",), file="t.txt"),
    Export("Ansys Twin Builder, blanks before quotes",
           ('"Time [ms]", "R1.V [V]", "place, level"\n' + lines(
               ([t, v, f'"{n}, 1"'] for t, v, n in zip(TIME, VOLT, NAMES, strict=True)), ", ")
            ).encode(),
           {"R1.V [V]": VOLT, "place, level": [f"{name}, 1" for name in NAMES]}),
    Export("Stata, letters for why a cell is missing",
           ("day,price,qty\n" + lines(
               [f"{i + 4:02}mar2024", ".a" if i == 3 else "." if i == 5 else t, int(n)]
               for i, (t, n) in enumerate(zip(TEMP, COUNT, strict=True)))).encode(),
           {"price": [*TEMP[:3], None, TEMP[4], None, *TEMP[6:]], "qty": COUNT}, {"day": "date"},
           ("'.a' counts as missing",)),
    Export("a sentence above columns of fixed width",
           ("Heathrow (London Airport)\nMissing data (more than 2 days missing in month) is  "
            "marked by  ---.\n   yyyy  mm   tmax    tmin    rain\n"
            "              degC    degC      mm\n"
            + "".join(f"   {1948 + i}  {1 + i:2}   {t:5.2f}   {v:5.2f}   "
                      f"{'---' if i == 2 else i:>5}\n" for i, (_, v, t) in enumerate(_TVT))
            ).encode(),
           {"tmax": TEMP, "tmin": [round(v, 2) for v in VOLT]}, said=("lines 1 to 2",),
           file="t.txt"),
]  # fmt: skip
