/**
 * Code as it is: signs that turn the direction of what follows could show a program that is another one (CVE-2021-42574), so in
 * code they are shown and turn nothing. In text they end with their paragraph.
 */
export function withVisibleDirections(code: string): string {
  return code.replace(
    /[\u202A-\u202E\u2066-\u2069]/g,
    (sign) => `⟨U+${sign.charCodeAt(0).toString(16).toUpperCase()}⟩`,
  );
}
