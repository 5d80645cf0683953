// Runs the measurements, prints a table, and writes bench/results; with --write the table of docs/benchmarks.md, too. Started by script/bench.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { measurements } from "./measurements.mjs";
import { root } from "./servers.mjs";
import { writeTable } from "./table.mjs";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { strict: { type: "boolean" }, list: { type: "boolean" }, quick: { type: "boolean" }, write: { type: "boolean" } },
});
if (flags.list) {
  for (const [name, { about }] of Object.entries(measurements)) console.log(`${name.padEnd(15)}${about}`);
  process.exit(0);
}
const names = positionals.length ? positionals : Object.keys(measurements);
for (const name of names) {
  if (!measurements[name]) {
    console.error(`There is no measurement '${name}': ${Object.keys(measurements).join(", ")}`);
    process.exit(2);
  }
}

const cores = os.availableParallelism();
const options = { cores, rounds: flags.quick ? 1 : 5, seconds: flags.quick ? 1 : 4, most: flags.quick ? 100_000 : 1_000_000 };
const shown = (value) => (value >= 1000 ? Math.round(value).toLocaleString("en") : value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2));

const folder = path.join(root, "bench/results");
mkdirSync(folder, { recursive: true });
const git = (...args) => { try { return execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim(); } catch { return ""; } };
const circumstances = {
  commit: git("rev-parse", "HEAD") + (git("status", "--porcelain", "--untracked-files=no") ? " with changes" : ""),
  machine: { cores, processor: os.cpus()[0]?.model ?? "", memory_mb: Math.round(os.totalmem() / 2 ** 20), kernel: os.release() },
  options,
};

let missed = 0;
let broken = 0;
const results = {};
console.log(`${"measured".padEnd(68)}${"value".padStart(10)} ${"unit".padEnd(11)} goal`);
for (const name of names) {
  const began = performance.now();
  try {
    const { rows, details, problem } = await measurements[name].run(options);
    results[name] = { seconds: Math.round((performance.now() - began) / 100) / 10, rows, details };
    if (problem !== undefined) {
      broken++;
      console.log(`${name}: ${problem}`);
    }
    for (const { what, value, unit, goal, good } of rows) {
      if (good === false) missed++;
      console.log(`${what.padEnd(68)}${shown(value).padStart(10)} ${unit.padEnd(11)} ${goal ? `${goal}  ${good ? "met" : "MISSED"}` : ""}`.trimEnd());
    }
    // Each part has its own file, so that the table can be made of parts that were measured one after the other.
    writeFileSync(path.join(folder, `${name}.json`), `${JSON.stringify({ at: new Date().toISOString(), ...circumstances, ...results[name] }, null, 2)}\n`);
  } catch (problem) {
    broken++;
    results[name] = { error: String(problem.message) };
    console.log(`${name}: could not be measured: ${problem.message}`);
  }
}

writeFileSync(path.join(folder, "latest.json"), `${JSON.stringify({ at: new Date().toISOString(), ...circumstances, results }, null, 2)}\n`);
if (flags.write) writeTable(path.join(root, "docs/benchmarks.md"), folder, measurements, shown);
console.log(`\n${missed ? `${missed} goals missed` : "All goals met"}${broken ? `, ${broken} measurements failed` : ""}; written to bench/results${flags.write ? " and docs/benchmarks.md" : ""}`);
process.exit(broken || (flags.strict && missed) ? 1 : 0);
