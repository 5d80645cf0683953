import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Notice } from "@/components/Notice";
import { useFocusOnMount } from "@/components/useFocusOnMount";

interface OutcomeProps {
  tone: "info" | "error";
  text: string;
  who: string;
  words: string | null;
  /** What can be done now. */
  children?: ReactNode;
}

/** What came of the button that was pressed, with what the other side said, word for word. Takes the focus. */
export function Outcome({ tone, text, who, words, children }: OutcomeProps) {
  const { t } = useTranslation();
  const notice = useFocusOnMount<HTMLDivElement>();
  return (
    <Notice tone={tone} ref={notice}>
      <p>{text}</p>
      {words && (
        <>
          <p className="mt-3 text-sm">{t("settings.says", { who })}</p>
          <blockquote className="words">{words}</blockquote>
        </>
      )}
      {children}
    </Notice>
  );
}
