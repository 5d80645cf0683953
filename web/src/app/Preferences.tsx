import { useId } from "react";
import { useTranslation } from "react-i18next";
import { setLanguage } from "@/i18n";
import { isLanguage, languages } from "@/i18n/language";
import { chooseForAccount } from "./chosen";
import { chooseTheme, themes, useTheme } from "./theme";

const languageNames = { de: "Deutsch", en: "English" } as const;

/** Language and theme, reachable on every page, signed in or not. */
export function Preferences() {
  const { t, i18n } = useTranslation();
  const { theme, setTheme } = useTheme();
  return (
    <div className="preferences" role="group" aria-label={t("app.footer")}>
      <Choice
        label={t("app.language")}
        value={i18n.language}
        options={languages.map((value) => ({ value, text: languageNames[value], lang: value }))}
        onChange={(value) => {
          if (!isLanguage(value)) return;
          setLanguage(value);
          chooseForAccount({ language: value });
        }}
      />
      <Choice
        label={t("app.theme.label")}
        value={theme}
        options={themes.map((value) => ({ value, text: t(`app.theme.${value}`) }))}
        onChange={(value) => {
          setTheme(chooseTheme(value));
          chooseForAccount({ theme: chooseTheme(value) });
        }}
      />
    </div>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  options: { value: string; text: string; lang?: string }[];
  onChange(value: string): void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div className="choice" role="radiogroup" aria-labelledby={id}>
      <span id={id} className="choice-label">
        {label}
      </span>
      <span className="choice-options">
        {options.map((option) => (
          <label key={option.value} className="choice-option" lang={option.lang}>
            <input
              type="radio"
              className="choice-input"
              name={id}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            {option.text}
          </label>
        ))}
      </span>
    </div>
  );
}
