/**
 * Where a link of an answer may lead: out, by http, https or mail. Anything else (javascript:, data:, paths within this desk, which
 * an answer could make look like a page of ours) is text.
 */
export function safeAddress(raw: unknown): string | null {
  if (typeof raw !== "string" || raw.length > 4000) return null;
  let url: URL;
  try {
    // Without a base: what is not absolute leads nowhere.
    url = new URL(raw);
  } catch {
    return null;
  }
  return url.protocol === "http:" || url.protocol === "https:" || url.protocol === "mailto:" ? url.href : null;
}
