import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { readStored, writeStored } from "@/app/stored";
import { chooseLanguage, type Language, languageKey, languages } from "./language";

export const i18n = i18next.createInstance();

/** What came with pages that were opened; of both languages, so that either can be spoken on them. */
const more: Readonly<Record<Language, object>>[] = [];

/** Texts that stand beside those that every page has. */
export function addTexts(texts: Readonly<Record<Language, object>>): void {
  more.push(texts);
  for (const language of languages) {
    if (i18n.hasResourceBundle(language, "translation")) {
      i18n.addResourceBundle(language, "translation", texts[language], true, true);
    }
  }
}

/** The texts of one language are fetched when it is spoken; those of an area come with its pages. */
const texts = {
  type: "backend",
  read(language: string, namespace: string, done: (error: unknown, texts: object | null) => void) {
    if (namespace !== "translation") return done(null, {});
    const fetched = language === "de" ? import("./de").then(({ de }) => de) : import("./en").then(({ en }) => en);
    const spoken = language === "de" ? "de" : "en";
    fetched
      .then((found) => done(null, Object.assign({}, found, ...more.map((texts) => texts[spoken]))))
      .catch((error: unknown) => done(error, null));
  },
} as const;

// Nothing is drawn without words.
await i18n
  .use(texts)
  .use(initReactI18next)
  .init({
    lng: chooseLanguage(readStored(languageKey), navigator.languages ?? []),
    // Both languages have every text.
    fallbackLng: false,
    supportedLngs: ["de", "en"],
    // React escapes what it renders; escaping twice would show &amp; to people.
    interpolation: { escapeValue: false },
  });

document.documentElement.lang = i18n.language;
i18n.on("languageChanged", (language) => {
  document.documentElement.lang = language;
});

export function setLanguage(language: Language): void {
  writeStored(languageKey, language);
  void i18n.changeLanguage(language);
}
