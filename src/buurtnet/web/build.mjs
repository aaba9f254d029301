// Builds assets/ into static/: bundles under hashed names, each beside its .gz and .br, and manifest.json from source name to built name.
// Every assets/entries/*.js is an entry, every assets/*.css a sheet, everything in assets/copied keeps its name, and so does the worker, sw.js.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import esbuild from "esbuild";
import { maplibreNotice, maplibrePlugin } from "./assets/maplibre.mjs";
import { buildSprite } from "./assets/sprite.mjs";

const web = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(web, "../../..");
const assets = path.join(web, "assets");
const out = path.join(web, "static");
// A build appears as a whole: it is made beside the folder that is being served, and takes its place at the end.
const made = `${out}.${process.pid}`;

/** @type {Record<string, string>} */
const manifest = {};

const WORKER = "sw.js";
/** The page's script and the worker's share most of what they hold, in a file of its own. */
const MAP = ["map.js", "map-worker.js"];
/** What the worker keeps beforehand: what every page of a resident needs. */
const SHELL = ["app.css", "app.js", "whole.js", "icons.svg"];
/** What it keeps of the desk, for workers alone: enough to register somebody on the street. */
const DESK = ["desk.css", "desk.js"];
/** @type {esbuild.BuildOptions} */
const BUNDLED = {
  bundle: true,
  minify: true,
  target: ["chrome90", "firefox90", "safari15"],
  legalComments: "none",
  write: false,
  absWorkingDir: root,
  nodePaths: [path.join(root, "node_modules")],
  logLevel: "warning",
};

async function filesOf(folder, ending) {
  return (await readdir(folder)).filter((name) => name.endsWith(ending)).sort();
}

/** Writes the content under a name with its hash, and notes that name in the manifest. */
async function keep(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  const { name: stem, ext } = path.parse(name);
  manifest[name] = `${stem}-${hash}${ext}`;
  await writeFile(path.join(made, manifest[name]), content);
}

async function bundle() {
  const scripts = (await filesOf(path.join(assets, "entries"), ".js")).filter((name) => name !== WORKER && !MAP.includes(name)).map((name) => path.join(assets, "entries", name));
  const sheets = (await filesOf(assets, ".css")).map((name) => path.join(assets, name));
  const result = await esbuild.build({
    ...BUNDLED,
    entryPoints: [...scripts, ...sheets],
    format: "esm",
    loader: { ".svg": "dataurl", ".png": "dataurl" },
    outdir: made,
  });
  for (const file of result.outputFiles) await keep(path.basename(file.path), Buffer.from(file.contents));
}

/** The map as modules under names with the hashes of esbuild, by which they call one another. */
async function bundleMap() {
  const { outputFiles } = await esbuild.build({
    ...BUNDLED,
    entryPoints: MAP.map((name) => path.join(assets, "entries", name)),
    banner: { js: await maplibreNotice(root) },
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },  // As MapLibre is written: a field that is only declared is not emptied.
    format: "esm",
    splitting: true,
    entryNames: "[name]-[hash]",
    chunkNames: "map-shared-[hash]",
    outdir: made,
    plugins: [maplibrePlugin(root)],
  });
  for (const file of outputFiles) {
    const name = path.basename(file.path);
    manifest[name.replace(/-[A-Z0-9]{8}(?=\.js$)/, "")] = name;
    await writeFile(file.path, file.contents);
  }
  if (outputFiles.length !== MAP.length + 1) throw new Error("the map's page and worker share more than one file");
}

/** The languages of the screens, for each of which there is an offline page. */
async function languages() {
  const source = await readFile(path.join(web, "language.py"), "utf8");
  return [...source.matchAll(/^    Language\(code="([a-z]+)"/gm)].map((found) => found[1]);
}

/** What a notice on a device says, by language: the worker has no other way to the catalogues. */
async function news() {
  const text = "There is news for you";
  const said = { en: text };
  for (const code of await readdir(path.join(web, "locales"))) {
    const source = await readFile(path.join(web, "locales", code, "LC_MESSAGES", "messages.po"), "utf8").catch(() => "");
    const found = new RegExp(`^msgid "${text}"\\nmsgstr (".+")$`, "m").exec(source);
    if (found) said[code] = JSON.parse(found[1]);
  }
  return said;
}

/** The worker, as a script of its own that knows the names of this build. */
async function bundleWorker() {
  const shell = [...SHELL.map((name) => `/static/${manifest[name]}`), "/static/icon.svg", ...(await languages()).map((code) => `/offline/${code}`)];
  const name = createHash("sha256").update(`${Object.values(manifest)}`).digest("hex").slice(0, 8);
  const result = await esbuild.build({
    ...BUNDLED,
    entryPoints: [path.join(assets, "entries", WORKER)],
    format: "iife",
    define: {
      SHELL_OF_THIS_BUILD: JSON.stringify(shell),
      DESK_OF_THIS_BUILD: JSON.stringify(DESK.map((name) => `/static/${manifest[name]}`)),
      NAME_OF_THIS_BUILD: JSON.stringify(`shell-${name}`),
      NEWS_OF_THIS_BUILD: JSON.stringify(await news()),
    },
  });
  await writeFile(path.join(made, WORKER), result.outputFiles[0].contents);
}

async function compress() {
  for (const name of await readdir(made)) {
    if (!/\.(js|css|svg|json)$/.test(name) || name === "manifest.json") continue;
    const body = await readFile(path.join(made, name));
    await writeFile(path.join(made, `${name}.gz`), gzipSync(body, { level: 9 }));
    const params = { [constants.BROTLI_PARAM_QUALITY]: body.length > 1_000_000 ? 9 : 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length };
    await writeFile(path.join(made, `${name}.br`), brotliCompressSync(body, { params }));
  }
}

await rm(made, { recursive: true, force: true });
await mkdir(made, { recursive: true });
await bundle();
await bundleMap();
await keep("icons.svg", Buffer.from(await buildSprite(root)));
await bundleWorker();
for (const name of await readdir(path.join(assets, "copied"))) {
  await writeFile(path.join(made, name), await readFile(path.join(assets, "copied", name)));
}
await compress();
await writeFile(path.join(made, "manifest.json"), JSON.stringify(manifest, null, 1));
await rm(out, { recursive: true, force: true });
await rename(made, out);
