/** What Kontor's indicators tell, asked from the program that the build puts beside it. */
import { spawn } from "node:child_process";
import path from "node:path";
import type { Candle } from "./candles";
import { programFile } from "./environment";

const file = process.env["KONTOR_INDICATOR_VALUES"] ?? path.join(path.dirname(programFile), "kontor_indicator_values");

export interface Told {
  text: string;
  outputs: { name: string; values: (number | null)[] }[];
}

/** One for each text of an indicator. */
export async function indicatorValues(texts: string[], candles: Candle[]): Promise<Told[]> {
  const rows = candles.map(({ time, open, high, low, close, volume }) => [time, open, high, low, close, volume].join(" "));
  const printed = await run(`${texts.join("\n")}\n\n${rows.map((row) => `${row}\n`).join("")}`);
  return printed.trimEnd().split("\n").map((line) => JSON.parse(line) as Told);
}

function run(input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, { stdio: "pipe" });
    let printed = "";
    let complaint = "";
    child.stdout.setEncoding("utf8").on("data", (piece: string) => (printed += piece));
    child.stderr.setEncoding("utf8").on("data", (piece: string) => (complaint += piece));
    child.on("error", reject);
    child.stdin.on("error", () => undefined); // It ended early, and says why.
    child.on("close", (code) => (code === 0 ? resolve(printed) : reject(new Error(`${file} ended with ${code}: ${complaint}`))));
    child.stdin.end(input);
  });
}
