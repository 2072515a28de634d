"""Tables of a laboratory: potentiostats, chromatographs, plate readers, spectrometers."""

from __future__ import annotations

from tests.data.exports.made import COUNT, NAMES, TEMP, TIME, VOLT, Export, lines, number

_TVT = list(zip(TIME, VOLT, TEMP, strict=True))
_SMALL = [round(abs(v) / 4, 5) for v in VOLT]
_WELLS = [(row, column) for row in "ABC" for column in range(1, 5)]
_NM = [float(400 + 10 * i) for i in range(12)]

EXPORTS = [
    Export("EC-Lab mpt",
           ("EC-Lab ASCII FILE\r\nNb header lines : 9\r\n\r\nCyclic Voltammetry\r\n\r\n"
            "Run on channel : 1 (SN 14990)\r\nElectrode surface area : 0.001 cm²\r\n"
            "Ei (V)              0.000\r\nmode\ttime/s\tEwe/V\t<I>/mA\t\r\n"
            + lines(([2, *row] for row in _TVT), "\t", "\t\r\n")).encode("latin-1"),
           {"time/s": TIME, "Ewe/V": VOLT, "<I>/mA": TEMP}, file="t.mpt"),
    Export("EC-Lab mpt, decimal commas",
           ("EC-Lab ASCII FILE\r\nNb header lines : 4\r\n\r\nmode\ttime/s\tEwe/V\t<I>/mA\r\n"
            + lines(([2, *(f"{x:.9E}".replace(".", ",") for x in row)] for row in _TVT), "\t",
                    "\r\n")).encode("latin-1"),
           {"time/s": TIME, "Ewe/V": VOLT, "<I>/mA": TEMP}, file="t.mpt"),
    Export("Gamry DTA",
           ("EXPLAIN\nTAG\tCHRONOA\nTITLE\tLABEL\tChronoamperometry\tTest &Identifier\n"
            "DATE\tLABEL\t3/4/2024\tDate\nVSTEP1\tPOTEN\t5.00000E-001\tT\tStep 1 &Voltage (V)\n"
            "NOTES\tNOTES\t1\tNotes...\n\tcell 7\nCURVE\tTABLE\t12\n\tPt\tT\tVf\tIm\n"
            "\t#\ts\tV vs. Ref.\tA\n"
            + lines((["", i, *row] for i, row in enumerate(_TVT)), "\t")).encode(),
           {"T": TIME, "Vf": VOLT, "Im": TEMP}, file="t.DTA"),
    Export("ChemStation report, UTF-16 without header",
           lines([i, t, "BB", v, t, c] for i, (t, v, c) in
                 enumerate(zip(TEMP, _SMALL, COUNT, strict=True), 1)).encode("utf-16"),
           {"x2": TEMP, "x3": ["BB"] * 12, "x4": _SMALL, "x6": COUNT}),
    Export("Chromeleon",
           ("Chromatogram Data Information:\nInjection Information:\nData Vault\tVault1\n"
            "Injection\tCalibration 1\nVolume (µl)\t10.000\n\nRaw Data:\n"
            "Time (min)\tStep (s)\tValue (mAU)\n"
            + lines(([t, "n.a." if not i else 0.25, v] for i, (t, v, _) in enumerate(_TVT)), "\t"))
           .encode(), {"Time (min)": TIME, "Value (mAU)": VOLT,
                       "Step (s)": [None, *[0.25] * 11]}, said=("missing",), file="t.txt"),
    Export("BMG plate reader",
           ("User: USER,Path: C:\\BMG,Test ID: 77\nTest name: ELISA,04.03.2024,10:20:30\n"
            "Absorbance,,\n\nWell Row,Well Col,Content,Raw Data (450)\n"
            + lines([row, column, f"Sample X{i // 2 + 1}", t] for i, ((row, column), t) in
                    enumerate(zip(_WELLS, _SMALL, strict=True)))).encode(),
           {"Well Row": [row for row, _ in _WELLS], "Well Col": [float(c) for _, c in _WELLS],
            "Raw Data (450)": _SMALL}),
    Export("Tecan plate, columns by number",
           ("<>\t1\t2\t3\t4\n" + lines((["ABC"[k], *_SMALL[4 * k : 4 * k + 4]]
                                        for k in range(3)), "\t")).encode(),
           {"<>": ["A", "B", "C"], "1": _SMALL[::4], "4": _SMALL[3::4]}, file="t.txt"),
    Export("Shimadzu UV-Vis",
           ('"Run 7 - RawData"\n"Wavelength nm.","Abs."\n'
            + lines(zip(_NM, _SMALL, strict=True))).encode(),
           {"Wavelength nm.": _NM, "Abs.": _SMALL}),
    Export("JASCO, facts after the table",
           ("TITLE\tsample 7\nDATA TYPE\tULTRAVIOLET SPECTRUM\nORIGIN\tJASCO\nXUNITS\tNANOMETERS\n"
            "YUNITS\tABSORBANCE\nFIRSTX\t400.0000\nLASTX\t510.0000\nNPOINTS\t12\nXYDATA\n"
            + lines(zip(_NM, _SMALL, strict=True), "\t")
            + "\n##### Extended Information\n[Comments]\nSample name\tsample 7\n").encode(),
           {"x1": _NM, "x2": _SMALL}, said=("below the table",), file="t.txt"),
    Export("Bruker dpt, no header", lines(zip(_NM, _SMALL, strict=True)).encode(),
           {"x1": _NM, "x2": _SMALL}, file="t.dpt"),
    Export("NanoDrop",
           ("Sample ID\tUser name\tDate and Time\tNucleic Acid\tUnit\tA260 (Abs)\n"
            + lines(([n, "MB", f"3/4/2024 {1 + i % 12}:20:30 PM", t, "ng/µl", s]
                     for i, (n, t, s) in enumerate(zip(NAMES, TEMP, _SMALL, strict=True))), "\t"))
           .encode("cp1252"), {"Nucleic Acid": TEMP, "A260 (Abs)": _SMALL, "Sample ID": NAMES},
           {"Date and Time": "date"}, file="t.txt"),
    Export("ImageJ results",
           (" ,Area,Mean\n" + lines([i, t, c] for i, (t, c) in
                                    enumerate(zip(TEMP, COUNT, strict=True), 1))).encode(),
           {"Area": TEMP, "Mean": COUNT}),
    Export("QuantStudio",
           ("* Block Type = 96-Well Block\n* Experiment Name = q7\n* Chemistry = SYBR_GREEN\n\n"
            "[Results]\nWell\tSample Name\tCT\tTm1\n"
            + lines(([i, n, t, c] for i, (n, t, c) in
                     enumerate(zip(NAMES, TEMP, COUNT, strict=True), 1)), "\t")).encode(),
           {"Sample Name": NAMES, "CT": TEMP, "Tm1": COUNT}, file="t.txt"),
    Export("QuantStudio, nothing found in one well",
           ("* Block Type = 96-Well Block\n\nWell\tSample Name\tCT\n"
            + lines(([i, n, "Undetermined" if i == 5 else t] for i, (n, t) in
                     enumerate(zip(NAMES, TEMP, strict=True), 1)), "\t")).encode(),
           ("line 8", "'CT'", "'Undetermined'", "missing"), file="t.txt"),
    Export("Anton Paar rheometer",
           ("Project:\tGel 7\nTest:\tFlow curve\nResult:\tFlow curve 1\n\n"
            "Interval and data points:\t1\t12\n\n"
            "Interval data:\tPoint No.\tShear Rate\tViscosity\n\n\t\t[1/s]\t[mPa·s]\n"
            + lines((["", i, number(t), number(v, 3)] for i, (t, v) in
                     enumerate(zip(TEMP, VOLT, strict=True), 1)), "\t")).encode("utf-16"),
           {"Shear Rate": TEMP, "Viscosity": VOLT}),
    Export("weather, DWD",
           ("STATIONS_ID;MESS_DATUM;QN_9;TT_TU;RF_TU;eor\n"
            + lines(([f"{44:11}", f"20240304{i:02}", "    3", f"{t:6.2f}", f"{c:6.1f}", "eor"]
                     for i, (t, c) in enumerate(zip(TEMP, COUNT, strict=True))), ";")).encode(),
           {"TT_TU": TEMP, "RF_TU": COUNT}, {"MESS_DATUM": "date"}, file="produkt.txt"),
    Export("fixed width report",
           ("    time     volt   temp\n" + "".join(f"{a:8.2f} {b:8.3f} {c:6.2f}\n"
                                                   for a, b, c in _TVT)).encode(),
           {"time": TIME, "volt": VOLT, "temp": TEMP}, file="t.txt"),
    Export("balance, a unit in each cell",
           ("No;Weight;Time\n" + lines(([i, f"{t} g", f"10:20:{i:02}"] for i, t in
                                        enumerate(TEMP)), ";")).encode(),
           {"Weight": TEMP}, {"Time": "time"}, ("g",)),
]  # fmt: skip
