/**
 * Where to go after signing in. The value stands in the address bar, so anybody can write it into a link: only a path
 * inside this app is accepted, whatever trick of spelling is used for another host (`//evil`, `/\evil`, `/%2F/evil`,
 * `/.//evil`, tabs and line breaks that browsers drop).
 */
export const home = "/";

const entrances = new Set(["/login", "/register", "/forgot", "/setup", "/reset", "/confirm"]);

export function safeReturnTo(raw: string | null | undefined): string {
  if (!raw || raw.length > 2000) return home;
  if (!raw.startsWith("/")) return home;
  // 1. Look at every spelling that some decoder on the way could make of it.
  let spelling = raw;
  for (let round = 0; ; round += 1) {
    if (looksForeign(spelling)) return home;
    let decoded: string;
    try {
      decoded = decodeURIComponent(spelling);
    } catch {
      if (round === 0) return home;
      break; // what is left is a literal per cent sign
    }
    if (decoded === spelling) break;
    if (round === 4) return home;
    spelling = decoded;
  }
  // 2. Resolve it as the browser would, and keep only what is still ours afterwards.
  const origin = "http://kontor.invalid";
  let url: URL;
  try {
    url = new URL(raw, origin);
  } catch {
    return home;
  }
  if (url.origin !== origin || looksForeign(url.pathname)) return home;
  if (url.pathname === "/" || entrances.has(url.pathname.replace(/\/+$/, ""))) return home;
  return url.pathname + url.search + url.hash;
}

const controls = /[\u0000-\u001f\u007f]/;

function looksForeign(path: string): boolean {
  return path.startsWith("//") || path.includes("\\") || controls.test(path);
}

/** The login page's address for somebody who wanted to see `from`. */
export function loginPath(from: { pathname: string; search: string; hash: string }): string {
  const target = from.pathname + from.search + from.hash;
  const safe = safeReturnTo(target);
  return safe === home ? "/login" : `/login?return_to=${encodeURIComponent(safe)}`;
}
