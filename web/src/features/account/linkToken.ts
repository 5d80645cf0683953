/** The token of `/setup#token=…` and its like, or null. The fragment is sent to nobody. */
export function linkToken(fragment: string): string | null {
  const token = new URLSearchParams(fragment.replace(/^#/, "")).get("token");
  return token === null || token === "" ? null : token;
}
