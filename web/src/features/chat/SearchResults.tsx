import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";
import type { FoundConversation } from "@/api/types";

/** Each conversation once, with the place where the words stand. */
export function SearchResults({ found }: { found: readonly FoundConversation[] }) {
  const { t } = useTranslation("chat");
  return (
    <>
      <p role="status" className="chat-found">
        {t("search.found", { count: found.length })}
      </p>
      <ul className="chat-rows" aria-label={t("search.results")}>
        {found.map(({ conversation_id: id, title, excerpt }) => (
          <li key={id} className="chat-row">
            <NavLink to={`/chat/${id}`} className="chat-link">
              <span className="chat-link-title">{title || t("list.untitled")}</span>
              <span className="chat-excerpt">
                {excerpt.map((piece, index) =>
                  piece.found ? <mark key={index}>{piece.text}</mark> : <span key={index}>{piece.text}</span>,
                )}
              </span>
            </NavLink>
          </li>
        ))}
      </ul>
    </>
  );
}
