import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { failureOf } from "@/api/failure";
import { Button } from "@/components/Button";
import { useGrowing } from "./Composer";
import { chatFailureText } from "./failures";
import { lengthStanding, sendsMessage } from "./messageText";

interface EditMessageProps {
  text: string;
  /** It was begun just now, and takes the focus. */
  focus: boolean;
  keep(text: string): void;
  save(text: string): Promise<void>;
  onClose(): void;
}

/** Writes a message of before anew: it becomes a branch of its own. */
export function EditMessage({ text: before, focus, keep, save, onClose }: EditMessageProps) {
  const { t } = useTranslation();
  const { t: tChat } = useTranslation("chat");
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(before);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<string | null>(null);
  useGrowing(field, text);

  useEffect(() => {
    if (!focus) return;
    field.current?.focus();
    field.current?.setSelectionRange(before.length, before.length);
  }, []);

  async function submit(event?: FormEvent) {
    event?.preventDefault();
    if (pending) return;
    const { left } = lengthStanding(text);
    if (text.trim() === "") return setError(tChat("edit.empty"));
    if (left < 0) return setError(tChat("composer.tooLong", { count: -left }));
    setPending(true);
    setError(null);
    try {
      await save(text);
    } catch (failure) {
      setError(chatFailureText(failureOf(failure), t, tChat));
      setPending(false);
    }
  }

  return (
    <form
      className="message-edit"
      onSubmit={(event) => void submit(event)}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
        // Nothing else is to hear of it: it would stop an answer.
        event.stopPropagation();
        onClose();
      }}
    >
      <label htmlFor={id} className="visually-hidden">
        {tChat("edit.field")}
      </label>
      <textarea
        ref={field}
        id={id}
        rows={2}
        value={text}
        aria-describedby={`${id}-error`}
        aria-invalid={error !== null}
        readOnly={pending}
        onChange={(event) => {
          setText(event.target.value);
          keep(event.target.value);
        }}
        onKeyDown={(event) => {
          if (!sendsMessage(event.nativeEvent)) return;
          event.preventDefault();
          void submit();
        }}
      />
      <p id={`${id}-error`} className="field-error" aria-live="polite">
        {error}
      </p>
      <div className="message-acts">
        <Button type="submit" look="primary" aria-disabled={pending || undefined}>
          {pending ? tChat("composer.sending") : tChat("edit.send")}
        </Button>
        <Button onClick={onClose}>{t("app.cancel")}</Button>
      </div>
    </form>
  );
}
