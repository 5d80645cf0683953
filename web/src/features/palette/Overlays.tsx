/** The keys of the whole desk, and what they bring over the page. */
import { useEffect } from "react";
import { useNavigate } from "react-router";
import { areas } from "@/app/destinations";
import { letterKeys } from "@/app/letterKeys";
import { showOverlay, useOverlay } from "@/app/overlays";
import { newConversationPath } from "@/app/paths";
import { begins, isTyping, type ShortcutId, shortcutOf } from "@/app/shortcuts";
import { newChartLink } from "./newChart";
import { KeysDialog } from "./KeysDialog";
import { Palette } from "./Palette";

/** Milliseconds within which the second key has to follow the first. */
const patience = 1500;

export function Overlays() {
  const shown = useOverlay(({ shown }) => shown);
  useDeskKeys();
  // Whoever leaves the desk leaves nothing open over the page that comes.
  useEffect(() => () => showOverlay(null), []);
  const close = () => showOverlay(null);
  if (shown === "palette") return <Palette onClose={close} />;
  if (shown === "keys") return <KeysDialog onClose={close} />;
  return null;
}

function useDeskKeys(): void {
  const navigate = useNavigate();
  useEffect(() => {
    let before: { key: string; at: number } | null = null;

    function act(id: ShortcutId<"page">): void {
      const area = areas.find(({ key }) => key === id);
      if (area) return void navigate(area.path);
      switch (id) {
        case "help":
          return showOverlay("keys");
        case "newConversation":
          return void navigate(newConversationPath);
        case "newChart":
          return void navigate(newChartLink.to, { state: newChartLink.state });
      }
    }

    function onKey(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.isComposing) return;
      const first = before && event.timeStamp - before.at < patience ? before.key : null;
      before = null;
      if (shortcutOf("everywhere", event) === "palette") {
        const { shown } = useOverlay.getState();
        // Another dialog waits for its own answer first.
        if (shown === null && document.querySelector(".dialog")) return;
        event.preventDefault();
        return showOverlay(shown === "palette" ? null : "palette");
      }
      if (isTyping(event.target) || document.querySelector(".dialog") || !letterKeys.areOn()) return;
      const id = shortcutOf("page", event, first);
      if (id !== null) {
        event.preventDefault();
        act(id);
      } else if (begins("page", event)) {
        before = { key: event.key.toLowerCase(), at: event.timeStamp };
      }
    }

    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [navigate]);
}
