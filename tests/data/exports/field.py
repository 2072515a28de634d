"""Tables from the field: astronomy, weather, meters, clinics, markets, test benches."""

from __future__ import annotations

from tests.data.exports.made import (
    COUNT,
    DAYS,
    MONEY,
    TEMP,
    TIME,
    VOLT,
    Export,
    dotted,
    lines,
    number,
)

_TVT = list(zip(TIME, VOLT, TEMP, strict=True))
_VT = list(zip(VOLT, TEMP, strict=True))
_SAS = [f"{day[8:]}MAR2024" for day in DAYS]
_LACKS = [*VOLT[:3], None, *VOLT[4:]]
_BARS = "".join(f" {a:8.2f} {v:8.3f} {t:8.2f} \n" for a, v, t in _TVT)
_HOURS = [f"{dotted(DAYS[0])} {h:02}:00 - {dotted(DAYS[0])} {h + 1:02}:00" for h in range(12)]


def lacking(word: str) -> list[object]:
    """Return voltages, one of them a word."""
    return [word if i == 3 else v for i, v in enumerate(VOLT)]


EXPORTS = [
    Export("SAS, an hour after a colon",
           ("day,stamp,amount\n" + lines([d, f"{d}:10:20:30", f'"${m:,.2f}"'] for d, m in
                                         zip(_SAS, map(abs, MONEY), strict=True))).encode(),
           {"amount": [abs(m) for m in MONEY]}, {"day": "date", "stamp": "date"}),
    Export("Stata, months and quarters",
           ("month,quarter,volt\n" + lines([f"2024m{i + 1}", f"2024q{1 + i % 4}", v] for i, v in
                                           enumerate(VOLT))).encode(),
           {"volt": VOLT}, {"month": "date", "quarter": "date"}),
    Export("pandas, how long something took",
           ("took,stamp,volt\n" + lines([f"{i % 2} days 00:{i:02}:15", f"{d} 10:20:30.123456789",
                                         v] for i, (d, v) in enumerate(zip(DAYS, VOLT,
                                                                           strict=True)))).encode(),
           {"volt": VOLT}, {"took": "time", "stamp": "date"}),
    Export("a planner, how long something took",
           ("took;wait;volt\n" + lines(([f"{i}h {i % 60}m {i}s", f"PT{i}M3S", v] for i, v in
                                        enumerate(VOLT)), ";")).encode(),
           {"volt": VOLT}, {"took": "time", "wait": "time"}),
    Export("PVGIS, an hour after a colon, words below",
           ("Latitude (decimal degrees):\t51.2\nElevation (m):\t100\n\n\ntime,P,T2m\n"
            + lines([f"20240304:{h:02}10", v, t] for h, (v, t) in enumerate(_VT))
            + "\n\nP: PV system power (W)\n\nPVGIS (c) European Union, 2001-2024\n").encode(),
           {"P": VOLT, "T2m": TEMP}, {"time": "date"}, ("below the table",)),
    Export("ENTSO-E, from - to",
           ('"MTU (CET)","Price [EUR/MWh]","Load"\n'
            + lines([f'"{h}"', f'"{v}"', f'"{t}"'] for h, v, t in
                    zip(_HOURS, lacking("n/e"), TEMP, strict=True))).encode(),
           {"Price [EUR/MWh]": _LACKS, "Load": TEMP}, {"MTU (CET)": "date"}, ("'n/e' counts",)),
    Export("load profile, three digits after each comma",
           ("Zählpunkt;DE0001234567890000000000000012345678\nOBIS;1-1:1.29.0\nEinheit;kW\n\n"
            "Datum;Von;Wert\n" + lines(([dotted(d), f"{i:02}:15", number(t, 3)] for i, (d, t) in
                                        enumerate(zip(DAYS, TEMP, strict=True))), ";")).encode(),
           {"Wert": TEMP}, {"Datum": "date", "Von": "time"}, ("taken as the decimal one",)),
    Export("Bloomberg, tickers above fields",
           ("Start Date,3/4/2024\nEnd Date,4/20/2024\n\n,SPX Index,DAX Index\n"
            "Dates,PX_LAST,PX_LAST\n" + lines([f"3/{d[8:]}/2024", v, t] for d, (v, t) in
                                              zip(DAYS, _VT, strict=True))).encode(),
           {"SPX Index": VOLT, "DAX Index": TEMP}, {"Dates": "date"}),
    Export("Rohde & Schwarz, facts as wide as the table",
           ("Type;FSV-7;\nVersion;3.40;\nDate;04.Mar 2024;\nStart;1000000;Hz\nStop;2000000;Hz\n"
            "RBW;3000;Hz\nTrace Mode;AVERAGE;\nValues;12;\n" + lines(_TVT, ";")).encode(),
           {"x1": TIME, "x2": VOLT, "x3": TEMP}, {}, ("no header",), "t.dat"),
    Export("NSRDB, names and values of a place first",
           ("Source,Location ID,City,State\nNSRDB,145809,-,-105.18\nHour,Minute,DNI,Temperature\n"
            + lines([i, 30, v, t] for i, (v, t) in enumerate(_VT))).encode(),
           {"DNI": VOLT, "Temperature": TEMP}),
    Export("ETAS INCA, units and types below names",
           ("ETASAsciiItemFile\trecord\tDelimiter{Tab}\nsampleCount\t12\ntime\tnmot\\CCP:1\t"
            "rl\\CCP:1\ns\trpm\t%\nf8\tu2\ts2\n" + lines(_TVT, "\t")).encode(),
           {"time": TIME, "nmot\\CCP:1": VOLT, "rl\\CCP:1": TEMP}, file="t.asc"),
    Export("LabChart, amounts are no names",
           ("Interval=\t0.001 s\nChannelTitle=\tForce\tEMG\nRange=\t10.000 V\t5.000 mV\n"
            + lines(_TVT, "\t")).encode(),
           {"x1": TIME, "Force": VOLT, "EMG": TEMP}, {}, ("its header is 'ChannelTitle='",),
           "t.txt"),
    Export("AcqKnowledge, how many samples there are",
           ("run7.acq\n0.5 msec/sample\n2 channels\nEMG\nmV\nForce\nkg\nmsec\tCH1\tCH2\t\n"
            "\t12\t12\t\n" + lines(_TVT, "\t", "\t\n")).encode(),
           {"msec": TIME, "CH1": VOLT, "CH2": TEMP}, file="t.txt"),
    Export("FlukeView, a unit of two words",
           ('"Fluke 289","S/N:12345678"\n\n"Reading","Sample","Temp"\n'
            + lines([i, f'"{v} V DC"', t] for i, (v, t) in enumerate(_VT))).encode(),
           {"Sample": VOLT, "Temp": TEMP}, {}, ("V DC",)),
    Export("nvidia-smi, units in cells",
           ("timestamp, utilization.gpu [%], memory.used [MiB], fan.speed [%]\n"
            + lines(([f"2024/03/04 10:20:{i:02}.123", f"{int(c)} %", f"{t} MiB", "[N/A]"]
                     for i, (c, t) in enumerate(zip(COUNT, TEMP, strict=True))), ", ")).encode(),
           {"utilization.gpu [%]": COUNT, "memory.used [MiB]": TEMP,
            "fan.speed [%]": [None] * 12}, {"timestamp": "date"}),
    Export("Home Assistant, words for no state",
           ("entity_id,last_changed,state\n" + lines(
               ["sensor.boiler", f"{d}T10:20:30.123Z", v] for d, v in
               zip(DAYS, lacking("unavailable"), strict=True))).encode(),
           {"state": _LACKS}, {"last_changed": "date"}, ("'unavailable' counts",)),
    Export("debit and credit beside amounts",
           ("Konto;Betrag\n" + lines(([1000 + i, f"{number(abs(m), 2, ',', '.')} {'HS'[m < 0]}"]
                                      for i, m in enumerate(MONEY)), ";")).encode(),
           {"Konto": [1000.0 + i for i in range(12)]}, {}, ("words ('H', 'S')",)),
    Export("investing.com, thousands and millions",
           ('"Price","Vol."\n' + lines([f'"{t}"', f'"{c}{"KM"[i % 2]}"'] for i, (t, c) in
                                       enumerate(zip(TEMP, COUNT, strict=True)))).encode(),
           {"Price": TEMP}, {}, ("words ('K', 'M')",)),
    Export("NDBC, units below names, both comments",
           ("#YY MM hh WSPD WVHT ATMP\n#yr mo hr m/s m degC\n" + lines(
               ([2024, f"{i + 1:02}", 10, t, v, "MM" if i == 0 else t] for i, (v, t) in
                enumerate(_VT)), " ")).encode(),
           {"WVHT": VOLT, "ATMP": [None, *TEMP[1:]]}, {}, ("comment in line 1",), "t.txt"),
    Export("no header, and a bad cell in the first row",
           lines([2024, i, v, t, "MM" if i == 0 else c] for i, (v, t, c) in
                 enumerate(zip(VOLT, TEMP, COUNT, strict=True))).encode(),
           {"x3": VOLT, "x4": TEMP, "x5": [None, *COUNT[1:]]}, {}, ("no header",)),
    Export("ECA&D, a number for what is missing",
           ("EUROPEAN CLIMATE ASSESSMENT & DATASET\n\nFILE FORMAT (MISSING VALUE CODE = -9999):\n\n"
            "01-06 SOUID: Source identifier\n\nSOUID,    DATE,   TG\n" + lines(
                ([127488, d.replace("-", ""), -9999 if i == 3 else t] for i, (d, t) in
                 enumerate(zip(DAYS, TEMP, strict=True))), ",   ")).encode(),
           {"TG": [*TEMP[:3], -9999.0, *TEMP[4:]]}, {"DATE": "date"}, ("missing_marks='-9999'",)),
    Export("IPAC, names between bars",
           ("\\fixlen = T\n\\ SQL query\n|    time|    volt|    temp|\n|  double|  double|  double|"
            "\n|     sec|       V|     deg|\n|    null|    null|    null|\n" + _BARS).encode(),
           {"time": TIME, "volt": VOLT, "temp": TEMP}, file="t.tbl"),
    Export("Touchstone, two kinds of comments",
           ("! VNA 4-Mar-2024\n# GHz S DB R 50\n" + lines(_TVT, "  ")).encode(),
           {"x1": TIME, "x2": VOLT, "x3": TEMP}, {}, ("no header",), "t.s1p"),
    Export("GROMACS, words for a drawing",
           ('# created by GROMACS\n@    title "Energies"\n@TYPE xy\n@ s0 legend "Y"\n'
            + lines(_TVT, "  ")).encode(),
           {"x1": TIME, "x2": VOLT, "x3": TEMP}, {}, ("no header",), "t.xvg"),
    Export("InfluxDB, two tables",
           "\n".join("#datatype,string,long,double\n,result,table,_value\n"
                     + lines(["", "", k, v] for v in VOLT[6 * k : 6 * k + 6])
                     for k in range(2)).encode(),
           {"_value": VOLT}, {}, ("the header again",)),
    Export("files joined, each with its header",
           "".join("time,volt,temp\n" + lines(_TVT[4 * k : 4 * k + 4]) for k in range(3)).encode(),
           {"time": TIME, "volt": VOLT, "temp": TEMP}, {}, ("2 lines, the first 6, are",)),
    Export("Destatis, a rule and remarks below",
           ("Bevölkerung;;\nStichtag;Männlich;Weiblich\n;Anzahl;Anzahl\n"
            + lines(([dotted(d), c, t] for d, c, t in zip(DAYS, COUNT, TEMP, strict=True)), ";")
            + "__________\nHinweise:\nFrüheres Bundesgebiet.\n(C)opyright, 2024 | 3\n").encode(),
           {"Männlich": COUNT, "Weiblich": TEMP}, {"Stichtag": "date"}, ("'__________'",)),
    Export("subtotals",
           ("Region;Sales\n" + "".join(
               lines([[f"R{k}", t] for t in TEMP[3 * k : 3 * k + 3]] + [[f"R{k} Total", 70]], ";")
               for k in range(3))).encode(),
           {"Sales": [*TEMP[:3], 70.0, *TEMP[3:6], 70.0, *TEMP[6:9], 70.0]}, {},
           ("'R0 Total' names a sum",)),
    Export("decimal commas between commas",
           ('"a","b"\n' + lines([f'"{number(v, 3)}"', f'"{number(t)}"'] for v, t in _VT)).encode(),
           {"a": VOLT, "b": TEMP}, {}, ("is decimal",)),
    Export("Fluent, one column of several values",
           ('"flow-rate"\n"Time Step" "flow-rate etc.."\n("Time Step" "flow-rate" "y")\n'
            + lines(_TVT[:10], " ")).encode(), {}, {}, ("whose cells hold several values",)),
    Export("EDIFACT", b"UNB+UNOC:3+9904321000019:500+9900010000001:500+240304:1020+REF7++TL'\n"
           b"UNH+1+MSCONS:D:04B:UN:2.3'\n", ("EDIFACT",)),
    Export("FITS", b"SIMPLE  =                    T / conforms to FITS standard", ("FITS",)),
]  # fmt: skip
