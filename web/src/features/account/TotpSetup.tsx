import { useTranslation } from "react-i18next";
import type { TotpSecret } from "@/api/types";
import { Button } from "@/components/Button";
import { CopyButton } from "@/components/CopyButton";
import { Field } from "@/components/Field";
import { useFocusOnMount } from "@/components/useFocusOnMount";
import { ServerForm } from "@/forms/ServerForm";
import { useServerForm } from "@/forms/useServerForm";
import { codeSchema } from "./credentials";
import { factorService } from "./factorService";
import { imageOf, inGroups, tidyCode } from "./secondFactor";

interface TotpSetupProps {
  enrolment: TotpSecret;
  onCodes(codes: string[]): void;
  onCancel(): void;
}

/** Hands the secret to an authenticator, and turns the factor on with its first code. */
export function TotpSetup({ enrolment, onCodes, onCancel }: TotpSetupProps) {
  const { t } = useTranslation();
  const start = useFocusOnMount<HTMLHeadingElement>();
  const form = useServerForm({
    schema: codeSchema,
    defaultValues: { code: "" },
    fields: ["code"],
    submit: async ({ code }) => onCodes(await factorService.confirm({ code: tidyCode(code) })),
  });
  return (
    <ol className="steps">
      <li>
        <h2 ref={start} tabIndex={-1} className="section-title">
          {t("factor.scan.title")}
        </h2>
        <p className="row-text">{t("factor.scan.text")}</p>
        <img className="qr" src={imageOf(enrolment.qr_svg)} alt={t("factor.scan.alt")} />
        <p className="row-text">{t("factor.scan.typed")}</p>
        <p className="secret">
          <code>{inGroups(enrolment.secret)}</code>
        </p>
        <div className="actions">
          <CopyButton text={enrolment.secret} label={t("factor.scan.copy")} />
          {enrolment.uri.startsWith("otpauth://") && (
            <a className="button button-quiet no-underline" href={enrolment.uri}>
              {t("factor.scan.open")}
            </a>
          )}
        </div>
      </li>
      <li>
        <h2 className="section-title">{t("factor.first.title")}</h2>
        <p className="row-text">{t("factor.first.text")}</p>
        <div className="max-w-md">
          <ServerForm form={form} submitLabel={t("factor.first.submit")} pendingLabel={t("stepUp.pending")}>
            <Field
              label={t("login.code.label")}
              autoComplete="one-time-code"
              inputMode="numeric"
              autoCapitalize="none"
              autoCorrect="off"
              spellCheck={false}
              required
              {...form.field("code")}
            />
          </ServerForm>
        </div>
        <div className="actions">
          <Button onClick={onCancel}>{t("app.cancel")}</Button>
        </div>
      </li>
    </ol>
  );
}
