import { useEffect, useState } from "react";
import { useOwner } from "@/features/account/authStore";
import { useLimits } from "@/features/chat/limits";
import { useLatestCharts, useLatestConversations } from "@/features/start/queries";
import { closeGuide, isGuideClosed } from "./closed";
import { type Progress, progressOf } from "./steps";

/** `open`: there are steps left. `unknown`: it is being found out, and nothing is shown meanwhile. */
export type Guide = { state: "unknown" | "closed" | "failed" } | { state: "open"; progress: Progress; dismiss(): void };

export function useGuide(): Guide {
  const owner = useOwner()?.id ?? null;
  const [dismissed, setDismissed] = useState(false);
  const limits = useLimits();
  const conversations = useLatestConversations();
  const charts = useLatestCharts();
  const closed = dismissed || (owner !== null && isGuideClosed(owner));

  const progress =
    limits.data && conversations.data && charts.data
      ? progressOf({
          model: limits.data.model !== null,
          conversation: conversations.data.length > 0,
          chart: charts.data.length > 0,
        })
      : null;
  const isDone = progress !== null && progress.next === null;
  useEffect(() => {
    if (isDone && owner !== null) closeGuide(owner);
  }, [isDone, owner]);

  if (closed || isDone || owner === null) return { state: "closed" };
  if (progress === null) {
    return { state: limits.isError || conversations.isError || charts.isError ? "failed" : "unknown" };
  }
  return {
    state: "open",
    progress,
    dismiss() {
      closeGuide(owner);
      setDismissed(true);
    },
  };
}
