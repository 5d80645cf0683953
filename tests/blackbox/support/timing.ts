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
