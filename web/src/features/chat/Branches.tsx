import { useTranslation } from "react-i18next";
import type { Message } from "@/api/types";
import { placeOf } from "./branches";

interface BranchesProps {
  message: Message;
  busy: boolean;
  onShow(number: number, step: "previous" | "next"): void;
}

/** "2 of 3": the messages that were made in this one's place. */
export function Branches({ message, busy, onShow }: BranchesProps) {
  const { t } = useTranslation("chat");
  const place = placeOf(message);
  if (!place) return null;
  const step = (name: "previous" | "next", sign: string) => {
    const number = place[name];
    return (
      <button
        type="button"
        className="branch-step"
        data-step={name}
        aria-label={t(`branches.${name}`)}
        // Not disabled: the focus would be lost at the end of the row.
        aria-disabled={number === null || busy || undefined}
        onClick={() => number !== null && !busy && onShow(number, name)}
      >
        <span aria-hidden="true">{sign}</span>
      </button>
    );
  };
  return (
    <div className="branches" role="group" aria-label={t("branches.label")} data-branch-of={message.number}>
      {step("previous", "‹")}
      <span>{t("branches.place", { position: place.position, count: place.count })}</span>
      {step("next", "›")}
    </div>
  );
}
