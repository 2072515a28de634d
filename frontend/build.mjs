// Builds the page: one script, one style sheet, one document, and the licenses of what is inside; and the
// widget for notebooks, one module.
import { build } from "esbuild";
import { copyFile, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, "../src/neurona/laboratory/static");
const most = 300_000;

await mkdir(out, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: [{ in: "src/main.ts", out: "lab" }, { in: "src/style.css", out: "lab" }],
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
});

// in a notebook all stands in one module: the style sheet too, for a box of its own instead of a document
const styled = (await readFile(join(out, "lab.css"), "utf8")) + (await readFile(join(here, "src/widget.css"), "utf8"));
const boxed = styled
  .replace(/:root((?:\[[^\]]*\]|:not\([^)]*\))+)/g, ":host($1)")
  .replaceAll(":root", ":host")
  .replace(/(^|})(?:html|body)\{[^}]*\}/g, "$1")
  .replace(/@media ?(\((?:min-|max-)?width[^{]*)\{/g, "@container $1{");
await build({
  absWorkingDir: here,
  entryPoints: [{ in: "src/widget.ts", out: "widget" }],
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  define: { WIDGET_CSS: JSON.stringify(boxed) },
});
await copyFile(join(here, "src/index.html"), join(out, "index.html"));
const plot = await readFile(join(here, "node_modules/uplot/LICENSE"), "utf8");
await writeFile(join(out, "LICENSES.txt"), `lab.js, lab.css and widget.js contain uPlot.\n\n${plot}`);

let bytes = 0;
for (const name of ["index.html", "lab.js", "lab.css", "LICENSES.txt"]) {
  bytes += (await stat(join(out, name))).size;
}
console.log(`${out}: ${bytes} bytes`);
if (bytes > most) throw new Error(`The page may have ${most} bytes.`);
