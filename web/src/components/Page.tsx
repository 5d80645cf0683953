import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";

interface PageProps {
  title: string;
  lead?: ReactNode;
  children?: ReactNode;
}

/** Has a page been shown in this visit? */
let visited = false;

/**
 * Title, heading and content of one page. Where it takes the place of another one, at whatever address, the heading takes
 * the focus, so that a screen reader starts where the page starts; on the first page of a visit the browser's own order
 * stands.
 */
export function Page({ title, lead, children }: PageProps) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  const { key, pathname } = useLocation();

  useEffect(() => {
    document.title = t("app.title", { page: title });
  }, [t, title]);

  useEffect(() => {
    // The router calls the first location of a visit "default".
    if (visited || key !== "default") heading.current?.focus();
    visited = true;
    // Only the path makes another page; a changed query or fragment does not.
  }, [pathname]);

  return (
    <>
      <h1 ref={heading} tabIndex={-1} className="page-title">
        {title}
      </h1>
      {lead && <p className="page-lead">{lead}</p>}
      {children}
    </>
  );
}
