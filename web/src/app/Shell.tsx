import * as DropdownMenu from "@radix-ui/react-dropdown-menu";
import { type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link, NavLink, useNavigate } from "react-router";
import type { User } from "@/api/types";
import { Logo } from "@/components/Logo";
import { authService } from "@/features/account/authService";
import { useOwner } from "@/features/account/authStore";
import { settingsHome } from "@/features/settings/sections";
import { aboutPath } from "./AboutRoute";
import { adminHome } from "./AdminRoute";
import { chartsHome } from "./ChartRoute";
import { chatHome } from "./ChatRoute";
import { Preferences } from "./Preferences";
import { home } from "./returnTo";

/** What stands around every page: skip link, header, content, footer. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const main = useRef<HTMLElement>(null);
  const user = useOwner();
  return (
    <div className="shell">
      <a
        href="#main"
        className="skip-link"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {t("app.skip")}
      </a>
      <header className="shell-header">
        <Link to={user ? home : "/login"} className="brand">
          <Logo className="brand-mark" />
          <span className="brand-name">Kontor</span>
          <span className="brand-tagline">{t("app.tagline")}</span>
        </Link>
        {user && (
          <div className="shell-desk">
            <nav aria-label={t("app.areas")}>
              <NavLink to={chatHome} className="area-link">
                {t("app.chat")}
              </NavLink>
              <NavLink to={chartsHome} className="area-link">
                {t("app.charts")}
              </NavLink>
            </nav>
            <AccountMenu user={user} />
          </div>
        )}
      </header>
      <main id="main" ref={main} tabIndex={-1} className="shell-main">
        {children}
      </main>
      <footer className="shell-footer">
        <Preferences />
        <Link to={aboutPath} className="footer-link">
          {t("app.about")}
        </Link>
        <a href="/docs" target="_blank" rel="noopener" className="footer-link">
          {t("app.apiDocs")} <span className="visually-hidden">{t("app.opensNewTab")}</span>
          <span aria-hidden="true">↗</span>
        </a>
      </footer>
    </div>
  );
}

/** One column, for the pages behind the door. */
export function DeskLayout({ children }: { children: ReactNode }) {
  return <div className="page-frame">{children}</div>;
}

function AccountMenu({ user }: { user: User }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    // Not modal: the modal form locks scrolling with a style element, which the Content-Security-Policy forbids.
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="menu-trigger" aria-label={`${t("app.menu")}: ${user.email}`}>
        <span className="menu-email">{user.email}</span>
        <span aria-hidden="true" className="menu-caret" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Content className="menu" align="end" sideOffset={8} collisionPadding={12}>
        <DropdownMenu.Item className="menu-item" onSelect={() => void navigate(home)}>
          {t("account.menuItem")}
        </DropdownMenu.Item>
        <DropdownMenu.Item className="menu-item" onSelect={() => void navigate(settingsHome)}>
          {t("settings.menuItem")}
        </DropdownMenu.Item>
        {user.is_admin && (
          <DropdownMenu.Item className="menu-item" onSelect={() => void navigate(adminHome)}>
            {t("app.administration")}
          </DropdownMenu.Item>
        )}
        <DropdownMenu.Separator className="menu-rule" />
        <DropdownMenu.Item className="menu-item" onSelect={() => void authService.logout()}>
          {t("account.signOut")}
        </DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  );
}
