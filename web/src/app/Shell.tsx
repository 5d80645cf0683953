import { type ReactNode, Suspense, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Logo } from "@/components/Logo";
import { useOwner } from "@/features/account/authStore";
import { aboutPath } from "./paths";
import { DeskHeader } from "./DeskRoute";
import { OfflineBanner } from "./OfflineBanner";
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
          <Suspense fallback={null}>
            <DeskHeader user={user} />
          </Suspense>
        )}
      </header>
      <OfflineBanner />
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
