// Lists the packages of others that end up in the web app: node parts.mjs WEB_DIR OUT_FILE
//
// Those that package-lock.json needs for production, with what they need themselves, each with the version that is installed and
// the licence it states; and the styles that the build puts in. OUT_FILE becomes a source of the program (src/app/parts.hpp).
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Of the tools of the build, those that leave something of their own in what they make. */
const leaveSomething = ["tailwindcss"];

const readJson = (file) => JSON.parse(readFileSync(file, "utf8"));

/** The places in node_modules of what ends up in the web app. */
export function shippedPlaces(lock) {
  return Object.entries(lock.packages)
    .filter(([place, entry]) => place !== "" && !entry.dev && !entry.devOptional && !entry.optional)
    .map(([place]) => place)
    .concat(leaveSomething.map((name) => `node_modules/${name}`))
    .sort();
}

export function partsOf(web) {
  const seen = new Map();
  for (const place of shippedPlaces(readJson(join(web, "package-lock.json")))) {
    const { name, version, license } = readJson(join(web, place, "package.json"));
    if (typeof license !== "string" || license === "")
      throw new Error(`${place} does not say under which licence it is`);
    seen.set(`${name} ${version}`, { name, version, license });
  }
  return [...seen.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function sourceOf(parts) {
  const text = (value) => {
    if (!/^[\x20-\x7e]+$/.test(value) || /["\\]/.test(value)) throw new Error(`not fit for a source: ${value}`);
    return `"${value}"`;
  };
  const rows = parts.map(
    (part) => `      {${text(part.name)}, ${text(part.version)}, ${text(part.license)}, "web app"},\n`,
  );
  return `// Made by web/scripts/parts.mjs.
#include "app/parts.hpp"

#include <array>

namespace kontor::app {

std::span<const part> web_parts() {
  static constexpr auto all = std::to_array<part>({
${rows.join("")}  });
  return all;
}

}  // namespace kontor::app
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [web, out] = process.argv.slice(2);
  if (!web || !out) {
    console.error("usage: node parts.mjs WEB_DIR OUT_FILE");
    process.exit(2);
  }
  writeFileSync(out, sourceOf(partsOf(resolve(web))));
}
