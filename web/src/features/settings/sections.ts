/** In the order of the navigation; the paths are also those of app/router.tsx. */
export const settingsSections = [
  { path: "/settings/exchange", text: "settings.nav.exchange" },
  { path: "/settings/llm", text: "settings.nav.llm" },
  { path: "/settings/secrets", text: "settings.nav.secrets" },
  { path: "/settings/preferences", text: "settings.nav.preferences" },
] as const;
