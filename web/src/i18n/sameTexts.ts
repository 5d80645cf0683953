/** Texts that are the same in German and English, and why; texts.test.ts compares. */
export const same: Readonly<Record<string, Readonly<Record<string, string>>>> = {};
