/** For tests: how much of the processor something takes, in milliseconds; what else the machine does counts not. */
export function effort(act: () => unknown): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
