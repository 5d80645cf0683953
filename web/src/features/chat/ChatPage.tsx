/** Conversations: the list beside what is shown of one; on narrow screens one of the two. */
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { useOwner } from "@/features/account/authStore";
import { useSocket } from "@/features/stream";
import { Conversation } from "./Conversation";
import { ConversationList } from "./ConversationList";
import { newConversation } from "./drafts";
import { ListFoot } from "./ListFoot";
import { NewConversation } from "./NewConversation";
import { Toast } from "./Toast";

export function ChatPage() {
  const { t } = useTranslation("chat");
  const { id } = useParams();
  const owner = useOwner();

  useSocket();

  if (!owner) return null;
  const level = id === undefined ? 2 : 1;
  return (
    <div className="chat" data-place={id === undefined ? "list" : "conversation"}>
      <nav className="chat-side" aria-label={t("list.title")}>
        <ConversationList level={id === undefined ? 1 : 2} />
        <ListFoot />
      </nav>
      <section className="chat-main" aria-label={t("conversation.label")}>
        {id === undefined || id === newConversation ? (
          <NewConversation owner={owner.id} level={level} />
        ) : (
          <Conversation key={id} id={id} owner={owner.id} />
        )}
      </section>
      <Toast />
    </div>
  );
}
