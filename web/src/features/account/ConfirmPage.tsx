import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Failure, failureOf, isProblem, problemType } from "@/api/failure";
import { home } from "@/app/returnTo";
import { Button } from "@/components/Button";
import { Notice } from "@/components/Notice";
import { Page } from "@/components/Page";
import { failureText } from "@/i18n/problemText";
import { authService } from "./authService";
import { DeadEnd } from "./DeadEnd";
import { useLinkToken } from "./useLinkToken";

/**
 * Proves an address with the link that was mailed to it. Only a press does it: programs that look through mail open links
 * by themselves, and would confirm what nobody has read.
 */
export function ConfirmPage() {
  const { t } = useTranslation();
  const token = useLinkToken();
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [confirmed, setConfirmed] = useState<string | null>(null);
  const onward = { to: home, label: t("confirm.onward") };

  if (confirmed !== null) {
    return <DeadEnd title={t("confirm.done.title")} lead={t("confirm.done.text", { email: confirmed })} {...onward} />;
  }
  if (token === null)
    return <DeadEnd title={t("confirm.missing.title")} lead={t("confirm.missing.text")} {...onward} />;
  if (failure && notValid(failure)) {
    return <DeadEnd title={t("setup.invalid.title")} lead={t("confirm.invalid")} {...onward} />;
  }

  async function confirm(link: string) {
    if (pending) return;
    setPending(true);
    setFailure(null);
    try {
      setConfirmed(await authService.confirmEmail(link));
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setPending(false);
    }
  }

  return (
    <Page title={t("confirm.title")} lead={t("confirm.lead")}>
      {failure && <Notice tone="error">{failureText(failure, t)}</Notice>}
      <div className="actions">
        <Button look="primary" onClick={() => void confirm(token)} aria-disabled={pending || undefined}>
          {pending ? t("confirm.pending") : t("confirm.submit")}
        </Button>
      </div>
      <p className="page-aside">
        {t("confirm.notYou")} <Link to={home}>{t("confirm.onward")}</Link>
      </p>
    </Page>
  );
}

function notValid(failure: Failure): boolean {
  return isProblem(failure, problemType.linkNotValid) || isProblem(failure, problemType.invalidInput);
}
