import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useHold } from "@/app/AppRouter";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { useAuth } from "@/features/account/authStore";

/** Asks before something that is not saved is left behind: by a link, by the way back, by closing the tab. */
export function LeaveGuard({ active }: { active: boolean }) {
  const { t } = useTranslation();
  const [generation] = useState(() => useAuth.getState().generation);
  const held = useHold((from, to) => {
    // Whoever was signed out, or follows somebody else here, is led away without being asked.
    const { state, generation: now } = useAuth.getState();
    if (state.phase === "out" || now !== generation) return false;
    return active && from.pathname !== to.pathname;
  });

  useEffect(() => {
    if (!active) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [active]);

  if (held === null) return null;
  return (
    <Dialog role="alertdialog" title={t("unsaved.title")} description={t("unsaved.text")} onDismiss={held.stay}>
      <div className="actions">
        <Button onClick={held.stay}>{t("unsaved.stay")}</Button>
        <Button look="primary" onClick={held.proceed}>
          {t("unsaved.confirm")}
        </Button>
      </div>
    </Dialog>
  );
}
