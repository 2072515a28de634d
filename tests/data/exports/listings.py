"""Lists for people: names over rules, sums below, marks for what there is not."""

from __future__ import annotations

from tests.data.exports.made import DAYS, MONEY, NAMES, TEMP, VOLT, Export, dotted, lines, number

_THREE = list(zip(NAMES, VOLT, TEMP, strict=True))
_LAPS = range(1, 13)


def _sap(day: str, value: float) -> str:
    minus = "-" if value < 0 else " "
    return f"|{dotted(day)}|K {day[-2:]}|{number(abs(value), thousands='.') + minus:>16}|EUR |\n"


_RULE = "-" * 34 + "\n"
EXPORTS = [
    Export("SQL*Plus",
           ("\n     EMPNO ENAME            VOLT  TEMP\n---------- ---------- ---------- -----\n"
            + "".join(f"{k * 7:10d} {n:<10} {v:10.3f} {t:5.2f}\n"
                      for k, (n, v, t) in enumerate(_THREE)) + "\n12 rows selected.\n").encode(),
           {"ENAME": NAMES, "VOLT": VOLT, "TEMP": TEMP}, said=("fixed widths",), file="t.txt"),
    Export("ChemStation",
           ("Data File C:\\CHEM32\\1\\TEST\\001.D\n\n" + "=" * 60 + "\n      Area Percent Report\n"
            + "=" * 60 + "\n\nSignal 1: DAD1 A, Sig=254,4 Ref=off\n\n"
            "Peak RetTime Type  Width     Area\n  #   [min]        [min]   [mAU*s]\n"
            "----|-------|----|-------|----------|\n"
            + "".join(f"{k:4d} {t:7.3f} BB   {t / 100:7.4f} {t + v:10.4f}\n"
                      for k, (_, v, t) in enumerate(_THREE, 1))
            + "\nTotals :                  6543.21000\n").encode(),
           {"RetTime": TEMP, "Type": ["BB"] * 12,
            "Area": [v + t for _, v, t in _THREE]}, said=("Totals",), file="t.txt"),
    Export("SAP, a list with its sum",
           (_RULE + "|Datum     |Text|          Betrag|Währ|\n" + _RULE
            + "".join(map(_sap, DAYS, MONEY)) + _RULE
            + "|*         |    |      123.456,78 |EUR |\n" + _RULE).encode(),
           {"Betrag": MONEY, "Währ": ["EUR"] * 12}, {"Datum": "date"}, ("below the table",),
           file="t.txt"),
    Export("Garmin, laps",
           ("Laps,Time,Temp,Volt\n" + lines([k, f"05:{k + 10}.5", t, v] for k, (_, v, t) in
            enumerate(_THREE, 1)) + "Summary,1:15:00,21.5,3.5\n").encode(),
           {"Laps": [*map(float, _LAPS)], "Temp": TEMP, "Volt": VOLT}, said=("Summary",)),
    Export("Google Ads, totals",
           ("Report\nCampaign,Clicks,CTR\n" + lines([n, k * 10, f"{t}%"] for k, (n, _, t) in
            enumerate(_THREE)) + "Total: Account,5000,4.5%\n").encode(),
           {"Clicks": [10.0 * k for k in range(12)], "CTR": TEMP}, said=("Total: Account",)),
    Export("World Bank, some years",
           ("\ufeff\"Data Source\",\"WDI\",\n\n\"Country\",\"1990\",\"2000\",\"2023\",\n" + lines(
               [f'"{n} {k}"', f'"{t * 1000}"', "", f'"{v}"', ""] for k, (n, v, t) in
               enumerate(_THREE))).encode(),
           {"1990": [t * 1000 for t in TEMP], "2000": [None] * 12, "2023": VOLT}),
    Export("replies of a printer",
           "".join(f"ok T:{t:.2f} /205.00 B:{t + v:.2f} @:64\n" for _, v, t in _THREE).encode(),
           {"x1": ["ok"] * 12, "x2": [f"T:{t:.2f}" for t in TEMP]}, said=("no header",),
           file="t.log"),
    Export("American Community Survey",
           ("GEO_ID,B01_001E,B01_001M\nGeography,Estimate!!Total:,Margin of Error!!Total:\n"
            + lines([f"0500000US{k:03d}", t, "*****" if k == 5 else v]
                    for k, (_, v, t) in enumerate(_THREE))).encode(),
           {"B01_001E": TEMP, "B01_001M": [*VOLT[:5], None, *VOLT[6:]]}, said=("'*****'",)),
    Export("a number and its quality in a cell",
           ("DATE,TMP,VIS\n" + lines([d, f'"+0{t * 100:.0f},1"', v] for d, v, t in
            zip(DAYS, VOLT, TEMP, strict=True))).encode(),
           {"TMP": [f"+0{t * 100:.0f},1" for t in TEMP], "VIS": VOLT}, {"DATE": "date"}),
    Export("numbers with margins",
           ("name,result\n" + lines([n, f"{t} ± 0.{k % 9 + 1}"] for k, (n, _, t) in
            enumerate(_THREE))).encode(),
           {"name": NAMES}, said=("bad_cells='number'",)),
    Export("Gamry",
           ("EXPLAIN\nTAG\tCV\nTITLE\tLABEL\tCyclic Voltammetry\tTest &Identifier\n"
            "VINIT\tPOTEN\t0.00000E+000\tT\tInitial &E (V)\nCURVE1\tTABLE\t12\n"
            "\tPt\tT\tVf\tOver\n\t#\ts\tV vs. Ref.\tbits\n" + lines(
                (["", k, t, f"{v:.5E}", "..........a"] for k, (_, v, t) in enumerate(_THREE)),
                "\t")).encode(),
           {"T": TEMP, "Vf": VOLT}, said=("line 7",), file="t.dta"),
    Export("EC-Lab",
           ("EC-Lab ASCII FILE\nNb header lines : 5\n\nCyclic Voltammetry\nmode\ttime/s\tEwe/V\n"
            + lines(([2, number(t, 9), number(v, 9)] for _, v, t in _THREE), "\t")).encode(),
           {"time/s": TEMP, "Ewe/V": VOLT}, file="t.mpt"),
    Export("dSPACE ControlDesk",
           ('csv_format_version,2\nx_axis,"Time"\ndescriptions,"Time","Volt","Temp"\n'
            'path,"","Model Root/Volt","Model Root/Temp"\nunit,"s","V",""\ntrace_values\n'
            + lines(["", k / 100, v, t] for k, (_, v, t) in enumerate(_THREE))).encode(),
           {"Volt": VOLT, "Temp": TEMP}, said=("trace_values",)),
    Export("dSPACE, older",
           ("type,dSPACE CSV\nformat,1\n\ndescriptions\npath,,Model Root/Volt,Model Root/Temp\n"
            "name,Time,Volt,Temp\nunit,s,V,deg\ntrace_values\n"
            + lines(["", k / 100, v, t] for k, (_, v, t) in enumerate(_THREE))).encode(),
           {"Time": [k / 100 for k in range(12)], "Model Root/Volt": VOLT}),
]  # fmt: skip
