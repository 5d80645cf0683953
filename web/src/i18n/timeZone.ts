/** In which zone times are written: the account's choice, or the computer's own. */
import { create } from "zustand";

export const useTimeZone = create<{ timeZone: string | undefined }>(() => ({ timeZone: undefined }));

/** `system`, and a zone that this browser does not know, mean the computer's. */
export function setTimeZone(name: string): void {
  useTimeZone.setState({ timeZone: name !== "system" && isKnown(name) ? name : undefined });
}

function isKnown(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
