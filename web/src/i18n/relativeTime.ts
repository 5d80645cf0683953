/** "3 minutes ago", in the largest unit that fits. */
const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** Which amount of which unit; less than a minute is "now", also where two clocks differ a little. */
export function relativeParts(then: number, now: number): { value: number; unit: Intl.RelativeTimeFormatUnit } {
  const seconds = Math.round((then - now) / 1000);
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return { value: Math.trunc(seconds / size), unit };
  }
  return { value: 0, unit: "second" };
}
