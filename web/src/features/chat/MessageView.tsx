/** One message, and what can be done about it. */
import { memo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Message, ToolCall } from "@/api/types";
import { Button } from "@/components/Button";
import { CopyButton } from "@/components/CopyButton";
import { useFormat } from "@/i18n/useFormat";
import { Branches } from "./Branches";
import { canContinue } from "./branches";
import { EditMessage } from "./EditMessage";
import { Markdown } from "./markdown/Markdown";
import { PinnedChart } from "./PinnedChart";
import { RunFailureNotice } from "./RunFailureNotice";
import { ToolLine } from "./ToolLine";

export interface MessageActs {
  edit(message: Message, text: string): Promise<void>;
  regenerate(message: Message): void;
  goOn(message: Message): void;
  showBranch(number: number, step: "previous" | "next"): void;
  /** What was begun to be written in its place; null: nothing. It outlives that the message is out of sight, and reloads. */
  draft(message: Message): string | null;
  keepDraft(message: Message, text: string | null): void;
}

interface MessageViewProps {
  message: Message;
  /** Nothing is asked for while an answer is written. */
  busy: boolean;
  acts: MessageActs;
  /** Of a result of a tool: what was asked for. */
  call?: ToolCall | null;
}

export const MessageView = memo(function MessageView(props: MessageViewProps) {
  const { message, call } = props;
  if (message.role === "tool") {
    const asked = call ?? { id: "", name: message.tool_name ?? "", arguments: "" };
    return <ToolLine call={asked} result={message} />;
  }
  // What was asked for stands behind it, with what came of it.
  if (message.tool_calls) return message.content === "" ? null : <Between message={message} />;
  return <Whole {...props} />;
});

/** What the model said before it asked for something. */
function Between({ message }: { message: Message }) {
  const { t } = useTranslation("chat");
  return (
    <article className="message" data-role="assistant" aria-label={t("message.answer")}>
      <Markdown text={message.content} />
    </article>
  );
}

function Whole({ message, busy, acts }: MessageViewProps) {
  const { t } = useTranslation("chat");
  const format = useFormat();
  const mine = message.role === "user";
  const [draft] = useState(() => (mine ? acts.draft(message) : null));
  const [editing, setEditing] = useState<"begun" | "restored" | null>(draft === null ? null : "restored");
  const edit = useRef<HTMLButtonElement>(null);

  return (
    <article className="message" data-role={message.role} aria-label={t(mine ? "message.yours" : "message.answer")}>
      <header className="message-head">
        <span className="message-who">{mine ? t("message.you") : message.agent_name || t("message.model")}</span>
        <time dateTime={message.timestamp}>{format.dateTime(message.timestamp)}</time>
      </header>
      {editing ? (
        <EditMessage
          text={editing === "restored" && draft !== null ? draft : message.content}
          focus={editing === "begun"}
          keep={(text) => acts.keepDraft(message, text)}
          save={(text) => acts.edit(message, text)}
          onClose={() => {
            acts.keepDraft(message, null);
            setEditing(null);
            requestAnimationFrame(() => edit.current?.focus());
          }}
        />
      ) : (
        <>
          {message.chart && <PinnedChart pin={message.chart} />}
          {mine ? <div className="message-text">{message.content}</div> : <Answer message={message} />}
          <Ending message={message} busy={busy} acts={acts} />
          <div className="message-acts">
            <Branches message={message} busy={busy} onShow={acts.showBranch} />
            {message.content !== "" && <CopyButton text={message.content} label={t("message.copy")} />}
            {mine && (
              <Button ref={edit} onClick={() => !busy && setEditing("begun")} aria-disabled={busy || undefined}>
                {t("message.edit")}
              </Button>
            )}
            {message.role === "assistant" && (
              <Button onClick={() => !busy && acts.regenerate(message)} aria-disabled={busy || undefined}>
                {t("message.regenerate")}
              </Button>
            )}
          </div>
        </>
      )}
    </article>
  );
}

function Answer({ message }: { message: Message }) {
  const { t } = useTranslation("chat");
  if (message.finish === "filtered") return <p className="message-note">{t("message.withdrawn")}</p>;
  return <Markdown text={message.content} />;
}

/** How the answer ended, where that is worth a word. */
function Ending({ message, busy, acts }: MessageViewProps) {
  const { t } = useTranslation("chat");
  const { finish, failure } = message;
  const goOn = canContinue(message) && (
    <Button onClick={() => !busy && acts.goOn(message)} aria-disabled={busy || undefined}>
      {t("message.continue")}
    </Button>
  );
  if (finish === "failed" || finish === "filtered") {
    return (
      <>
        <RunFailureNotice
          code={failure?.kind ?? (finish === "filtered" ? "content-filtered" : "internal")}
          words={failure?.message ?? ""}
          until={failure?.retry_after ? Date.parse(message.timestamp) + failure.retry_after * 1000 : null}
          retry={busy ? null : () => acts.regenerate(message)}
        />
        {goOn && <div className="message-note">{goOn}</div>}
      </>
    );
  }
  if (finish === "length" || finish === "cancelled" || finish === "interrupted") {
    return (
      <p className="message-note">
        {t(`message.finish.${finish}`)} {goOn}
      </p>
    );
  }
  return null;
}
