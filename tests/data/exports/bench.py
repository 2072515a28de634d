"""Tables of a test bench: data acquisition, oscilloscopes, loggers."""

from __future__ import annotations

from tests.data.exports.made import COUNT, DAYS, TEMP, TIME, VOLT, Export, dotted, lines, number

_TVT = list(zip(TIME, VOLT, TEMP, strict=True))
_COMMA = [[number(cell, 3) for cell in row] for row in _TVT]
_STAMPS = [f"2024-03-04 10:{minute:02}:00" for minute in range(0, 60, 5)]
_LVM = (
    "LabVIEW Measurement\t\nWriter_Version\t2\nReader_Version\t2\nSeparator\tTab\n"
    "Decimal_Separator\t{mark}\nMulti_Headings\tNo\nX_Columns\tOne\nTime_Pref\tRelative\n"
    "Operator\tMB\nDate\t2024/03/04\nTime\t10:20:30,5\n***End_of_Header***\t\n\t\n"
    "Channels\t2\t\t\nSamples\t12\t12\t\nDate\t2024/03/04\t2024/03/04\t\n"
    "Time\t10:20:30,5\t10:20:30,5\t\nY_Unit_Label\tVolts\tDeg C\t\nX_Dimension\tTime\tTime\t\n"
    "X0\t0{mark}0\t0{mark}0\t\nDelta_X\t0{mark}25\t0{mark}25\t\n***End_of_Header***\t\t\t\n"
    "X_Value\tVoltage\tTemperature\tComment\n"
)
_XVT = {"X_Value": TIME, "Voltage": VOLT, "Temperature": TEMP}
_TEK = [
    *("Record Length,2.500000e+03,", "Sample Interval,2.500000e-01,"),
    *("Trigger Point,1.250000000000e+03,", ",,", ",,", ",,", "Source,CH1,"),
    *("Vertical Units,V,", "Vertical Scale,5.000000e-01,", "Vertical Offset,0.0e+00,"),
    *("Horizontal Units,s,", "Horizontal Scale,1.000000e-03,"),
]
_HOBO = [
    f"{i},03/04/24 {10 + i // 6:02}:{i % 6 * 10:02}:00 AM,{t},{v},,"
    for i, (t, v) in enumerate(zip(TEMP, COUNT, strict=True), 1)
]

