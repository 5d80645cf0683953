/** The colour theme: the system's unless one was chosen. The choice stands as `data-theme` on the root element. */
import { create } from "zustand";
import { readStored, writeStored } from "./stored";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const key = "kontor.theme"; // also read by public/early.js

export function chooseTheme(stored: string | null): Theme {
  return stored === "light" || stored === "dark" ? stored : "system";
}

function apply(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

interface ThemeState {
  theme: Theme;
  setTheme(theme: Theme): void;
}

export const useTheme = create<ThemeState>((set) => {
  const theme = chooseTheme(readStored(key));
  apply(theme);
  return {
    theme,
    setTheme(next) {
      writeStored(key, next === "system" ? null : next);
      apply(next);
      set({ theme: next });
    },
  };
});
