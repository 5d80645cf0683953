import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { ask } from "./asks";
import { ChatHead } from "./ChatHead";
import { Composer } from "./Composer";
import { newConversation } from "./drafts";
import { useLimits } from "./limits";
import { LimitsNotice } from "./LimitsNotice";

interface NewConversationProps {
  owner: string;
  level: 1 | 2;
}

export function NewConversation({ owner, level }: NewConversationProps) {
  const { t } = useTranslation("chat");
  const navigate = useNavigate();
  const { key, pathname } = useLocation();
  const limits = useLimits();
  return (
    <>
      <ChatHead title={t("new.title")} focus={false} level={level} />
      <div className="chat-pane">
        <div className="chat-start">
          <p>{t("new.text")}</p>
        </div>
        <LimitsNotice limits={limits.data} />
        <Composer
          owner={owner}
          conversation={newConversation}
          mute={limits.data?.model === null}
          stop={null}
          autoFocus={key !== "default" && pathname === "/chat/new"}
          send={(text, idempotencyKey) => ask({ message: text }, idempotencyKey)}
          onSent={({ conversation_id }) =>
            // In the place of the empty page: the way back leads to where one came from.
            void navigate(`/chat/${conversation_id}`, { replace: true, state: { sent: true } })
          }
        />
      </div>
    </>
  );
}
