import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { failureOf } from "@/api/failure";
import { queryClient } from "@/app/queryClient";
import { chatService } from "./chatService";
import { ExportMenu } from "./ExportMenu";
import { importFailureText } from "./failures";
import { partsOf } from "./fileParts";
import { chatKeys } from "./queries";
import { useToast } from "./toast";
import { useConversationPages } from "./useConversationPages";

/** What concerns all conversations: taking them along, and bringing them back. */
export function ListFoot() {
  const { t } = useTranslation();
  const { t: tChat } = useTranslation("chat");
  const field = useRef<HTMLInputElement>(null);
  const { data } = useConversationPages();
  const isEmpty = data?.pages.every(({ conversations }) => conversations.length === 0) ?? true;

  async function bringBack(file: File) {
    const { say } = useToast.getState();
    say({ text: tChat("import.reading") });
    try {
      const parts = await partsOf(file);
      if (parts === null) return say({ text: tChat("import.tooLarge"), tone: "error" });
      let taken = 0;
      let left = 0;
      for (const part of parts) {
        const done = await chatService.import(part);
        taken += done.taken;
        left += done.left;
      }
      await queryClient.invalidateQueries({ queryKey: chatKeys.lists });
      say({
        text: `${tChat("import.taken", { count: taken })} ${left > 0 ? tChat("import.left", { count: left }) : ""}`,
      });
    } catch (error) {
      say({ text: importFailureText(failureOf(error), t, tChat), tone: "error" });
    }
  }

  return (
    <div className="chat-foot">
      {!isEmpty && <ExportMenu id={null} label={tChat("export.all")} />}
      <button type="button" className="chat-toggle" onClick={() => field.current?.click()}>
        {tChat("import.button")}
      </button>
      <input
        ref={field}
        type="file"
        accept="application/json,.json"
        className="hidden"
        aria-label={tChat("import.button")}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file) void bringBack(file);
        }}
      />
    </div>
  );
}
