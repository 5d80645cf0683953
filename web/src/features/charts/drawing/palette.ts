/** The colours of a chart: those of the page, read where the chart stands, so that both themes are one place's matter (charts.css). */

export interface Palette {
  ground: string;
  ink: string;
  muted: string;
  line: string;
  rule: string;
  accent: string;
  rise: string;
  fall: string;
  riseFaint: string;
  fallFaint: string;
  /** For indicators without a colour of their own, in turn. */
  lines: readonly string[];
}

const names = {
  ground: "--color-sheet",
  ink: "--color-ink",
  muted: "--color-muted",
  line: "--color-line",
  rule: "--color-rule",
  accent: "--color-accent",
  rise: "--chart-rise",
  fall: "--chart-fall",
  riseFaint: "--chart-rise-faint",
  fallFaint: "--chart-fall-faint",
} as const;

export const lineColors = 6;

export function readPalette(place: HTMLElement): Palette {
  const probe = document.createElement("span");
  probe.hidden = true;
  place.append(probe);
  const read = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color || "#888888";
  };
  try {
    const fixed = Object.fromEntries(Object.entries(names).map(([key, name]) => [key, read(name)]));
    const lines = Array.from({ length: lineColors }, (_, at) => read(`--chart-line-${at + 1}`));
    return { ...(fixed as Record<keyof typeof names, string>), lines };
  } finally {
    probe.remove();
  }
}

/** `rgb(16, 32, 48)` as a colour field wants it. */
export function hexOf(color: string): string {
  if (/^#[0-9a-f]{6}$/i.test(color)) return color.toLowerCase();
  const parts = /^rgba?\((\d+),\s*(\d+),\s*(\d+)/.exec(color)?.slice(1) ?? ["0", "0", "0"];
  return `#${parts.map((part) => Number(part).toString(16).padStart(2, "0")).join("")}`;
}

/** Of each output of an indicator: bands have one colour, a line beside the first one has another. */
export function outputColors(
  palette: Palette,
  place: number,
  own: string | undefined,
  outputs: readonly string[],
): string[] {
  const at = (step: number) => palette.lines[(place + step) % palette.lines.length] ?? palette.ink;
  return outputs.map((name) => (name === "signal" || name === "d" ? at(3) : (own ?? at(0))));
}
