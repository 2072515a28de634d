"""Tables that programs for numbers and databases write."""

from __future__ import annotations

import json

from tests.data.exports.made import COUNT, DAYS, NAMES, TEMP, TIME, VOLT, Export, lines, number

_NVT = list(zip(NAMES, VOLT, TEMP, strict=True))
_ALL = {"name": NAMES, "volt": VOLT, "temp": TEMP}
_UTC = [f"{day}T10:20:30Z" for day in DAYS]
_SQL = [f" {n:5} | {v:6} | {t:5}" for n, v, t in _NVT]

EXPORTS = [
    Export("R write.csv",
           ('"","name","volt","temp"\n' + lines([f'"{i}"', f'"{n}"', v, t] for i, (n, v, t) in
                                                enumerate(_NVT, 1))).encode(), _ALL),
    Export("R write.csv2",
           ('"name";"volt";"temp"\n' + lines(([f'"{n}"', number(v, 3), "NA" if i == 2 else
                                               number(t)] for i, (n, v, t) in enumerate(_NVT)),
                                              ";")).encode(),
           {"name": NAMES, "volt": VOLT, "temp": [*TEMP[:2], None, *TEMP[3:]]}),
    Export("R write.table",
           ('"name" "volt" "temp"\n' + lines(([f'"{i}"', f'"{n} x"', v, t] for i, (n, v, t) in
                                              enumerate(_NVT, 1)), " ")).encode(),
           {"name": [f"{n} x" for n in NAMES], "volt": VOLT, "temp": TEMP}, file="t.txt"),
    Export("MATLAB writetable",
           ("Var1,Var2,Name\n" + lines([v, "NaN" if i == 4 else t, n] for i, (n, v, t) in
                                       enumerate(_NVT))).encode(),
           {"Var1": VOLT, "Var2": [*TEMP[:4], None, *TEMP[5:]], "Name": NAMES}),
    Export("MATLAB writetimetable",
           ("Time,Volt\n" + lines([f"{t} sec", v] for t, v in zip(TIME, VOLT, strict=True)))
           .encode(), {"Time": TIME, "Volt": VOLT}, said=("sec",)),
    Export("SAS, points for what is missing",
           ("name,volt,temp\n" + lines([n, v, "." if i == 3 else t] for i, (n, v, t) in
                                       enumerate(_NVT))).encode(),
           {"volt": VOLT, "temp": [*TEMP[:3], None, *TEMP[4:]]}, said=("missing",)),
    Export("SPSS, blanks for what is missing",
           ("name,volt,temp\n" + lines([f"{n:8}", v, " " if i == 3 else f"{t:8}"] for i, (n, v, t)
                                       in enumerate(_NVT))).encode(),
           {"name": NAMES, "volt": VOLT, "temp": [*TEMP[:3], None, *TEMP[4:]]}),
    Export("pandas with index",
           (",name,volt,temp\n" + lines([i, *row] for i, row in enumerate(_NVT))).encode(), _ALL),
    Export("pandas, columns of two levels",
           (",volt,volt,temp\n,min,max,mean\nday,,,\n" + lines(
               [d, v, t, t] for d, (_, v, t) in zip(DAYS, _NVT, strict=True))).encode(),
           {"volt min": VOLT, "volt max": TEMP, "temp mean": TEMP}, {"day": "date"},
           ("line 2", "line 3")),
    Export("InfluxDB",
           ("#group,false,false,true,true,false,false,true\n"
            "#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double,string"
            "\n#default,mean,,,,,,\n,result,table,_start,_stop,_time,_value,host\n"
            + lines(["", "", 0, _UTC[0], _UTC[-1], s, t, "A"] for s, t in
                    zip(_UTC, TEMP, strict=True))).encode(),
           {"_value": TEMP, "host": ["A"] * 12}, {"_time": "date"}),
    Export("Grafana, formatted",
           ('"Time","Boiler","Power"\n' + lines([s.replace("T", " ")[:19], f"{t} °C", f"{v} kW"]
            for s, t, v in zip(_UTC, TEMP, VOLT, strict=True))).encode(),
           {"Boiler": TEMP, "Power": VOLT}, {"Time": "date"}, ("°C", "kW")),
    Export("ThingSpeak",
           ("created_at,entry_id,field1,latitude\n" + lines(
               [f"{d} 10:20:30 UTC", i, t, ""] for i, (d, t) in
               enumerate(zip(DAYS, TEMP, strict=True), 1))).encode(),
           {"field1": TEMP}, {"created_at": "date"}),
    Export("psql",
           (" name  |  volt  | temp  \n-------+--------+-------\n" + "\n".join(_SQL)
            + "\n(12 rows)\n\n").encode(), _ALL, file="t.txt"),
    Export("mysql, in a box",
           ("+-------+--------+-------+\n| name  | volt   | temp  |\n+-------+--------+-------+\n"
            + "".join(f"|{row} |\n" for row in _SQL) + "+-------+--------+-------+\n").encode(),
           _ALL, file="t.txt"),
    Export("mysql, tabs", ("name\tvolt\ttemp\n" + lines(
        ([n, v, "NULL" if i == 1 else t] for i, (n, v, t) in enumerate(_NVT)), "\t")).encode(),
           {"name": NAMES, "volt": VOLT, "temp": [TEMP[0], None, *TEMP[2:]]}, file="t.txt"),
    Export("a table of Markdown",
           ("| name  | volt   | temp  |\n|:------|-------:|-------|\n"
            + "".join(f"|{row} |\n" for row in _SQL)).encode(), _ALL, file="t.md"),
    Export("lines of JSON", "".join(json.dumps({"volt": v, "temp": t}) + "\n"
                                    for _, v, t in _NVT).encode(), ("JSON",), file="t.jsonl"),
    Export("a page that calls itself a workbook",
           ("<html><body><table><tr><td>volt</td></tr>"
            + "".join(f"<tr><td>{v}</td></tr>\n" for v in VOLT) + "</table></html>").encode(),
           ("HTML",), file="t.xls"),
    Export("quoted line ends", ("name,note,temp\n" + lines(
        [n, f'"first\nsecond {i}"', t] for i, (n, _, t) in enumerate(_NVT))).encode(),
           {"name": NAMES, "note": [f"first\nsecond {i}" for i in range(12)], "temp": TEMP}),
    Export("ISO times with zones",
           ("t;x\n" + lines(([f"{d}T10:20:30.125+02:00", number(c, 1)] for d, c in
                             zip(DAYS, COUNT, strict=True)), ";")).encode(),
           {"x": COUNT}, {"t": "date"}),
]  # fmt: skip
