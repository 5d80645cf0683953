import * as DropdownMenu from "@radix-ui/react-dropdown-menu";
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";
import type { Conversation } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import { useExport } from "./ExportMenu";

export type RowAct = "rename" | "pin" | "delete";

interface ConversationRowProps {
  conversation: Conversation;
  now: number;
  onAct(act: RowAct): void;
}

export function ConversationRow({ conversation, now, onAct }: ConversationRowProps) {
  const { t } = useTranslation("chat");
  const format = useFormat();
  const bring = useExport();
  const { conversation_id: id, pinned, status, updated_at } = conversation;
  const title = conversation.title || t("list.untitled");
  const item = (act: RowAct, text: string) => (
    <DropdownMenu.Item className="menu-item" onSelect={() => onAct(act)}>
      {text}
    </DropdownMenu.Item>
  );
  return (
    <li className="chat-row" data-id={id} tabIndex={-1}>
      <NavLink to={`/chat/${id}`} className="chat-link">
        <span className="chat-link-title">{title}</span>
        <span className="chat-link-facts">
          {pinned && <span className="chat-pin">{t("list.pinned")}</span>}
          {status === "processing" ? (
            <span className="chat-writing">{t("list.writing")}</span>
          ) : (
            <time dateTime={updated_at}>{format.relative(updated_at, now)}</time>
          )}
        </span>
      </NavLink>
      {/* Not modal: the modal form locks scrolling with a style element, which the Content-Security-Policy forbids. */}
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger className="chat-more" aria-label={t("list.more", { title })}>
          <span aria-hidden="true">⋯</span>
        </DropdownMenu.Trigger>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={12}>
          {item("rename", t("list.rename"))}
          {item("pin", t(pinned ? "list.unpin" : "list.pin"))}
          <DropdownMenu.Item className="menu-item" onSelect={() => void bring(id, "markdown")}>
            {t("export.markdown")}
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" onSelect={() => void bring(id, "json")}>
            {t("export.json")}
          </DropdownMenu.Item>
          <DropdownMenu.Separator className="menu-rule" />
          {item("delete", t("list.delete"))}
        </DropdownMenu.Content>
      </DropdownMenu.Root>
    </li>
  );
}
