// Prints the licences of what others made and what ends up inside the program: node licences.mjs PROJECT_FOLDER
//
// Those are the packages of the web app, and the libraries whose headers are compiled in. Shared libraries are not in the program; the
// system has them, with their licences.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { shippedPlaces } from "../web/scripts/parts.mjs";

const project = process.argv[2];
if (!project) {
  console.error("usage: node licences.mjs PROJECT_FOLDER");
  process.exit(2);
}
const web = join(project, "web");
const read = (...parts) => readFileSync(join(...parts), "utf8");

/** The texts of a folder whose names say that they are of the licence. */
function textsIn(folder) {
  return readdirSync(folder)
    .filter((name) => /^(?:licen[cs]e|copying|notice)/i.test(name))
    .sort()
    .map((name) => read(folder, name).replaceAll("\r\n", "\n").trim());
}

/** Who has which text: many packages share one. */
const namesByText = new Map();
function add(name, text) {
  namesByText.set(text, [...(namesByText.get(text) ?? []), name]);
}

for (const place of shippedPlaces(JSON.parse(read(web, "package-lock.json")))) {
  const { name, version, license, author } = JSON.parse(read(web, place, "package.json"));
  const texts = textsIn(join(web, place));
  const of = typeof author === "string" ? author : author?.name;
  // Some packages state their licence and do not repeat its text.
  if (texts.length === 0) texts.push(`Licence ${license}${of ? `, Copyright ${of}` : ""}. The package holds no text of it.`);
  for (const text of texts) add(`${name} ${version}`, text);
}

/** Where Debian keeps what the authors of these libraries say. */
for (const [name, folder] of [
  ["Boost", "libboost1.81-dev"],
  ["CLI11", "libcli11-dev"],
  ["fmt", "libfmt-dev"],
  ["spdlog", "libspdlog-dev"],
  ["SOCI", "libsoci-dev"],
]) {
  const file = `/usr/share/doc/${folder}/copyright`;
  if (!existsSync(file)) throw new Error(`${file} is not there: script/bootstrap build installs ${folder}`);
  add(`${name} (headers)`, readFileSync(file, "utf8").trim());
}

add("zxcvbn (list of passwords)", read(project, "tests/vectors/passwords/LICENSE").trim());

console.log("Kontor contains parts of others. Each licence follows the names of those it belongs to.\n");
for (const [text, names] of namesByText) console.log(`${"=".repeat(100)}\n${names.join("\n")}\n${"-".repeat(100)}\n${text}\n`);
