/** Asks for the code of an authenticator, or a recovery code where the phone is not at hand. */
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Failure } from "@/api/failure";
import { Button } from "@/components/Button";
import { Field } from "@/components/Field";
import { ServerForm } from "@/forms/ServerForm";
import { useServerForm } from "@/forms/useServerForm";
import { codeSchema } from "./credentials";
import { tidyCode } from "./secondFactor";

interface CodeFormProps {
  submitLabel: string;
  pendingLabel: string;
  submit(code: string): Promise<void>;
  intercept?(failure: Failure): boolean;
  /** More to do than to enter a code, beside the change between its kinds. */
  children?: ReactNode;
}

export function CodeForm({ submitLabel, pendingLabel, submit, intercept, children }: CodeFormProps) {
  const { t } = useTranslation();
  const [recovery, setRecovery] = useState(false);
  const form = useServerForm({
    schema: codeSchema,
    defaultValues: { code: "" },
    fields: ["code"],
    submit: ({ code }) => submit(tidyCode(code)),
    ...(intercept && { intercept }),
  });

  return (
    <>
      <ServerForm form={form} submitLabel={submitLabel} pendingLabel={pendingLabel}>
        <Field
          // Another field, not the same one changed: on-screen keyboards only look when it gets the focus.
          key={recovery ? "recovery" : "code"}
          autoFocus
          label={recovery ? t("login.code.recoveryLabel") : t("login.code.label")}
          hint={recovery ? t("login.code.recoveryHint") : t("login.code.hint")}
          autoComplete={recovery ? "off" : "one-time-code"}
          inputMode={recovery ? "text" : "numeric"}
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          required
          {...form.field("code")}
        />
      </ServerForm>
      <div className="actions">
        <Button
          onClick={() => {
            form.reset();
            setRecovery(!recovery);
          }}
        >
          {recovery ? t("login.code.useApp") : t("login.code.useRecovery")}
        </Button>
        {children}
      </div>
    </>
  );
}
