"""How a page looks: on a screen of any width, and on A4."""

STYLE = """
:root { color-scheme: light; --ink: #1f2328; --soft: #5d6570; --rule: #d9dde2; --tint: #f5f7f9;
  --accent: #0072b2; }
* { box-sizing: border-box; }
html { background: #fff; }
body { margin: 0 auto; max-width: 62rem; padding: 2.5rem 1.5rem 3rem; color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", "DejaVu Sans", sans-serif;
  overflow-wrap: anywhere; }
header { border-bottom: 3px solid var(--ink); padding-bottom: .8rem; margin-bottom: 1.2rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; font-weight: 650;
  letter-spacing: -.01em; }
header p { margin: 0; color: var(--soft); }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .7rem; padding-top: .55rem; font-weight: 650;
  border-top: 1px solid var(--rule); break-after: avoid; }
h3 { font-size: 1rem; margin: 0 0 .3rem; font-weight: 600; break-after: avoid; }
p { margin: .5rem 0; max-width: 46rem; }
p.small, footer, figcaption, .small { color: var(--soft); font-size: .86rem; line-height: 1.45; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .22rem 1.4rem; margin: .6rem 0; }
dt { color: var(--soft); }
dd { margin: 0; }
.table { overflow-x: auto; margin: .7rem 0; }
table { border-collapse: collapse; font-size: .93rem; font-variant-numeric: tabular-nums;
  overflow-wrap: normal; }
th, td { text-align: left; padding: .3rem 1.4rem .3rem 0; vertical-align: top;
  border-bottom: 1px solid var(--rule); }
th { color: var(--soft); font-weight: 500; border-bottom: 1.5px solid var(--ink);
  white-space: nowrap; }
th.n, td.n { text-align: right; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
tr { break-inside: avoid; }
tbody tr:first-child { break-after: avoid; }
tbody tr:last-child, tbody tr:nth-last-child(2) { break-before: avoid; }
tr.main td { font-weight: 650; }
td { max-width: 24rem; }
td:first-child { min-width: 6.5rem; overflow-wrap: anywhere; }
.pictures { display: grid; grid-template-columns: 1fr 1fr; gap: 1.4rem 2rem; margin: 1rem 0;
  align-items: start; }
.pictures .wide { grid-column: 1 / -1; }
figure { margin: 0; break-inside: avoid; min-width: 0; }
figure img { display: block; max-width: 100%; height: auto; margin: .2rem 0 .4rem; }
figcaption { max-width: 46rem; }
.item { border-left: 4px solid var(--rule); padding: .1rem 0 .1rem .9rem; margin: 1rem 0;
  break-inside: avoid; }
.item.l1 { border-left-color: #b8860b; }
.item.l2 { border-left-color: #b3261e; }
.item .word { color: var(--soft); font-weight: 400; }
.item.l2 .word { color: #b3261e; }
.item p { margin: .25rem 0; }
pre { background: var(--tint); border: 1px solid var(--rule); border-radius: 4px;
  padding: .7rem .9rem; font: .82rem/1.45 ui-monospace, "SF Mono", Menlo, Consolas,
  "DejaVu Sans Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere; margin: .6rem 0; }
footer { margin-top: 2.5rem; padding-top: .6rem; border-top: 1px solid var(--rule); }
@media (max-width: 44rem) {
  body { padding: 1.2rem 1rem 2rem; }
  h1 { font-size: 1.4rem; }
  .pictures { grid-template-columns: 1fr; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .45rem; }
  th, td { padding-right: .9rem; }
}
@page { size: A4; margin: 17mm 16mm 18mm;
  @bottom-right { content: counter(page); font: 8pt sans-serif; color: #5d6570; } }
@media print {
  html { font-size: 10.2pt; }
  body { max-width: none; padding: 0; font-size: 10.2pt; line-height: 1.4; }
  header { margin-bottom: .6rem; }
  h2 { margin-top: 1.4rem; }
  .table { overflow: visible; }
  table { font-size: 9pt; }
  th, td { padding-right: .9rem; }
  .pictures { gap: 1rem 1.2rem; }
  figure img { max-height: 215mm; }
  pre { background: none; font-size: 8pt; }
  p, li, dd { orphans: 3; widows: 3; }
  p:has(+ pre), p:has(+ .table) { break-after: avoid; }
  pre { break-inside: avoid; }
}
""".strip()
