import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Button } from "@/components/Button";
import { useSecondsUntil } from "@/forms/wait";
import { isForSettings, kindOf, mayBeTriedAgain } from "./failures";

interface RunFailureNoticeProps {
  code: string;
  /** The provider's own words where there are any. */
  words: string;
  /** When the provider wants to be asked again: milliseconds since 1970, or null. */
  until: number | null;
  retry: (() => void) | null;
  /** It has just happened; an older one is not announced whenever it comes into the window. */
  fresh?: boolean;
}

/** Why an answer did not come: what to do next, the provider's words, and the way there. */
export function RunFailureNotice({ code, words, until, retry, fresh = false }: RunFailureNoticeProps) {
  const { t } = useTranslation("chat");
  const kind = kindOf(code);
  const seconds = useSecondsUntil(until);
  const waits = seconds !== null && seconds > 0;
  return (
    <div className="notice chat-notice" data-tone="error" role={fresh ? "alert" : undefined}>
      <p className="font-semibold">{t(`failed.next.${kind}`)}</p>
      {words !== "" && (
        <>
          <p className="mt-2 text-sm">{t("failed.says")}</p>
          <blockquote className="words">{words}</blockquote>
        </>
      )}
      <div className="notice-acts">
        {isForSettings(kind) && (
          <Link to="/settings/llm" className="button button-quiet">
            {t("failed.openSettings")}
          </Link>
        )}
        {kind === "context-too-long" && (
          <Link to="/chat/new" className="button button-quiet">
            {t("list.new")}
          </Link>
        )}
        {retry && mayBeTriedAgain(kind) && (
          <Button onClick={() => !waits && retry()} aria-disabled={waits || undefined}>
            {waits ? t("failed.wait", { count: seconds }) : t("failed.retry")}
          </Button>
        )}
      </div>
    </div>
  );
}
