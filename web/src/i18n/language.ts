/** Which language the pages speak: a remembered choice, else the browser's first that we have, else English. */
export const languages = ["de", "en"] as const;
export type Language = (typeof languages)[number];

export const languageKey = "kontor.language"; // also read by public/early.js

export function isLanguage(value: unknown): value is Language {
  return value === "de" || value === "en";
}

export function chooseLanguage(stored: string | null, preferred: readonly string[]): Language {
  if (isLanguage(stored)) return stored;
  for (const tag of preferred) {
    const primary = tag.toLowerCase().split(/[-_]/)[0];
    if (isLanguage(primary)) return primary;
  }
  return "en";
}

/** How dates are written: in the chosen language, with the region of the browser where it speaks that language. */
export function formatLocale(language: string, preferred: readonly string[]): string {
  return preferred.find((tag) => tag.toLowerCase().split("-")[0] === language) ?? language;
}
