import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { readStored, writeStored } from "@/app/stored";
import { de } from "./de";
import { en } from "./en";
import { chooseLanguage, type Language, languageKey } from "./language";

export const i18n = i18next.createInstance();

void i18n.use(initReactI18next).init({
  lng: chooseLanguage(readStored(languageKey), navigator.languages ?? []),
  fallbackLng: "en",
  supportedLngs: ["de", "en"],
  resources: { de: { translation: de }, en: { translation: en } },
  // React escapes what it renders; escaping twice would show &amp; to people.
  interpolation: { escapeValue: false },
  initAsync: false,
});

document.documentElement.lang = i18n.language;
i18n.on("languageChanged", (language) => {
  document.documentElement.lang = language;
});

export function setLanguage(language: Language): void {
  writeStored(languageKey, language);
  void i18n.changeLanguage(language);
}
