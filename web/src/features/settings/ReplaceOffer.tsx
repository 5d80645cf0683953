import { useTranslation } from "react-i18next";
import { Button } from "@/components/Button";
import { Notice } from "@/components/Notice";
import { useFocusOnMount } from "@/components/useFocusOnMount";

/** Inside a form: what stands there cannot be read, and nothing was saved; sends the form again so that it gives way. */
export function ReplaceOffer({ onInsist }: { onInsist(): void }) {
  const { t } = useTranslation();
  const notice = useFocusOnMount<HTMLDivElement>();
  return (
    <Notice tone="error" ref={notice}>
      <p className="font-semibold">{t("settings.replace.title")}</p>
      <p>{t("settings.replace.text")}</p>
      <div className="actions">
        <Button type="submit" look="danger" onClick={onInsist}>
          {t("settings.replace.accept")}
        </Button>
      </div>
    </Notice>
  );
}
