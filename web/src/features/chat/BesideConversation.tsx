/** A conversation beside a chart: about what is seen there, which goes along with each message as long as that is wanted. */
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { ChartPin, NewMessage } from "@/api/types";
import { Button } from "@/components/Button";
import { Checkbox } from "@/components/Choices";
import { useOwner } from "@/features/account/authStore";
import { useSocket } from "@/features/stream";
import { ask } from "./asks";
import { type ChartPlace, ChartPlaceContext } from "./besideChart";
import { Composer } from "./Composer";
import { type Beside, Conversation } from "./Conversation";
import { newConversation } from "./drafts";
import { useLimits } from "./limits";
import { isMute } from "./limitStanding";
import { LimitsNotice } from "./LimitsNotice";
import { useLive } from "./live";

interface BesideConversationProps {
  /** Null: it begins with the first message. */
  id: string | null;
  /** What it is about, in a few words. */
  subject: string;
  /** The numbers that are seen at this moment; null: there are none. */
  pin(): Promise<ChartPin | null>;
  onStarted(id: string): void;
  onClose(): void;
  /** For charts that the model makes; what it gives must stay the same as long as its chart does. */
  place: ChartPlace;
}

export function BesideConversation(props: BesideConversationProps) {
  const { id, subject, pin, onStarted, onClose, place } = props;
  const { t } = useTranslation("chat");
  const owner = useOwner();
  const [goesAlong, setGoesAlong] = useState(true);
  const limits = useLimits();
  const title = useLive(({ opened }) => (id === null ? undefined : opened[id]?.head?.title));
  useSocket();

  const beside = useMemo<Beside>(
    () => ({
      head: (
        <header className="beside-chat-head">
          <h2 className="section-title">
            {id === null ? t("new.title") : <Link to={`/chat/${id}`}>{title || t("list.untitled")}</Link>}
          </h2>
          <Button onClick={onClose}>{t("pin.close")}</Button>
        </header>
      ),
      above: (
        <div className="beside-chat-pin">
          <Checkbox
            label={t("pin.along", { subject })}
            checked={goesAlong}
            onChange={(event) => setGoesAlong(event.target.checked)}
          />
        </div>
      ),
      ask: async (message: NewMessage, key: string) => {
        const chart = goesAlong ? await pin() : null;
        return ask({ ...message, ...(chart && { chart }) }, key);
      },
    }),
    [id, title, subject, goesAlong, t, pin],
  );

  if (!owner) return null;
  return (
    <ChartPlaceContext value={place}>
      <section className="chat-main beside-chat" aria-label={t("conversation.label")}>
        {id === null ? (
          <>
            {beside.head}
            <div className="chat-pane">
              <div className="chat-start">
                <p>{t("pin.start", { subject })}</p>
              </div>
              <LimitsNotice limits={limits.data} />
              {beside.above}
              <Composer
                owner={owner.id}
                conversation={newConversation}
                mute={isMute(limits.data)}
                stop={null}
                autoFocus
                leaves
                send={(text, key) => beside.ask({ message: text }, key)}
                onSent={({ conversation_id }) => onStarted(conversation_id)}
              />
            </div>
          </>
        ) : (
          <Conversation key={id} id={id} owner={owner.id} beside={beside} />
        )}
      </section>
    </ChartPlaceContext>
  );
}
