"""Tables of observatories, servers, simulators and statistical offices: names that comments spell,
and numbers with something beside them.
"""

from __future__ import annotations

from tests.data.exports.made import COUNT, DAYS, TEMP, TIME, VOLT, Export, lines

_VT = list(zip(VOLT, TEMP, strict=True))
_TVT = list(zip(TIME, VOLT, TEMP, strict=True))
_IN_WIDTH = "".join(f"{a:8.2f} {v:8.3f} {t:8.2f}\n" for a, v, t in _TVT)
_WELLS = lines([f'"{i}(1,A{i})"', f"s{i}", v] for i, v in enumerate(VOLT))
_YEARS = [512 + 10 * i for i in range(12)]
_MARCH = [f"Thu Mar {day[8:]} 10:00:00" for day in DAYS]

EXPORTS = [
    Export("SExtractor, a comment for each column",
           ("#   1 TIME     Moment of the frame      [s]\n#   2 VOLT     Of the detector\n"
            "#   3 TEMP     Of the mirror     [deg]\n" + _IN_WIDTH).encode(),
           {"TIME": TIME, "VOLT": VOLT, "TEMP": TEMP}, {}, ("header is the comment",), "t.cat"),
    Export("Sea-Bird, numbers from 0 and other comments around",
           ("* Sea-Bird SBE 9 Data File:\n** Cruise: X\n# nvalues = 12\n# name 0 = t: Time [s]\n"
            "# name 1 = v: Voltage, pump [V]\n# name 2 = tv290C: Temperature [C]\n"
            "# span 0 = 0.00, 2.75\n*END*\n" + _IN_WIDTH).encode(),
           {"t": TIME, "v": VOLT, "tv290C": TEMP}, file="t.cnv"),
    Export("IIS, all names in one comment",
           ("#Software: X 10.0\n#Fields: date time volt temp\n"
            + lines(([d, "10:20:30", v, t] for d, (v, t) in zip(DAYS, _VT, strict=True)), " ")
            ).encode(), {"volt": VOLT, "temp": TEMP}, {"date": "date"}, file="t.log"),
    Export("BLAST, names between commas above tabs",
           ("# BLASTN 2.14.0+\n# Fields: query acc., % identity, bit score\n# 12 hits found\n"
            + lines(_TVT, "\t") + "# BLAST processed 1 queries\n").encode(),
           {"query acc.": TIME, "% identity": VOLT, "bit score": TEMP}, file="t.txt"),
    Export("RTKLIB, one name for a day and a time of day",
           ("% program   : RTKLIB\n%  GPST            volt(V)  temp(C)\n"
            + "".join(f"{d.replace('-', '/')} 10:00:00.000  {v:8.3f} {t:8.2f}\n"
                      for d, (v, t) in zip(DAYS, _VT, strict=True))).encode(),
           {"volt(V)": VOLT, "temp(C)": TEMP}, {"GPST": "date"}, file="t.pos"),
    Export("Ignition, comments between quotes",
           ('"#NAMES"\n"t","volt","temp"\n"#TYPES"\n"F8","F8","F8"\n"#ROWS","12"\n'
            + lines(_TVT)).encode(), {"t": TIME, "volt": VOLT, "temp": TEMP}),
    Export("comments above a title",
           ("# made by X\nMeasurement 7\n\nt;volt;temp\n" + lines(_TVT, ";")).encode(),
           {"t": TIME, "volt": VOLT, "temp": TEMP}, {}, ("begins with '#'", "lines 1 to 3 are")),
    Export("OpenFOAM, vectors between brackets",
           ("# Probe 0 (0.1 0 0)\n" + "".join(f"   {a}    ({v} {t} -1e-3)\n" for a, v, t in _TVT)
            ).encode(), {"x1": TIME, "x2": VOLT, "x3": TEMP, "x4": [-1e-3] * 12}, file="U"),
    Export("IMF, years among the names, a word over numbers first",
           ("Code\tISO\t2019\t2020\t2021\n"
            + lines(([c, "AUT", *row] for c, row in zip(_YEARS, _TVT, strict=True)), "\t")
            + "\t\t\t\t\nInternational Monetary Fund, April 2024\n").encode("utf-16"),
           {"Code": [float(c) for c in _YEARS], "2020": VOLT, "2021": TEMP}, file="t.xls"),
    Export("USGS, a number among the names, types below",
           ("# provisional\nagency_cd\tsite\tdatetime\t00060\tvolt\n5s\t15s\t20d\t14n\t14n\n"
            + lines((["USGS", 1646, d, t, v] for d, (v, t) in zip(DAYS, _VT, strict=True)), "\t")
            ).encode(), {"00060": TEMP, "volt": VOLT}, {"datetime": "date"}, file="t.rdb"),
    Export("AiM, numbers of channels below units",
           ('"Format","AiM CSV File"\n"Session","a"\n\n"Time","Speed","Temp"\n"sec","km/h","C"\n'
            '"1","2","3"\n\n' + lines(_TVT)).encode(),
           {"Time": TIME, "Speed": VOLT, "Temp": TEMP}, {}, ("('1', '2', '3')",)),
    Export("Torque, days as Java writes them",
           ("GPS Time,C Time,volt\n"
            + lines([f"{m} GMT+01:00 2024", f"{m} 2024", v] for m, v in
                    zip(_MARCH, VOLT, strict=True))).encode(),
           {"volt": VOLT}, {"GPS Time": "date", "C Time": "date"}),
    Export("AERONET, colons between day and month",
           ("Version 3;\nContact: a@b\nDate(dd:mm:yyyy),AOD\n"
            + lines([":".join(reversed(d.split("-"))), v] for d, v in
                    zip(DAYS, VOLT, strict=True))).encode(),
           {"AOD": VOLT}, {"Date(dd:mm:yyyy)": "date"}),
    Export("census, margins", ("place,margin\n" + lines([f"p{i}", f"±{t}"] for i, t in
                                                        enumerate(TEMP))).encode(),
           {"margin": TEMP}, {}, ("the sign ± beside",)),
    Export("Grafana, a rate", ("t,net\n" + lines([i, f"{t} kB/s"] for i, t in enumerate(TEMP))
                               ).encode(), {"net": TEMP}, {}, ("the unit kB/s",)),
    Export("powers of ten as people write them",
           ("t,a,b\n" + lines([x, f"{t}x10^-2", f"{t}\u00d710⁻²"] for x, t in
                              zip(TIME, TEMP, strict=True))).encode(),
           {name: [float(f"{t}e-2") for t in TEMP] for name in "ab"}),
    Export("sqlcmd, how many rows there were",
           ("t        volt     temp\n-------- -------- --------\n" + _IN_WIDTH
            + "\n(12 rows affected)\n").encode(),
           {"t": TIME, "volt": VOLT, "temp": TEMP}, {}, ("below the table",), "t.txt"),
    Export("names of goods that look like powers of ten",
           ("sku,volt\n" + lines([f"{i}E{i}", v] for i, v in enumerate(VOLT))).encode(),
           {"volt": VOLT}, {}, ("numbers with an exponent",)),
    Export("a bank, days without a year",
           ("day;amount\n" + lines(([f"{d[8:]}.03", f"{v}".replace(".", ",")] for d, v in
                                    zip(DAYS, VOLT, strict=True)), ";")).encode(),
           {"amount": VOLT}, {}, ("zeros in front, e.g. '04.03'",)),
    Export("Google Trends, too little to be counted",
           ("Category: All categories\n\nWeek,abacus\n"
            + lines([d, "<1" if c == 1 else f"{c:.0f}"] for d, c in
                    zip(DAYS, COUNT, strict=True))).encode(),
           {"abacus": ["<1" if c == 1 else f"{c:.0f}" for c in COUNT]}, {},
           ("a flag is beside some of its numbers, such as '<1'", "bad_cells='number'")),
    Export("Eurostat, flags",
           ("geo\\TIME\t2020 \t2021 \n" + lines((["AT", f"{t} b" if i == 3 else f"{t} ", ": "] for
                                                 i, t in enumerate(TEMP)), "\t")).encode(),
           ("line 5", "'2020'", "'21.5 b' is a number with a flag", "bad_cells='number'"),
           file="t.tsv"),
    Export("LTspice, several runs",
           ("time\tV(out)\n" + lines(_VT[:6], "\t") + "Step Information: R=2K  (Run: 2/2)\n"
            + lines(_VT[6:], "\t")).encode(),
           ("line 8", "'Step Information: R=2K  (Run: 2/2)'", "comment='Step'"), file="t.txt"),
    Export("Luminex, several tables",
           ("Location,Sample,TNF\n" + _WELLS + "\nDataType:,Net MFI\nLocation,Sample,TNF\n"
            + _WELLS).encode(), ("line 15", "2 cells", "a file of its own")),
    Export("a line of words above, cut by tabs",
           ("Linux 6.1 (host) \t03/07/2024 \t_x86_64_\t(2 CPU)\n\n10:00:01  CPU  %idle\n"
            + lines((["10:00:02", "all", t] for t in TEMP), "  ")).encode(),
           ("line 3", "skip_rows=2"), file="t.txt"),
    Export("JCAMP-DX", b"##TITLE= x\n##XYDATA= (X++(Y..Y))\n400 1 2 3\n", ("JCAMP-DX",)),
    Export("RINEX", b"     2.11           OBSERVATION DATA    G (GPS)             "
                    b"RINEX VERSION / TYPE\n", ("RINEX",)),
    Export("ArduPilot", b"FMT, 128, 89, FMT, BBnNZ, Type,Length\nATT, 1, 2\n", ("mavlogdump",)),
    Export("Prometheus", b"# HELP up Up.\n# TYPE up gauge\nup{a=\"b\"} 1\n", ("Prometheus",)),
]  # fmt: skip
