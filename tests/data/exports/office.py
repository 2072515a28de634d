"""Tables of an office: ledgers, banks, spreadsheets of several countries."""

from __future__ import annotations

from tests.data.exports.made import (
    COUNT,
    DAYS,
    MONEY,
    NAMES,
    TEMP,
    Export,
    dotted,
    lines,
    number,
    quoted,
)

_EURO = [number(x, 2, ",", ".") for x in MONEY]
_PLAIN = [number(x) for x in MONEY]
_SAP = [f"{e[1:]}-" if e.startswith("-") else f"{e} " for e in _EURO]
_US = [f"{x:,.2f}" for x in MONEY]
_SUM = round(sum(MONEY), 2)
_DOTS = [dotted(day) for day in DAYS]
_SLASHES = [f"{int(d[5:7])}/{int(d[8:])}/{d[:4]}" for d in DAYS]


def _india(value: float) -> str:
    head, dot, tail = f"{abs(value):.2f}".partition(".")
    groups = [head[-3:]]
    head = head[:-3]
    while head:
        groups.insert(0, head[-2:])
        head = head[:-2]
    return ("-" if value < 0 else "") + ",".join(groups) + dot + tail


EXPORTS = [
    Export("DATEV",
           ('"EXTF";700;21;"Buchungsstapel";13;20240304102030;;"RE";"";"";1001;1;20240101;4;'
            '20240301;20240331;"März";"";1;0;0;"EUR"\r\n'
            "Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;Konto;Gegenkonto;Belegdatum;"
            "Buchungstext\r\n"
            + lines(([number(abs(x)), '"S"' if x > 0 else '"H"', 1200, 8400, f"{d[8:]}03",
                      f'"{n}"'] for x, d, n in zip(MONEY, DAYS, NAMES, strict=True)), ";", "\r\n"))
           .encode("cp1252"),
           {"Umsatz (ohne Soll/Haben-Kz)": [abs(x) for x in MONEY], "Buchungstext": NAMES}),
    Export("SAP list",
           ("04.03.2024                 Dynamic List Display                  1\n"
            + "-" * 48 + "\n|Document  |Posting   |Text  |         Amount|Crcy|\n" + "-" * 48
            + "\n" + "".join(f"|19{i:08}|{d}|{n:6}|{s:>15}|EUR |\n" for i, (d, n, s) in
                             enumerate(zip(_DOTS, NAMES, _SAP, strict=True))) + "-" * 48 + "\n")
           .encode(), {"Text": NAMES, "Amount": MONEY}, {"Posting": "date"}, file="t.txt"),
    Export("Sparkasse CAMT",
           quoted([("Auftragskonto", "Buchungstag", "Valutadatum", "Verwendungszweck", "Betrag",
                    "Waehrung"),
                   *(("DE89370400440532013000", dotted(d, True), dotted(d, True), n, x, "EUR")
                     for d, n, x in zip(DAYS, NAMES, _PLAIN, strict=True))], ";").encode("cp1252"),
           {"Verwendungszweck": NAMES, "Betrag": MONEY}, {"Buchungstag": "date"}),
    Export("DKB",
           ('"Kontonummer:";"DE12 / Girokonto";\n\n"Von:";"01.03.2024";\n"Bis:";"31.03.2024";\n'
            '"Kontostand vom 31.03.2024:";"5.000,00 EUR";\n\n'
            + quoted([("Buchungstag", "Buchungstext", "Betrag (EUR)", "Kundenreferenz"),
                      *((d, n, e, "") for d, n, e in zip(_DOTS, NAMES, _EURO, strict=True))], ";",
                     ";\n")).encode("cp1252"),
           {"Buchungstext": NAMES, "Betrag (EUR)": MONEY}, {"Buchungstag": "date"}),
    Export("PostFinance, a disclaimer at the end",
           ("Datum von:;2024-03-01\nDatum bis:;2024-03-31\nKonto:;CH0909000000400000007\n"
            "Währung:;CHF\n\nDatum;Avisierungstext;Betrag;Saldo\n"
            + lines(([d, n, x, 100.0] for d, n, x in zip(DAYS, NAMES, MONEY, strict=True)), ";")
            + "\nDisclaimer:\nDer Dokumentinhalt wurde durch Filtereinstellungen generiert.\n")
           .encode("utf-8-sig"), {"Avisierungstext": NAMES, "Betrag": MONEY}, {"Datum": "date"},
           ("20 to 21",)),
    Export("bank of the US",
           ("Date,Description,Amount\n" + lines(
               [d, n, f'"${u}"' if not u.startswith("-") else f'"(${u[1:]})"']
               for d, n, u in zip(_SLASHES, NAMES, _US, strict=True))).encode(),
           {"Description": NAMES, "Amount": MONEY}, {"Date": "date"}, ("$",)),
    Export("QuickBooks, total at the end",
           ("Sales by Item,,\nMy Company,,\nMarch 2024,,\n,,\nDate,Item,Amount\n"
            + lines([d, n, f'"{u}"'] for d, n, u in zip(_SLASHES, NAMES, _US, strict=True))
            + f'TOTAL,,"{_SUM:,.2f}"\n').encode(),
           {"Item": NAMES, "Amount": MONEY}, {"Date": "date"}, ("line 18",)),
    Export("French spreadsheet",
           ("Date;Libellé;Montant\n" + lines(
               ([d.replace(".", "/"), n, f"{number(x, 2, ',', chr(0x202F))}\u00a0€"]
                for d, n, x in zip(_DOTS, NAMES, MONEY, strict=True)), ";")).encode(),
           {"Libellé": NAMES, "Montant": MONEY}, {"Date": "date"}, ("€",)),
    Export("Swiss spreadsheet",
           ("Datum;Text;Betrag\n" + lines(([d, n, number(x, 2, ".", "'")] for d, n, x in
                                           zip(_DOTS, NAMES, MONEY, strict=True)), ";")).encode(),
           {"Text": NAMES, "Betrag": MONEY}, {"Datum": "date"}),
    Export("German spreadsheet, total at the end",
           ("Datum;Text;Betrag;Anzahl\n" + lines(([d, n, e, int(c)] for d, n, e, c in zip(
               _DOTS, NAMES, _EURO, COUNT, strict=True)), ";")
            + f"Summe;;{number(_SUM, 2, ',', '.')};52\n").encode("cp1252"),
           {"Text": NAMES, "Betrag": MONEY, "Anzahl": COUNT}, {"Datum": "date"}, ("line 14",)),
    Export("German spreadsheet, no number above a thousand has decimals",
           ("Text;Umsatz;Preis\n" + lines(([n, number(1000 * (3 + i), 0, ",", "."), number(t)]
            for i, (n, t) in enumerate(zip(NAMES, TEMP, strict=True))), ";")).encode(),
           ("'Umsatz'", "'3.000'", "thousands='.'")),
    Export("Excel Unicode text",
           ("Größe\tOrt\tWert\r\n" + lines(([number(t), n, number(m)] for t, n, m in zip(
               TEMP, NAMES, MONEY, strict=True)), "\t", "\r\n")).encode("utf-16"),
           {"Größe": TEMP, "Ort": NAMES, "Wert": MONEY}, file="t.txt"),
    Export("Indian groups",
           ("Item,Amount\n" + lines([n, f'"{_india(x)}"'] for n, x in
                                    zip(NAMES, MONEY, strict=True))).encode(),
           {"Item": NAMES, "Amount": MONEY}),
    Export("PayPal in German: commas cut cells, and stand in them",
           quoted([("Datum", "Uhrzeit", "Zeitzone", "Name", "Brutto", "Gebühr"),
                   *((d, "10:20", "CET", n, e, "0,00") for d, n, e in
                     zip(_DOTS, NAMES, _EURO, strict=True))]).encode("utf-8-sig"),
           {"Name": NAMES, "Brutto": MONEY, "Gebühr": [0.0] * 12},
           {"Datum": "date"}),
    Export("Google Sheets",
           ("Day,Open,Share,Growth\n" + lines(
               [d, "TRUE" if c > 4 else "FALSE", f"{t}%", x] for d, c, t, x in
               zip(_SLASHES, COUNT, TEMP, MONEY, strict=True))).encode(),
           {"Share": TEMP, "Growth": MONEY}, {"Day": "date", "Open": "boolean"}, ("%",)),
    Export("Power BI, filters at the end",
           ("Month,Region,Sales\n" + lines([d[:7], n, x] for d, n, x in
                                           zip(DAYS, NAMES, MONEY, strict=True))
            + "\nApplied filters:\nYear is 2024\nRegion is not blank\n").encode("utf-8-sig"),
           {"Region": NAMES, "Sales": MONEY}, said=("15 to 17",)),
    Export("week numbers",
           ("Week;Hours\n" + lines(([f"2024-W{i + 9:02}", number(t)] for i, t in enumerate(TEMP)),
                                   ";")).encode(), {"Hours": TEMP}, {"Week": "date"}),
    Export("headers in two rows",
           (";Plant A;;Plant B;\nDay;Temp;Count;Temp;Count\n"
            + lines(([d, t, int(c), t, int(c)] for d, t, c in zip(_DOTS, TEMP, COUNT, strict=True)),
                    ";")).encode(), {"Temp": TEMP, "Count_2": COUNT}, {"Day": "date"}),
    Export("a second table below",
           ("Item;Price\n" + lines(([n, number(t)] for n, t in zip(NAMES, TEMP, strict=True)), ";")
            + "\nPlant;City;Since\nA;Köln;1990\nB;Bonn;1991\n").encode(),
           {"Item": NAMES, "Price": TEMP}, said=("15 to 17",)),
]  # fmt: skip
