import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Field } from "./Field";

/** Something to take along: read-only, selected by a press, copied by a button. */
export function CopyField({ label, value, autoFocus = false }: { label: string; value: string; autoFocus?: boolean }) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState<boolean | null>(null);

  async function copy() {
    setCopied(null);
    const done = await toClipboard(value, input.current);
    setCopied(done);
  }

  return (
    <Field
      ref={input}
      label={label}
      value={value}
      readOnly
      spellCheck={false}
      onFocus={(event) => event.target.select()}
      hint={<span role="status">{copied === null ? "" : copied ? t("copy.done") : t("copy.byHand")}</span>}
      trailing={
        <button type="button" className="field-button" autoFocus={autoFocus} onClick={() => void copy()}>
          {t("copy.button")}
          <span className="visually-hidden">: {label}</span>
        </button>
      }
    />
  );
}

/** The clipboard is there for pages of https and localhost only; on plain http the older way is what is left. */
async function toClipboard(text: string, input: HTMLInputElement | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    input?.select();
    return document.execCommand("copy");
  }
}
