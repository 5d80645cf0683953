// Writes the contract as JSON: node openapi.mjs OPENAPI_YAML OUT_JSON
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parse } from "yaml";

const [source, target] = process.argv.slice(2);
if (!source || !target) {
  console.error("usage: node openapi.mjs OPENAPI_YAML OUT_JSON");
  process.exit(2);
}
mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, `${JSON.stringify(parse(readFileSync(source, "utf8")))}\n`);
