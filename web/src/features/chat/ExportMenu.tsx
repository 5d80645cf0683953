import * as DropdownMenu from "@radix-ui/react-dropdown-menu";
import { useTranslation } from "react-i18next";
import { failureOf } from "@/api/failure";
import { saveFile } from "@/components/saveFile";
import { failureText } from "@/i18n/problemText";
import { chatService, type ExportFormat } from "./chatService";
import { useToast } from "./toast";

/** Brings what is shown, or everything, as a file. Tells in the toast when that fails. */
export function useExport() {
  const { t } = useTranslation();
  const { t: tChat } = useTranslation("chat");
  return async (id: string | null, format: ExportFormat) => {
    const say = useToast.getState().say;
    try {
      say({ text: tChat("export.making") });
      const file = await chatService.export(id, format);
      saveFile(file.name, file.content);
      say({ text: tChat("export.made", { name: file.name }) });
    } catch (error) {
      say({ text: `${tChat("export.failed")} ${failureText(failureOf(error), t)}`, tone: "error" });
    }
  };
}

export function ExportMenu({ id, label }: { id: string | null; label: string }) {
  const { t } = useTranslation("chat");
  const bring = useExport();
  return (
    // Not modal: the modal form locks scrolling with a style element, which the Content-Security-Policy forbids.
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="chat-toggle">{label}</DropdownMenu.Trigger>
      <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={12}>
        <DropdownMenu.Item className="menu-item" onSelect={() => void bring(id, "markdown")}>
          {t("export.markdown")}
        </DropdownMenu.Item>
        <DropdownMenu.Item className="menu-item" onSelect={() => void bring(id, "json")}>
          {t("export.json")}
        </DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  );
}
