/** Where a message is written. What is in it is kept at every key, and cleared only when the program has it. */
import { type FormEvent, type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Failure, failureOf } from "@/api/failure";
import type { AcceptedMessage } from "@/api/types";
import { newKey } from "@/api/newKey";
import { Button } from "@/components/Button";
import { throttledUntil, useSecondsUntil } from "@/forms/wait";
import { isUnknown } from "./chatService";
import { type Draft, readDraft, writeDraft } from "./drafts";
import { chatFailureText, isAboutSettings } from "./failures";
import { lengthStanding, sendsMessage } from "./messageText";

interface ComposerProps {
  owner: string;
  /** Whose draft it is: an id, or `new`. */
  conversation: string;
  /** No model is set up. */
  mute: boolean;
  /** An answer is being written; this stops it. */
  stop: (() => Promise<void>) | null;
  autoFocus?: boolean;
  /** Once a message has arrived, another field takes the place of this one: what were typed here meanwhile would stay behind. */
  leaves?: boolean;
  send(text: string, key: string): Promise<AcceptedMessage>;
  onSent(accepted: AcceptedMessage): void;
}

export function Composer({ owner, conversation, mute, stop, autoFocus, leaves, send, onSent }: ComposerProps) {
  const { t } = useTranslation("chat");
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [draft, setDraft] = useState(() => readDraft(owner, conversation));
  const [sending, setSending] = useState(false);
  const [stopping, setStopping] = useState(false);
  const [failure, setFailure] = useState<{ failure: Failure; until: number | null } | null>(null);
  const seconds = useSecondsUntil(failure?.until ?? null);
  const waits = seconds !== null && seconds > 0;
  /** Whoever goes elsewhere meanwhile is not brought back. */
  const here = useRef(true);
  const { left, near } = lengthStanding(draft.text);
  const blank = draft.text.trim() === "";
  const blocked = blank || left < 0 || sending || waits || mute || stop !== null;

  useGrowing(field, draft.text);
  useEffect(() => {
    if (stop === null) setStopping(false);
  }, [stop === null]);
  useEffect(() => {
    if (autoFocus) field.current?.focus();
  }, [autoFocus]);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);

  function keep(text: string, key: string | null) {
    setDraft({ text, key });
    writeDraft(owner, conversation, { text, key });
  }

  /** What became of `text`; another one that was typed in its place, and what its owner has left behind, stay as they are. */
  function settle(text: string, draft: Draft) {
    if (readDraft(owner, conversation).text === text) writeDraft(owner, conversation, draft);
    if (here.current) setDraft(draft);
  }

  async function submit(event?: FormEvent) {
    event?.preventDefault();
    if (blocked) return;
    const { text } = draft;
    const key = draft.key ?? newKey();
    keep(text, key);
    setSending(true);
    setFailure(null);
    try {
      const accepted = await send(text, key);
      settle(text, { text: "", key: null });
      if (!leaves) setSending(false);
      if (!here.current) return;
      field.current?.focus();
      onSent(accepted);
    } catch (error) {
      const refused = failureOf(error);
      // Known not to have arrived: what is sent next is another message, whatever is changed in it.
      if (!isUnknown(error)) settle(text, { text, key: null });
      if (refused.kind !== "cancelled") setFailure({ failure: refused, until: throttledUntil(refused, Date.now()) });
      setSending(false);
    }
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (!sendsMessage(event.nativeEvent)) return;
    event.preventDefault();
    void submit();
  }

  return (
    <form className="composer" onSubmit={(event) => void submit(event)} aria-label={t("composer.label")}>
      {failure && <SendFailure failure={failure.failure} seconds={waits ? seconds : null} />}
      <div className="composer-frame">
        <label htmlFor={id} className="visually-hidden">
          {t("composer.field")}
        </label>
        <textarea
          ref={field}
          id={id}
          rows={1}
          value={draft.text}
          // What were typed now would go with the message when that has arrived.
          readOnly={sending}
          placeholder={t("composer.placeholder")}
          aria-describedby={`${id}-hint`}
          aria-invalid={left < 0}
          onChange={(event) => keep(event.target.value, null)}
          onKeyDown={onKeyDown}
        />
        {stop ? (
          <Button
            look="primary"
            onClick={() => {
              setStopping(true);
              void stop().catch(() => setStopping(false));
            }}
            aria-disabled={stopping || undefined}
          >
            {stopping ? t("composer.stopping") : t("composer.stop")}
          </Button>
        ) : (
          <Button type="submit" look="primary" aria-disabled={blocked || undefined}>
            {sending ? t("composer.sending") : t("composer.send")}
          </Button>
        )}
      </div>
      <p id={`${id}-hint`} className="composer-hint">
        <span className="composer-keys">{t("composer.hint")}</span>
        {/* Announced when it appears, not at every key. */}
        <span aria-live={near && left % 100 === 0 ? "polite" : "off"} data-tone={left < 0 ? "error" : undefined}>
          {left < 0 && t("composer.tooLong", { count: -left })}
          {left >= 0 && near && t("composer.left", { count: left })}
        </span>
      </p>
    </form>
  );
}

function SendFailure({ failure, seconds }: { failure: Failure; seconds: number | null }) {
  const { t } = useTranslation();
  const { t: tChat } = useTranslation("chat");
  return (
    <div className="notice chat-notice" data-tone="error" role="alert">
      <p>
        {chatFailureText(failure, t, tChat)} {tChat("composer.kept")}
      </p>
      {seconds !== null && <p aria-live="off">{tChat("failed.wait", { count: seconds })}</p>}
      {isAboutSettings(failure) && <Link to="/settings/llm">{tChat("failed.openSettings")}</Link>}
    </div>
  );
}

/** As high as what is in it, up to what chat.css allows. */
export function useGrowing(field: { current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    const element = field.current;
    if (element) grow(element);
  }, [field, text]);
  // In another width it has other lines, and on a narrow screen it may not be shown at all at first.
  useEffect(() => {
    const element = field.current;
    if (!element || typeof ResizeObserver === "undefined") return undefined;
    let width = element.clientWidth;
    const watch = new ResizeObserver(() => {
      if (element.clientWidth === width) return;
      width = element.clientWidth;
      grow(element);
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, [field]);
}

function grow(element: HTMLTextAreaElement): void {
  element.style.height = "auto";
  // What is not shown has no height.
  if (element.scrollHeight > 0) element.style.height = `${element.scrollHeight}px`;
}
