// The table in docs/benchmarks.md, made of what was measured last of each part.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const [begin, end] = ["<!-- figures -->", "<!-- end of figures -->"];

export function writeTable(file, folder, measurements, shown) {
  const parts = Object.entries(measurements).map(([name, { about }]) => {
    const result = path.join(folder, `${name}.json`);
    return { name, about, ...(existsSync(result) ? JSON.parse(readFileSync(result, "utf8")) : {}) };
  });
  const cell = (text) => String(text ?? "").replaceAll("|", "\\|");
  const rows = parts.flatMap(({ name, about, rows: figures }) => {
    if (figures === undefined) return [`| ${about} | not measured yet | | | | \`script/bench ${name}\` |`];
    return figures.map(({ what, value, unit, goal, good, floor }) => {
      const verdict = goal === undefined ? "" : good ? "met" : "**missed**";
      return `| ${cell(what)} | ${shown(value)} ${unit}${unit === "" ? "" : " "}| ${cell(floor)} | ${goal === undefined ? "" : `${goal} ${unit}`} | ${verdict} | \`script/bench ${name}\` |`;
    });
  });
  const judged = parts.flatMap((part) => part.rows ?? []).filter((row) => row.goal !== undefined);
  const machine = parts.find((part) => part.machine !== undefined)?.machine;
  const isQuick = parts.some((part) => part.options?.rounds === 1);
  const lines = [
    machine === undefined ? "" : `Measured on a machine with ${machine.cores} cores (${machine.processor.trim() || "of an unknown kind"}) and ${Math.round(machine.memory_mb / 1024)} GB of memory, Linux ${machine.kernel}.`,
    isQuick ? "Some of it was measured in one short round (`--quick`), so it says that measuring works and little else." : "",
    `${judged.filter((row) => row.good).length} of ${judged.length} goals are met.`,
    "",
    "| what | measured | beside | goal | verdict | by |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows,
  ].filter((line, i) => line !== "" || i > 2);
  const text = readFileSync(file, "utf8");
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no place for the table: ${begin} … ${end}`);
  writeFileSync(file, `${text.slice(0, from + begin.length)}\n${lines.join("\n")}\n${text.slice(to)}`);
}
