import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { ask } from "./asks";
import { ChatHead } from "./ChatHead";
import { Composer } from "./Composer";
import { newConversation, readDraft, writeDraft } from "./drafts";
import { Examples } from "./Examples";
import { useLimits } from "./limits";
import { isMute } from "./limitStanding";
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
  /** How often an example was chosen: each time the field begins anew, with what the draft is then. */
  const [chosen, setChosen] = useState(0);

  function choose(example: string) {
    const typed = readDraft(owner, newConversation).text.trimEnd();
    writeDraft(owner, newConversation, { text: typed === "" ? example : `${typed}\n${example}`, key: null });
    setChosen((count) => count + 1);
  }

  return (
    <>
      <ChatHead title={t("new.title")} focus={false} level={level} />
      <div className="chat-pane">
        <div className="chat-start">
          <p>{t("new.text")}</p>
          {limits.data && !isMute(limits.data) && <Examples onChoose={choose} />}
        </div>
        <LimitsNotice limits={limits.data} />
        <Composer
          key={chosen}
          owner={owner}
          conversation={newConversation}
          mute={isMute(limits.data)}
          stop={null}
          autoFocus={chosen > 0 || (key !== "default" && pathname === "/chat/new")}
          leaves
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
