// Runs the measurements, prints a table, and writes bench/results/latest.json. Started by script/bench.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { measurements } from "./measurements.mjs";
import { root } from "./servers.mjs";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { strict: { type: "boolean" }, list: { type: "boolean" }, quick: { type: "boolean" } },
});
if (flags.list) {
  for (const [name, { about }] of Object.entries(measurements)) console.log(`${name.padEnd(12)}${about}`);
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

const results = {};
let missed = 0;
let broken = 0;
console.log(`${"measured".padEnd(52)}${"value".padStart(10)} ${"unit".padEnd(11)} goal`);
for (const name of names) {
  const began = performance.now();
  try {
    const { rows, details } = await measurements[name].run(options);
    results[name] = { seconds: Math.round((performance.now() - began) / 100) / 10, rows, details };
    for (const { what, value, unit, goal, good } of rows) {
      if (good === false) missed++;
      console.log(`${what.padEnd(52)}${shown(value).padStart(10)} ${unit.padEnd(11)} ${goal ? `${goal}  ${good ? "met" : "MISSED"}` : ""}`.trimEnd());
    }
  } catch (problem) {
    broken++;
    results[name] = { error: String(problem.message) };
    console.log(`${name}: could not be measured: ${problem.message}`);
  }
}

const git = (...args) => { try { return execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim(); } catch { return ""; } };
const file = path.join(root, "bench/results/latest.json");
mkdirSync(path.dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify({
  at: new Date().toISOString(),
  commit: git("rev-parse", "HEAD") + (git("status", "--porcelain", "--untracked-files=no") ? " with changes" : ""),
  machine: { cores, processor: os.cpus()[0]?.model ?? "", memory_mb: Math.round(os.totalmem() / 2 ** 20), kernel: os.release() },
  options, results,
}, null, 2)}\n`);
console.log(`\n${missed ? `${missed} goals missed` : "All goals met"}${broken ? `, ${broken} measurements failed` : ""}; written to ${path.relative(root, file)}`);
process.exit(broken || (flags.strict && missed) ? 1 : 0);
