/** A conversation: its messages, what is being answered, and where the next message is written. */
import { type ReactNode, useCallback, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { type Failure, isProblem, problemType } from "@/api/failure";
import type { AcceptedMessage, Message, NewMessage } from "@/api/types";
import { newKey } from "@/api/newKey";
import { shortcutOf } from "@/app/shortcuts";
import { Button } from "@/components/Button";
import { LoadFailed, Loading } from "@/components/Loading";
import { Notice } from "@/components/Notice";
import { useAction } from "@/features/account/useAction";
import { useConnection } from "@/features/stream";
import { Announcer } from "./Announcer";
import { AnswerInProgress } from "./AnswerInProgress";
import { ask } from "./asks";
import { isUnanswered, questionOf } from "./branches";
import { chatService } from "./chatService";
import { ChatHead } from "./ChatHead";
import { Composer } from "./Composer";
import type { ConversationState } from "./conversationState";
import { editOf, readDraft, writeDraft } from "./drafts";
import { useChatFailure } from "./failures";
import { Gone } from "./Gone";
import { useLimits } from "./limits";
import { isMute } from "./limitStanding";
import { LimitsNotice } from "./LimitsNotice";
import { conversations } from "./live";
import { MessageList } from "./MessageList";
import { type MessageActs, MessageView } from "./MessageView";
import { RunFailureNotice } from "./RunFailureNotice";
import { callOf } from "./tools";
import { useConversation } from "./useConversation";

interface ConversationProps {
  id: string;
  owner: string;
  /** Beside something else: without a head of its own, and about what stands there. */
  beside?: Beside;
}

export interface Beside {
  /** What stands above the messages. */
  head: ReactNode;
  /** Asks, and sends the chart along. */
  ask(message: NewMessage, key: string): Promise<AcceptedMessage>;
  /** Stands above the field. */
  above: ReactNode;
}

export function Conversation({ id, owner, beside }: ConversationProps) {
  const { t } = useTranslation();
  const { t: tChat } = useTranslation("chat");
  const opened = useConversation(id);
  const { state } = useLocation();
  const limits = useLimits();
  const title = opened?.head?.title || tChat("list.untitled");
  const head = beside?.head ?? (
    <ChatHead title={title} focus={!(state as { sent?: boolean } | null)?.sent} id={opened?.head ? id : null} />
  );

  if (opened?.gone) return <Gone id={id} head={head} />;
  if (opened?.failure && !opened.state) {
    const failed = { failure: opened.failure, retry: () => conversations.retry(id) };
    return (
      <>
        {head}
        {isProblem(opened.failure, problemType.notFound) || isProblem(opened.failure, problemType.invalidInput) ? (
          <Notice tone="info">
            <p>{tChat("conversation.unknown")}</p>
            <div className="notice-acts">
              <Link to="/chat/new" className="button button-quiet">
                {tChat("list.new")}
              </Link>
            </div>
          </Notice>
        ) : (
          <LoadFailed title={tChat("conversation.failed")} retrying={false} {...failed} />
        )}
      </>
    );
  }
  if (!opened?.state) {
    return (
      <>
        {head}
        <Loading label={t("app.loading")} />
      </>
    );
  }
  return (
    <>
      {head}
      <Shown key={id} id={id} owner={owner} state={opened.state} older={opened.older} limits={limits} beside={beside} />
    </>
  );
}

interface ShownProps extends Omit<ConversationProps, "beside"> {
  state: ConversationState;
  older: "loading" | Failure | null;
  limits: ReturnType<typeof useLimits>;
  beside: Beside | undefined;
}

function Shown({ id, owner, state, older, limits, beside }: ShownProps) {
  const { t } = useTranslation("chat");
  const { state: came } = useLocation();
  const { run, messages, failure } = state;
  const busy = run !== null;
  const pane = useRef<HTMLDivElement>(null);
  const acts = useActs(id, owner, messages, pane);
  const stop = useCallback(() => chatService.stop(id), [id]);
  useFocusOnBranch(pane, messages, acts.switched);
  useReadingInstead(id, busy);

  const retryLast = () => {
    const last = messages.at(-1);
    if (last) acts.again.run(last.number);
  };

  return (
    <div
      ref={pane}
      className="chat-pane"
      onKeyDown={(event) => {
        if (event.defaultPrevented || event.nativeEvent.isComposing || !busy) return;
        if (shortcutOf("message", event) !== "stop") return;
        event.preventDefault();
        void stop().catch(() => {});
      }}
    >
      <MessageList
        messages={messages}
        hasMore={state.hasMore}
        loadOlder={() => void conversations.loadOlder(id)}
        before={<Older id={id} older={older} />}
        behind={
          <>
            {run && !run.answered && <AnswerInProgress run={run} />}
            {!busy && failure && (
              <RunFailureNotice
                code={failure.code}
                words={failure.message}
                until={failure.retryAfter === null ? null : failure.at + failure.retryAfter * 1000}
                retry={retryLast}
                fresh
              />
            )}
            {!busy && !failure && isUnanswered(messages) && (
              <p className="message-note">
                {t("conversation.unanswered")} <Button onClick={retryLast}>{t("conversation.answer")}</Button>
              </p>
            )}
            {!busy && state.aside !== null && (
              <p className="message-note">
                <Button onClick={() => state.aside !== null && acts.branch.run(state.aside, "previous")}>
                  {t("conversation.before")}
                </Button>
              </p>
            )}
            {acts.again.message && <Notice tone="error">{acts.again.message}</Notice>}
            {acts.branch.message && <Notice tone="error">{acts.branch.message}</Notice>}
          </>
        }
        draw={(message) => (
          <MessageView
            message={message}
            busy={busy || acts.again.pending}
            acts={acts.acts}
            call={message.role === "tool" ? callOf(messages, message) : null}
          />
        )}
      />
      <LimitsNotice limits={limits.data} />
      {beside?.above}
      <Composer
        key={id}
        owner={owner}
        conversation={id}
        mute={isMute(limits.data)}
        stop={busy ? stop : null}
        autoFocus={Boolean((came as { sent?: boolean } | null)?.sent)}
        send={(text, key) => (beside?.ask ?? ask)({ message: text, conversation_id: id }, key)}
        onSent={() => {}}
      />
      <Announcer state={state} />
    </div>
  );
}

function Older({ id, older }: { id: string; older: "loading" | Failure | null }) {
  const { t } = useTranslation("chat");
  if (older === "loading") return <Loading />;
  return (
    <p className="message-note" role={older ? "alert" : undefined}>
      {older && t("conversation.olderFailed")}
      <Button onClick={() => void conversations.loadOlder(id)}>
        {older ? t("failed.retry") : t("conversation.older")}
      </Button>
    </p>
  );
}

/** What can be done about a message; the same functions as long as it is the same conversation, so that messages are not drawn anew. */
function useActs(id: string, owner: string, messages: readonly Message[], pane: { current: HTMLElement | null }) {
  const known = useRef(messages);
  known.current = messages;
  const switched = useRef<{ number: number; step: "previous" | "next" } | null>(null);

  const say = useChatFailure();
  // The button that was pressed goes with its message; Escape stops the answer from here.
  const toMessages = () => pane.current?.querySelector<HTMLElement>(".message-window")?.focus({ preventScroll: true });
  const again = useAction(async (number: number) => {
    await ask({ conversation_id: id, parent: number }, newKey());
    toMessages();
  }, say);
  const branch = useAction(async (number: number, step: "previous" | "next") => {
    await chatService.showBranch(id, number);
    switched.current = { number, step };
    conversations.refresh(id);
  }, say);
  const latest = useRef({ again, branch });
  latest.current = { again, branch };

  const acts = useMemo<MessageActs>(
    () => ({
      edit: async (message, text) => {
        await ask({ conversation_id: id, message: text, parent: message.parent ?? 0 }, newKey());
        writeDraft(owner, editOf(id, message.number), { text: "", key: null });
        toMessages();
      },
      regenerate: ({ number, parent }) => {
        const question = questionOf(known.current, number) ?? parent;
        if (question !== undefined) latest.current.again.run(question);
      },
      goOn: ({ number }) => latest.current.again.run(number),
      showBranch: (number, step) => latest.current.branch.run(number, step),
      draft: ({ number }) => readDraft(owner, editOf(id, number)).text || null,
      keepDraft: ({ number, content }, text) =>
        writeDraft(owner, editOf(id, number), { text: text === content ? "" : (text ?? ""), key: null }),
    }),
    [id, owner],
  );
  return { acts, again, branch, switched };
}

/** Milliseconds between two looks at an answer that nobody tells of. */
const lookAgain = 4000;

/** Where no socket can be opened (some proxies let none through), a growing answer is read from time to time. */
function useReadingInstead(id: string, busy: boolean): void {
  const away = useConnection(({ connection }) => connection === "again" || connection === "offline");
  useEffect(() => {
    if (!busy || !away) return;
    const timer = setInterval(() => conversations.refresh(id), lookAgain);
    return () => clearInterval(timer);
  }, [id, busy, away]);
}

/** The button that was pressed has gone with its message: the focus goes to the one that stands in its place. */
function useFocusOnBranch(
  pane: { current: HTMLElement | null },
  messages: readonly Message[],
  switched: { current: { number: number; step: "previous" | "next" } | null },
): void {
  useEffect(() => {
    const wanted = switched.current;
    if (!wanted || !messages.some(({ number }) => number === wanted.number)) return;
    switched.current = null;
    const group = `[data-branch-of="${wanted.number}"] [data-step="${wanted.step}"]`;
    // Drawn with the next frame.
    requestAnimationFrame(() => {
      const step = pane.current?.querySelector<HTMLElement>(group);
      (step ?? pane.current?.querySelector<HTMLElement>(".message-window"))?.focus({ preventScroll: !step });
    });
  }, [messages]);
}
