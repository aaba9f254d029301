// MapLibre in two files of our own origin instead of a blob or two overlapping bundles. Its distribution holds three modules, each on one
// line: `shared`, `worker` and `index`. The page and the worker load the same file with `shared` and `worker`, so that it travels once (230 kB
// compressed in all; the two bundles of its build for content security policies are 305 kB). `index` is bundled with the script that uses it.
import { readFile } from "node:fs/promises";
import path from "node:path";

/** The three modules as the source of their factories; stops the build where a new version is put together differently. */
export async function splitMaplibre(root) {
  const folder = path.join(root, "node_modules/maplibre-gl");
  const { version } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const lines = (await readFile(path.join(folder, "dist/maplibre-gl.js"), "utf8")).split("\n");
  const factory = (name) => {
    const line = lines.find((one) => one.startsWith(`define("${name}",`));
    const found = line && /^define\("\w+",\[[^\]]*\],(\(function[\s\S]*\))\);$/.exec(line.trim());
    if (!found) throw new Error(`maplibre-gl ${version}: the module ${name} is not where it was`);
    return found[1];
  };
  const notice = `/* MapLibre GL JS ${version}, © MapLibre contributors, 3-Clause BSD licence */\n`;
  const shared = `${notice}"use strict";globalThis.maplibreShared={};${factory("shared")}(maplibreShared);if(typeof document==="undefined")${factory("worker")}(maplibreShared);\n`;
  const index = `const made={};${factory("index")}(made,globalThis.maplibreShared);const{Map:Sheet,setWorkerUrl}=made;export{Sheet as Map,setWorkerUrl};`;
  return { shared, index };
}

/** `import … from "maplibre-gl"` gives the module `index`; the page loads maplibre-shared.js before. */
export function maplibrePlugin(index) {
  return {
    name: "maplibre",
    setup(build) {
      build.onResolve({ filter: /^maplibre-gl$/ }, () => ({ path: "maplibre-gl", namespace: "maplibre" }));
      build.onLoad({ filter: /.*/, namespace: "maplibre" }, () => ({ contents: index, loader: "js" }));
    },
  };
}
