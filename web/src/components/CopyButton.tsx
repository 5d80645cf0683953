import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./Button";

interface CopyButtonProps {
  text: string;
  label: string;
}

/** Copies and says so; where the browser does not allow it, says that the text must be marked by hand. */
export function CopyButton({ text, label }: CopyButtonProps) {
  const { t } = useTranslation();
  const [result, setResult] = useState<"copied" | "refused" | null>(null);
  useEffect(() => setResult(null), [text]);

  async function copy() {
    setResult(null);
    setResult((await copied(text)) ? "copied" : "refused");
  }

  return (
    <span className="copy">
      <Button onClick={() => void copy()}>{label}</Button>
      <span role="status" className="copy-result">
        {result === "copied" && t("app.copied")}
        {result === "refused" && t("app.copyRefused")}
      </span>
    </span>
  );
}

async function copied(text: string): Promise<boolean> {
  try {
    // Absent where the page did not come over HTTPS or from this computer.
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedThroughField(text);
  }
}

function copiedThroughField(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.className = "visually-hidden";
  // Inside an open dialog, which would take the focus back otherwise.
  (document.activeElement?.closest("[role=dialog], [role=alertdialog]") ?? document.body).append(field);
  const before = document.activeElement;
  field.select();
  try {
    return document.execCommand("copy");
  } finally {
    field.remove();
    if (before instanceof HTMLElement) before.focus();
  }
}
