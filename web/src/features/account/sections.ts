/** In the order of the navigation; the paths are also those of app/router.tsx. */
export const accountSections = [
  { path: "/account", text: "account.nav.overview" },
  { path: "/account/email", text: "account.nav.email" },
  { path: "/account/password", text: "account.nav.password" },
  { path: "/account/second-factor", text: "account.nav.secondFactor" },
  { path: "/account/sessions", text: "account.nav.sessions" },
  { path: "/account/tokens", text: "account.nav.tokens" },
  { path: "/account/activity", text: "account.nav.activity" },
  { path: "/account/leave", text: "account.nav.leave" },
] as const;
