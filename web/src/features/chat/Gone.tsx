import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Button } from "@/components/Button";
import { Notice } from "@/components/Notice";
import { useListActs } from "./useListActs";

/** In the place of a conversation that was deleted while it was shown, here or in another tab. */
export function Gone({ id, head }: { id: string; head: ReactNode }) {
  const { t } = useTranslation("chat");
  const { restore } = useListActs();
  return (
    <>
      {head}
      <Notice tone="info">
        <p>{t("conversation.gone")}</p>
        <div className="notice-acts">
          <Button onClick={() => void restore({ conversation_id: id, title: "" })}>{t("list.restore")}</Button>
          <Link to="/chat/new" className="button button-quiet">
            {t("list.new")}
          </Link>
        </div>
      </Notice>
    </>
  );
}
