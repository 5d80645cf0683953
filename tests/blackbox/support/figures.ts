/** Figures that somebody asked for. A test tells them in its log, and to `script/bench`, which runs some tests for their sake. */
import { appendFileSync } from "node:fs";

export interface Figure {
  what: string;
  value: number;
  unit: string;
  /** What it is to be at the most or at the least, on a machine that does nothing else. A test asks for less. */
  atMost?: number;
  atLeast?: number;
  /** What it is measured beside. */
  floor?: string;
}

export function tell(figure: Figure): void {
  const { what, value, unit, atMost, atLeast } = figure;
  const goal = atMost !== undefined ? ` (at most ${atMost})` : atLeast !== undefined ? ` (at least ${atLeast})` : "";
  console.log(`${what}: ${value.toFixed(value < 10 ? 2 : 1)} ${unit}${goal}`);
  const file = process.env["KONTOR_FIGURES"];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(figure)}\n`);
}
