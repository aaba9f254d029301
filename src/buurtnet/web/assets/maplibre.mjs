// MapLibre, built from the source that its package brings, without what a flat map of areas never does: globes, terrain, heat, hills, buildings,
// pictures from the air, another format of tiles, and the check of styles, for ours come from our own server and are tested there. That is a fifth
// less for a phone to fetch and to read (184 kB instead of 230). The page and its worker are modules that share the rest, so that it travels once.
import { readFile } from "node:fs/promises";
import path from "node:path";

const MAPLIBRE = "node_modules/maplibre-gl/src";
const SPEC = "node_modules/@maplibre/maplibre-gl-style-spec/src";
const LAYERS = "(circle|heatmap|hillshade|color_relief|fill_extrusion|raster)";
/** What the map never uses, by folder: patterns of whole file names. Each has to match something, or the build stops. */
const UNUSED = {
  [`${MAPLIBRE}/geo/projection`]: ["globe_(?!utils).*", "vertical_perspective_.*"],
  [`${MAPLIBRE}/style/style_layer`]: [`${LAYERS}_style_layer(_properties\\.g)?`, "custom_style_layer"],
  [`${MAPLIBRE}/data/bucket`]: ["(circle|heatmap|fill_extrusion)_bucket"],
  [`${MAPLIBRE}/source`]: ["vector_tile_mlt", "raster_tile_source", "raster_dem_tile_(worker_)?source", "(video|image|canvas)_source"],
  [`${MAPLIBRE}/render`]: ["terrain"],
  [`${MAPLIBRE}/webgl`]: ["render_to_texture"],
  [`${MAPLIBRE}/webgl/draw`]: [`draw_${LAYERS}`, "draw_(custom|debug|collision_debug|terrain|sky)"],
  [`${MAPLIBRE}/shaders/glsl`]: [
    `${LAYERS}(_texture|_prepare|_pattern)?\\.(vertex|fragment)\\.glsl\\.g`,
    "(terrain|terrain_depth|terrain_coords|atmosphere|sky|debug|collision_box|collision_circle)\\.(vertex|fragment)\\.glsl\\.g",
    "(_projection_globe|projection_error_measurement|line_gradient|line_gradient_sdf|line_sdf)\\.(vertex|fragment)\\.glsl\\.g",
  ],
  [`${MAPLIBRE}/ui`]: ["hash"],
  [`${MAPLIBRE}/ui/control`]: ["(attribution|logo)_control"],
};

/** What its licence wants to be read beside it. */
export async function maplibreNotice(root) {
  const { version } = JSON.parse(await readFile(path.join(root, "node_modules/maplibre-gl/package.json"), "utf8"));
  return `/* MapLibre GL JS ${version}, © MapLibre contributors, 3-Clause BSD licence */`;
}

/** The names of an unused module, so that whoever imports them still can: classes that nobody may make, functions that say no, texts without words. */
function emptied(source) {
  const names = [...source.matchAll(/^export (?:async |abstract )*(class|function|const) (\w+)/gm)];
  const lines = names.map(([, kind, name]) =>
    kind === "class" ? `export class ${name} { constructor() { throw new Error("${name} is not in this build"); } }` : `export function ${name}() {}`);
  return lines.join("\n") + (/^export default /m.test(source) ? '\nexport default "";' : "");
}

/** The check of styles, of all of them and of each part: nothing is wrong. */
const CHECK = "const none = () => []; export const validateStyleMin = new Proxy(none, { get: () => none });";

/** The reference of styles without the words for people, as in MapLibre's own build. */
function withoutWords(reference) {
  return JSON.stringify(JSON.parse(reference, (key, value) => (["doc", "example", "sdk-support"].includes(key) ? undefined : value)));
}

/** `import { Map, setWorkerUrl } from "maplibre-gl"` and, for the worker, `import "maplibre-gl/worker"`. */
export function maplibrePlugin(root) {
  return {
    name: "maplibre",
    setup(build) {
      const left = new Map();
      for (const [folder, names] of Object.entries(UNUSED)) for (const name of names) left.set(`${folder}/${name}`, new RegExp(`/${folder}/${name}\\.ts$`));
      const missed = new Set(left.keys());
      build.onResolve({ filter: /^maplibre-gl(\/worker)?$/ }, ({ path: wanted }) => ({ path: wanted, namespace: "maplibre" }));
      build.onResolve({ filter: /^@maplibre\/maplibre-gl-style-spec$/ }, () => ({ path: path.join(root, SPEC, "index.ts"), sideEffects: false }));
      build.onLoad({ filter: /.*/, namespace: "maplibre" }, ({ path: wanted }) => ({
        contents: wanted.endsWith("worker")
          ? 'import "./source/worker.ts";'
          : 'import { config } from "./util/config.ts"; export { Map } from "./ui/map.ts"; export const setWorkerUrl = (address) => { config.WORKER_URL = address; };',
        resolveDir: path.join(root, MAPLIBRE),
      }));
      build.onLoad({ filter: /\/maplibre-gl-style-spec\/src\/validate_style\.min\.ts$/ }, () => ({ contents: CHECK, loader: "js" }));
      build.onLoad({ filter: /\/maplibre-gl(-style-spec)?\/src\/.*\.ts$/ }, async ({ path: file }) => {
        const source = await readFile(file, "utf8");
        const name = [...left].find(([, pattern]) => pattern.test(file))?.[0];
        if (name) {
          missed.delete(name);
          return { contents: emptied(source), loader: "js" };
        }
        // Each kind of matrix as a module of its own, so that what nobody calls is left out.
        const contents = source
          .replace(/^import \{([^}]+)\} from 'gl-matrix';/m, (_, kinds) =>
            kinds.split(",").map((kind) => kind.trim()).filter((kind) => kind && !kind.startsWith("type ")).map((kind) => `import * as ${kind} from 'gl-matrix/esm/${kind}.js';`).join(" "))
          .replace("new Worker(config.WORKER_URL)", "new Worker(config.WORKER_URL, {type: 'module'})");
        return { contents, loader: "ts" };
      });
      build.onLoad({ filter: /\/reference\/v8\.json$/ }, async ({ path: file }) => ({ contents: withoutWords(await readFile(file, "utf8")), loader: "json" }));
      build.onLoad({ filter: /\/maplibre-gl\/package\.json$/ }, async ({ path: file }) => {
        const { version } = JSON.parse(await readFile(file, "utf8"));
        return { contents: JSON.stringify({ version }), loader: "json" };
      });
      build.onEnd(() => (missed.size ? { errors: [{ text: `MapLibre has no ${[...missed].join(", ")} any more: see what the map needs now` }] } : {}));
    },
  };
}
