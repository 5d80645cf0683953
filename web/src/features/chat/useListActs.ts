/** What can be done about a conversation from the list: the list is asked for anew, and what can be undone says so. */
import { useTranslation } from "react-i18next";
import { failureOf } from "@/api/failure";
import type { Conversation, ConversationChange } from "@/api/types";
import { queryClient } from "@/app/queryClient";
import { failureText } from "@/i18n/problemText";
import { chatService } from "./chatService";
import { conversations } from "./live";
import { chatKeys } from "./queries";
import { useToast } from "./toast";

type Named = Pick<Conversation, "conversation_id" | "title">;

export function useListActs() {
  const { t } = useTranslation();
  const { t: tChat } = useTranslation("chat");
  const { say } = useToast.getState();

  /** False when it failed, which the toast says. */
  async function tried(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind !== "cancelled") say({ text: failureText(failure, t), tone: "error" });
      return false;
    }
  }

  async function restore({ conversation_id: id, title }: Named): Promise<boolean> {
    return tried(async () => {
      await chatService.restore(id);
      conversations.refresh(id);
      await listsChanged();
      say({ text: tChat("list.restored", { title: title || tChat("list.untitled") }) });
    });
  }

  return {
    restore,
    change: (id: string, change: ConversationChange) =>
      tried(async () => {
        await chatService.change(id, change);
        conversations.refresh(id);
        await listsChanged();
      }),
    remove: (conversation: Named) =>
      tried(async () => {
        const { restorable_until } = await chatService.remove(conversation.conversation_id);
        conversations.removed(conversation.conversation_id);
        await listsChanged();
        say({
          text: tChat("list.deleted", { title: conversation.title || tChat("list.untitled") }),
          ...(restorable_until !== undefined && {
            act: { label: tChat("list.undo"), run: () => void restore(conversation) },
          }),
        });
      }),
  };
}

async function listsChanged(): Promise<void> {
  void queryClient.invalidateQueries({ queryKey: chatKeys.searches });
  await queryClient.invalidateQueries({ queryKey: chatKeys.lists });
}
