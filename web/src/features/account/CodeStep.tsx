/** The second step of every way in: what the server asks for when the password, or a link, was right. */
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { isProblem, problemType } from "@/api/failure";
import { Button } from "@/components/Button";
import { authService } from "./authService";
import { CodeForm } from "./CodeForm";
import type { Challenge } from "./secondFactor";

interface CodeStepProps {
  challenge: Challenge;
  onBack(why: "expired" | "chosen"): void;
  /** Signed in. Pages that are left by that alone need not say anything. */
  onDone?(): void;
}

export function CodeStep({ challenge, onBack, onDone }: CodeStepProps) {
  const { t } = useTranslation();
  useEffect(() => {
    const id = setTimeout(() => onBack("expired"), Math.max(0, challenge.expiresAt - Date.now()));
    return () => clearTimeout(id);
    // The clock starts with the challenge, not with each drawing.
  }, [challenge]);

  return (
    <CodeForm
      submitLabel={t("login.code.submit")}
      pendingLabel={t("login.pending")}
      submit={async (code) => {
        await authService.loginWithCode({ mfa_token: challenge.token, code });
        onDone?.();
      }}
      intercept={(failure) => {
        const over =
          isProblem(failure, problemType.secondFactorExpired) || isProblem(failure, problemType.invalidToken);
        if (over) onBack("expired");
        return over;
      }}
    >
      <Button onClick={() => onBack("chosen")}>{t("login.code.back")}</Button>
    </CodeForm>
  );
}
