/** Signing in, one step or two: address and password, then the code where the account asks for one. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Field, PasswordField } from "@/components/Field";
import { Notice } from "@/components/Notice";
import { ServerForm } from "@/forms/ServerForm";
import { useServerForm } from "@/forms/useServerForm";
import { authService } from "./authService";
import { CodeStep } from "./CodeStep";
import { loginSchema } from "./credentials";
import { type Challenge, readChallenge } from "./secondFactor";

interface LoginStepsProps {
  /** Who is expected; another address may be typed. */
  email?: string;
  /** Said above the first step, until something went wrong. */
  notice?: string | null;
}

export function LoginSteps({ email = "", notice = null }: LoginStepsProps) {
  const { t } = useTranslation();
  const [challenge, setChallenge] = useState<Challenge | null>(null);
  const [expired, setExpired] = useState(false);
  if (challenge) {
    return (
      <CodeStep
        challenge={challenge}
        onBack={(why) => {
          setChallenge(null);
          setExpired(why === "expired");
        }}
      />
    );
  }
  return (
    <PasswordStep
      email={email}
      notice={expired ? t("login.code.expired") : notice}
      onChallenge={(asked) => {
        setExpired(false);
        setChallenge(asked);
      }}
    />
  );
}

interface PasswordStepProps {
  email: string;
  notice: string | null;
  onChallenge(challenge: Challenge): void;
}

function PasswordStep({ email, notice, onChallenge }: PasswordStepProps) {
  const { t } = useTranslation();
  const form = useServerForm({
    schema: loginSchema,
    defaultValues: { email, password: "" },
    fields: ["email", "password"],
    submit: (values) => authService.login(values),
    intercept: (failure) => {
      const challenge = readChallenge(failure, Date.now());
      if (challenge) onChallenge(challenge);
      return challenge !== null;
    },
  });
  return (
    <>
      {notice && !form.formError && <Notice tone="info">{notice}</Notice>}
      <ServerForm form={form} submitLabel={t("login.submit")} pendingLabel={t("login.pending")}>
        <Field
          label={t("fields.email")}
          type="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          {...form.field("email")}
        />
        <PasswordField
          label={t("fields.password")}
          autoComplete="current-password"
          required
          {...form.field("password")}
        />
      </ServerForm>
    </>
  );
}
