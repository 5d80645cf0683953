import { useTranslation } from "react-i18next";
import { useSecondsUntil } from "@/forms/wait";
import type { RunShown } from "./conversationState";
import { Markdown } from "./markdown/Markdown";
import { ToolLine } from "./ToolLine";

/** The answer that is being written. Not announced as a whole: Announcer.tsx tells its sentences. */
export function AnswerInProgress({ run }: { run: RunShown }) {
  const { t } = useTranslation("chat");
  const seconds = useSecondsUntil(run.waiting?.until ?? null);
  return (
    <article className="message" data-role="assistant" aria-label={t("message.inProgress")} aria-busy="true">
      <header className="message-head">
        <span className="message-who">{t("message.model")}</span>
        <span className="message-state">
          <span className="spinner" aria-hidden="true" />
          {run.text === "" ? t("message.thinking") : t("message.writing")}
        </span>
      </header>
      {run.reasoning !== "" && (
        <details className="reasoning">
          <summary>{t("message.thoughts")}</summary>
          <div className="message-text">{run.reasoning}</div>
        </details>
      )}
      {run.calls.map((call) => (
        <ToolLine key={call.id} call={call} result={null} />
      ))}
      {run.text !== "" && <Markdown text={run.text} />}
      {run.waiting && (
        // Told by the announcer, too: what is busy is not announced.
        <div className="message-note">
          <p>{t("message.paused")}</p>
          {run.waiting.message !== "" && <blockquote className="words">{run.waiting.message}</blockquote>}
          {seconds !== null && <p>{t("message.asksAgain", { count: seconds })}</p>}
        </div>
      )}
    </article>
  );
}
