/** Remembered choices (theme, language). Never anything secret; storage may be full, switched off or absent. */
export function readStored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function writeStored(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // The choice then lasts as long as the page.
  }
}

/** Before the owner's id and the conversation: features/chat/drafts.ts writes behind it. */
export const draftPrefix = "kontor.draft.";

/** Of everybody, or of all but one. */
export function forgetDrafts(except: string | null = null): void {
  try {
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(draftPrefix)) continue;
      if (except === null || !key.startsWith(`${draftPrefix}${except}.`)) localStorage.removeItem(key);
    }
  } catch {
    // There is no storage, and nothing in it.
  }
}
