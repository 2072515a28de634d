// Builds the page: one script, one style sheet, one document, and the licenses of what is inside.
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
await copyFile(join(here, "src/index.html"), join(out, "index.html"));
const plot = await readFile(join(here, "node_modules/uplot/LICENSE"), "utf8");
await writeFile(join(out, "LICENSES.txt"), `lab.js and lab.css contain uPlot.\n\n${plot}`);

let bytes = 0;
for (const name of ["index.html", "lab.js", "lab.css", "LICENSES.txt"]) {
  bytes += (await stat(join(out, name))).size;
}
console.log(`${out}: ${bytes} bytes`);
if (bytes > most) throw new Error(`The page may have ${most} bytes.`);
