/** The zones that this browser knows; a stored one that it does not know is one of them nevertheless. */
export function timeZones(stored: string): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return stored === "system" || known.includes(stored) ? known : [stored, ...known];
}
