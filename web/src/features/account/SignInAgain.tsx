import { useTranslation } from "react-i18next";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { authService } from "./authService";
import { LoginSteps } from "./LoginSteps";

/** Over a page whose session ended: sign in again in place, and everything on the page goes on. */
export function SignInAgain({ email }: { email: string }) {
  const { t } = useTranslation();
  return (
    <Dialog
      title={t("session.ended.title")}
      description={t("session.ended.text")}
      // The address is there already.
      initialFocus="input[type=password]"
      veil
    >
      <LoginSteps email={email} />
      <div className="actions">
        <Button onClick={() => void authService.logout()}>{t("session.ended.leave")}</Button>
      </div>
    </Dialog>
  );
}
