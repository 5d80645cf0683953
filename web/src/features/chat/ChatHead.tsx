import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { ConnectionState } from "./ConnectionState";
import { useMuting } from "./Announcer";
import { ExportMenu } from "./ExportMenu";

interface ChatHeadProps {
  title: string;
  /** Takes the focus, unless this is the first page of a visit. */
  focus: boolean;
  /** Of a conversation that can be taken along. */
  id?: string | null;
  level?: 1 | 2;
}

/** Title of what is shown, the way back to the list on narrow screens, and what concerns the whole conversation. */
export function ChatHead({ title, focus, id = null, level = 1 }: ChatHeadProps) {
  const { t } = useTranslation();
  const { t: tChat } = useTranslation("chat");
  const heading = useRef<HTMLHeadingElement>(null);
  const { key, pathname } = useLocation();
  const { muted, setMuted } = useMuting();
  const Heading = level === 1 ? "h1" : "h2";

  useEffect(() => {
    if (level === 1) document.title = t("app.title", { page: title });
  }, [t, title, level]);
  useEffect(() => {
    if (focus && key !== "default") heading.current?.focus();
  }, [pathname]);

  return (
    <header className="chat-head">
      <Link to="/chat" className="chat-back">
        <span aria-hidden="true">‹</span> {tChat("list.title")}
      </Link>
      <Heading ref={heading} tabIndex={-1} className="chat-title">
        {title}
      </Heading>
      <div className="chat-head-acts">
        <ConnectionState />
        {id !== null && (
          <button
            type="button"
            className="chat-toggle"
            aria-pressed={!muted}
            aria-label={tChat("announce.toggleAll")}
            onClick={() => setMuted(!muted)}
          >
            {tChat("announce.toggle")}
          </button>
        )}
        {id !== null && <ExportMenu id={id} label={tChat("export.one")} />}
      </div>
    </header>
  );
}
