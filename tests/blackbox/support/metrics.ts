/** The page of /metrics, read as strictly as its format is written (Prometheus text format, version 0.0.4). */
import type { Program } from "./program";

export interface Family {
  help: string;
  type: "counter" | "gauge" | "histogram";
  samples: Sample[];
}
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}
export type Metrics = Map<string, Family>;

const name = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const number = /^(NaN|[+-]Inf|[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)$/;

function unescaped(text: string, quoted: boolean): string {
  const allowed = quoted ? /^(?:[^\\"\n]|\\[\\n"])*$/ : /^(?:[^\\\n]|\\[\\n])*$/;
  if (!allowed.test(text)) throw new Error(`badly escaped: ${text}`);
  return text.replaceAll(/\\(.)/g, (_, c: string) => (c === "n" ? "\n" : c));
}

function labelsIn(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (rest !== "") {
    const one = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^\\"\n]|\\.)*)"(?:,(?=[a-zA-Z_])|$)/.exec(rest);
    if (one === null) throw new Error(`no label: ${rest}`);
    const [all, label = "", value = ""] = one;
    if (label in labels) throw new Error(`${label} stands twice: ${text}`);
    labels[label] = unescaped(value, true);
    rest = rest.slice(all.length);
  }
  return labels;
}

/** Throws for whatever a strict reader would not take. */
export function parseMetrics(text: string): Metrics {
  if (!text.endsWith("\n") || text.includes("\r") || text.includes("\n\n")) throw new Error("lines do not end as they must");
  const families: Metrics = new Map();
  const seen = new Set<string>();
  let now: [string, Family] | undefined;
  let help: [string, string] | undefined;
  for (const line of text.slice(0, -1).split("\n")) {
    const said = new RegExp(`^# HELP (${name}) (.+)$`).exec(line);
    if (said !== null) {
      if (families.has(said[1] as string) || help !== undefined) throw new Error(`told of twice: ${line}`);
      help = [said[1] as string, unescaped(said[2] as string, false)];
      continue;
    }
    const typed = new RegExp(`^# TYPE (${name}) (counter|gauge|histogram)$`).exec(line);
    if (typed !== null) {
      if (help?.[0] !== typed[1]) throw new Error(`TYPE without its HELP: ${line}`);
      now = [typed[1] as string, { help: help?.[1] as string, type: typed[2] as Family["type"], samples: [] }];
      families.set(...now);
      help = undefined;
      continue;
    }
    const sample = new RegExp(`^(${name})(?:\\{(.*)\\})? (\\S+)$`).exec(line);
    if (sample === null || now === undefined || help !== undefined) throw new Error(`no line of this format: ${line}`);
    const [, called = "", labels = "", value = ""] = sample;
    const [family, { type, samples }] = now;
    const names = type === "histogram" ? ["_bucket", "_sum", "_count"].map((suffix) => family + suffix) : [family];
    if (!names.includes(called)) throw new Error(`${line} stands under ${family}`);
    if (!number.test(value)) throw new Error(`no number: ${line}`);
    const read = { name: called, labels: labelsIn(labels), value: Number(value.replace("Inf", "Infinity")) };
    const key = `${called} ${JSON.stringify(Object.entries(read.labels).sort())}`;
    if (seen.has(key)) throw new Error(`stands twice: ${line}`);
    seen.add(key);
    if (type === "counter" && !(read.value >= 0)) throw new Error(`a counter below zero: ${line}`);
    samples.push(read);
  }
  for (const [family, { type, samples }] of families) if (type === "histogram") checkHistogram(family, samples);
  return families;
}

function checkHistogram(family: string, samples: Sample[]): void {
  const series = new Map<string, Sample[]>();
  for (const sample of samples) {
    const { le: _, ...rest } = sample.labels;
    const key = JSON.stringify(rest);
    series.set(key, [...(series.get(key) ?? []), sample]);
  }
  for (const [key, all] of series) {
    const buckets = all.filter((each) => each.name.endsWith("_bucket"));
    const bounds = buckets.map((each) => Number((each.labels["le"] ?? "").replace("Inf", "Infinity")));
    const grows = (values: number[], strictly: boolean): boolean => values.every((value, i) => i === 0 || value > (values[i - 1] as number) || (!strictly && value === values[i - 1]));
    const count = all.find((each) => each.name === `${family}_count`)?.value;
    const sum = all.find((each) => each.name === `${family}_sum`)?.value;
    if (!grows(bounds, true) || bounds.at(-1) !== Infinity) throw new Error(`${family}${key}: bounds ${bounds}`);
    if (!grows(buckets.map((each) => each.value), false) || buckets.at(-1)?.value !== count) throw new Error(`${family}${key}: not cumulative`);
    if (sum === undefined || !(sum >= 0)) throw new Error(`${family}${key}: no sum`);
  }
}

/** As the machine itself asks. */
export async function metricsOf(program: Program): Promise<Metrics> {
  const reply = await program.send("GET", "/metrics");
  if (reply.status !== 200) throw new Error(`/metrics: ${reply.status} ${reply.text}`);
  return parseMetrics(reply.text);
}

/** The value of the one sample with these labels; 0 where a series has nothing to say yet. */
export function valueOf(metrics: Metrics, called: string, labels: Record<string, string> = {}): number {
  const family = metrics.get(called) ?? metrics.get(called.replace(/_(bucket|sum|count)$/, ""));
  if (family === undefined) throw new Error(`there is no ${called}`);
  const found = family.samples.filter((each) => each.name === called && Object.entries(labels).every(([label, value]) => each.labels[label] === value));
  if (found.length > 1) throw new Error(`${called} ${JSON.stringify(labels)} is more than one`);
  return found[0]?.value ?? 0;
}
