// Runs before the first paint, so that a remembered theme does not flash. The app takes over in src/app/theme.ts and
// src/i18n/language.ts, which own these two keys.
(function () {
  try {
    var theme = localStorage.getItem("kontor.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
    var language = localStorage.getItem("kontor.language");
    if (language === "de" || language === "en") document.documentElement.lang = language;
  } catch (error) {
    // Storage can be switched off; the system's theme and the browser's language stand.
  }
})();
