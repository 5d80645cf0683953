import { useEffect } from "react";
import { conversations, type Opened, useLive } from "./live";

/** What is shown of a conversation, as long as the page shows it. Null for a moment at first. */
export function useConversation(id: string): Opened | null {
  useEffect(() => conversations.open(id), [id]);
  return useLive(({ opened }) => opened[id] ?? null);
}
