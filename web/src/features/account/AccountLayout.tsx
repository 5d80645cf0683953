import { useTranslation } from "react-i18next";
import { NavLink, Outlet } from "react-router";

/** In the order of the navigation; the paths are also those of app/router.tsx. */
export const accountSections = [
  { path: "/account", text: "account.nav.profile" },
  { path: "/account/email", text: "account.nav.email" },
  { path: "/account/password", text: "account.nav.password" },
  { path: "/account/second-factor", text: "account.nav.secondFactor" },
  { path: "/account/sessions", text: "account.nav.sessions" },
  { path: "/account/tokens", text: "account.nav.tokens" },
  { path: "/account/activity", text: "account.nav.activity" },
  { path: "/account/leave", text: "account.nav.leave" },
] as const;

/** The account area: its sections beside the page, above it where the screen is narrow. */
export function AccountLayout() {
  const { t } = useTranslation();
  return (
    <div className="sections">
      <nav aria-label={t("account.nav.label")}>
        <ul className="sections-list">
          {accountSections.map(({ path, text }) => (
            <li key={path}>
              <NavLink to={path} end className="sections-link">
                {t(text)}
              </NavLink>
            </li>
          ))}
        </ul>
      </nav>
      <div className="min-w-0">
        <Outlet />
      </div>
    </div>
  );
}