EXPORTS = [
    Export("LabVIEW lvm", (_LVM.format(mark=".") + lines(_TVT, "\t")).encode(), _XVT,
           said=("LabVIEW",), file="t.lvm"),
    Export("LabVIEW lvm, commas, a cell for the comment",
           (_LVM.format(mark=",") + lines(_COMMA, "\t", "\t\n")).encode(), _XVT, file="t.lvm"),
    Export("Campbell TOA5",
           ('"TOA5","CR1000X","CR1000X","1234","CR1000X.Std.04","CPU:x.CR1X","4711","Table1"\r\n'
            '"TIMESTAMP","RECORD","BattV_Min","AirTC_Avg"\r\n"TS","RN","Volts","Deg C"\r\n'
            '"","","Min","Avg"\r\n'
            + lines(([f'"{s}"', i, v, '"NAN"' if i == 3 else t] for i, (s, v, t) in
                     enumerate(zip(_STAMPS, VOLT, TEMP, strict=True))), end="\r\n")).encode(),
           {"BattV_Min": VOLT, "AirTC_Avg": [*TEMP[:3], None, *TEMP[4:]]}, {"TIMESTAMP": "date"},
           file="t.dat"),
    Export("DATAQ WinDaq",
           ("Source file: C:\\DATA\\run7.wdq\nDate: 3/4/2024\nSample rate per channel: 4 Hz\n\n"
            "Relative Time,Channel 1,Channel 2\nsec,Volt,deg C\n" + lines(_TVT)).encode(),
           {"Relative Time": TIME, "Channel 1": VOLT, "Channel 2": TEMP}, said=("units",)),
    Export("Keysight InfiniiVision",
           ("x-axis,1,2\nsecond,Volt,Volt\n"
            + lines([f"{a:+.6E}", f"{b:+.4E}", f"{c:+.4E}"] for a, b, c in _TVT)).encode(),
           {"x-axis": TIME, "1": VOLT, "2": TEMP}, said=("units",)),
    Export("Keysight BenchVue",
           ("Instrument,34465A\nSerial Number,MY54501234\nStart Time,3/4/2024 10:20:30 AM\n"
            "Sample Count,12\n\nScan,Time,101 <Temp> (C),102 <V> (VDC)\n"
            + lines([i, f"3/4/2024 10:20:{30 + i}.125 AM", t, v] for i, (t, v) in
                    enumerate(zip(TEMP, VOLT, strict=True), 1))).encode(),
           {"101 <Temp> (C)": TEMP, "102 <V> (VDC)": VOLT}, {"Time": "date"}),
    Export("Tektronix TDS, facts beside the table",
           lines([facts, f"{a:.6f}", f"{b:.5f}", ""] for facts, (a, b, _) in
                 zip(_TEK, _TVT, strict=True)).encode(), {"x4": TIME, "x5": VOLT}),
    Export("Tektronix MSO",
           ("Model,MSO54\nFirmware Version,1.20.8\nWaveform Type,ANALOG,,\nPoint Format,Y,,\n"
            "Horizontal Units,s,,\nSample Interval,2.5e-01,,\nRecord Length,12,,\n"
            "Zero Index,0,,\nVertical Units,V,degC\nVertical Offset,0,0\nLabel,,\n"
            "TIME,CH1,CH2\n" + lines(_TVT)).encode(), {"TIME": TIME, "CH1": VOLT, "CH2": TEMP}),
    Export("Rigol",
           ("X,CH1,Start,Increment,\nSequence,Volt,-6.000000e-03,1.000000e-06\n"
            + lines([i, f"{v:.3e}", "", ""] for i, v in enumerate(VOLT))).encode(),
           {"X": [float(i) for i in range(12)], "CH1": VOLT}, said=("units",)),
    Export("Rigol, rows without the facts",
           ("X,CH1,CH2,Start,Increment,\nSequence,Volt,Volt,-1.200000e-03,2.000000e-06\n"
            + "".join(f"{i},{v:.3e},{t:.3e},\n" for i, (_, v, t) in enumerate(_TVT))).encode(),
           {"X": [float(i) for i in range(12)], "CH1": VOLT, "CH2": TEMP},
           said=("units", "Start = -1.200000e-03, Increment = 2.000000e-06")),
    Export("PicoScope",
           ("Time,Channel A,Channel B\n(ms),(V),(mV)\n\n" + lines(_TVT)).encode(),
           {"Time": TIME, "Channel A": VOLT, "Channel B": TEMP}, said=("units",)),
    Export("HBM catman",
           ("HBM_CATMAN_DATAFILE_40\nPrüfung 7\n04.03.2024 10:20:30\n\n"
            "Zeit  1 - Standardmessrate [s]\tKraft [kN]\tWeg [mm]\n" + lines(_COMMA, "\t"))
           .encode("cp1252"),
           {"Zeit  1 - Standardmessrate [s]": TIME, "Kraft [kN]": VOLT, "Weg [mm]": TEMP},
           file="t.asc"),
    Export("HBM catman, units below",
           ("Zeit\tKraft\tWeg\ns\tkN\tmm\n" + lines(_COMMA, "\t")).encode(),
           {"Zeit": TIME, "Kraft": VOLT, "Weg": TEMP}, said=("units",), file="t.txt"),
    Export("Fluke 2680A",
           ('"RUN7.CSV"\n"3/4/2024 10:20:30"\n"cold start"\n3\n"Time","CH001","CH002"\n'
            '"s","VDC","DegC"\n' + lines(_TVT)).encode(),
           {"Time": TIME, "CH001": VOLT, "CH002": TEMP}),
    Export("Panasonic FPWIN",
           ("LOG01,Sampling,,,\n,,,MOMENT,MOMENT\n,,,REAL,REAL\nDate,Time,Interval,Speed,Torque\n"
            ",,,rpm,Nm\n" + lines(["24/03/04", f"10:20:{i:02}", 10, v, t] for i, (_, v, t) in
                                  enumerate(_TVT))).encode(),
           {"Speed": VOLT, "Torque": TEMP}),
    Export("Arduino serial log",
           ("Starting DHT22 ...\nsensor ok\nmillis,temp,hum\n"
            + lines([1000 + 250 * i, t, c] for i, (t, c) in
                    enumerate(zip(TEMP, COUNT, strict=True)))).encode(),
           {"temp": TEMP, "hum": COUNT}, file="serial.log"),
    Export("Torque Pro, bars for what is missing",
           ("GPS Time, Device Time, Longitude, Engine RPM(rpm), Speed (OBD)(km/h)\n"
            + lines([f"Mon Mar 04 10:20:{i:02} GMT+01:00 2024", f"04-Mar-2024 10:20:{i:02}.125",
                     v, "-" if i == 2 else t, c] for i, (v, t, c) in
                    enumerate(zip(VOLT, TEMP, COUNT, strict=True)))).encode(),
           {"Longitude": VOLT, "Engine RPM(rpm)": [*TEMP[:2], None, *TEMP[3:]],
            "Speed (OBD)(km/h)": COUNT}, {"Device Time": "date"}, ("missing",)),
    Export("SMA, SBFspot",
           ("sep=;\nVersion CSV1|Tool SBFspot3.9|Linebreaks CR/LF|Delimiter semicolon|"
            "Decimalpoint comma|Precision 3\n\n;SN: 2100|SN: 2100|\n;Total yield;Power\n;Counter;"
            "Analog\ndd/MM/yyyy HH:mm:ss;kWh;kW\n"
            + lines(([f"04/03/2024 10:{5 * i:02}:00", number(t, 3), number(v, 3)] for i, (t, v) in
                     enumerate(zip(TEMP, VOLT, strict=True))), ";")).encode(),
           {"Total yield": TEMP, "Power": VOLT}, {"dd/MM/yyyy HH:mm:ss": "date"}),
    Export("HOBO",
           ('"Plot Title: cellar"\n"#","Date Time, GMT+01:00","Temp, °C (LGR S/N: 123)","Count",'
            '"Host Connected (LGR S/N: 123)","End Of File (LGR S/N: 123)"\n'
            + "\n".join([*_HOBO[:-1], _HOBO[-1].removesuffix(",,") + ",Logged,Logged"]) + "\n")
           .encode("utf-8-sig"),
           {"Temp, °C (LGR S/N: 123)": TEMP, "Count": COUNT}, {"Date Time, GMT+01:00": "date"}),
    Export("testo, with least and greatest at the end",
           ("Datum / Uhrzeit;[°C] Temperatur;[%rF] Feuchte\n"
            + lines(([f"{dotted(d)} 10:00:00", number(t), number(c, 1)] for d, t, c in
                     zip(DAYS, TEMP, COUNT, strict=True)), ";")
            + "Min;20,50;1,0\nMax;27,75;9,0\nMittelwert;23,77;4,3\n").encode(),
           {"[°C] Temperatur": TEMP, "[%rF] Feuchte": COUNT}, {"Datum / Uhrzeit": "date"},
           ("14 to 16",)),
]  # fmt: skip
