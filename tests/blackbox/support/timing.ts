/** Comparing how long things take on a machine that does other things as well. */

export function quantile(values: number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * part)] as number;
}

export const median = (values: number[]): number => quantile(values, 0.5);

/** How much more the largest is than the smallest: 0.05 for 5 %. */
export function spreadOf(values: number[]): number {
  return Math.max(...values) / Math.min(...values) - 1;
}

/** Now, in microseconds since 1970: a number that a reader of many sockets finds in a frame. */
export const stamp = (): number => Math.round((performance.timeOrigin + performance.now()) * 1000);
