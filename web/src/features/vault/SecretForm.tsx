import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem, problemType } from "@/api/failure";
import type { Secret } from "@/api/types";
import { Button } from "@/components/Button";
import { Field } from "@/components/Field";
import { Notice } from "@/components/Notice";
import { SecretArea } from "@/components/SecretArea";
import { useFocusOnMount } from "@/components/useFocusOnMount";
import { LeaveGuard } from "@/forms/LeaveGuard";
import { ServerForm } from "@/forms/ServerForm";
import { useServerForm } from "@/forms/useServerForm";
import { requestOf, secretSchema } from "./secretForm";
import { isDeleted } from "./secretList";
import { secretService } from "./secretService";

interface SecretFormProps {
  /** What is to be replaced; null for a new one. */
  before: Secret | null;
  secrets: readonly Secret[];
  /** Reads the list anew and gives it. */
  refresh(): Promise<readonly Secret[]>;
  onSaved(secret: Secret): void;
  onCancel(): void;
}

export function SecretForm({ before, secrets, refresh, onSaved, onCancel }: SecretFormProps) {
  const { t } = useTranslation();
  const heading = useId();
  /** What is replaced, as this form knows it: after a conflict, what was found then. */
  const [known, setKnown] = useState(before);
  const [conflict, setConflict] = useState<Secret | "gone" | null>(null);
  const taken = before ? [] : secrets.filter((secret) => !isDeleted(secret)).map(({ name }) => name);
  const form = useServerForm({
    schema: secretSchema(taken),
    defaultValues: { name: before?.name ?? "", value: "" },
    fields: ["name", "value"],
    submit: async (values) => {
      setConflict(null);
      const saved = await secretService.save(requestOf(values, known));
      form.reset({ name: saved.name, value: "" });
      onSaved(saved);
    },
    intercept: (failure) => {
      if (before === null || !isProblem(failure, problemType.versionChanged)) return false;
      void lookAgain(before.name);
      return true;
    },
  });

  async function lookAgain(name: string) {
    const found = (await refresh()).find((secret) => secret.name === name) ?? null;
    setKnown(found);
    setConflict(found && !isDeleted(found) ? found : "gone");
  }

  return (
    <section className="mt-10 max-w-md" aria-labelledby={heading}>
      <LeaveGuard active={form.dirty && !form.pending} />
      <h2 id={heading} className="section-title">
        {before ? t("secrets.replaceTitle", { name: before.name }) : t("secrets.new")}
      </h2>
      {known?.readable === false && <Notice tone="info">{t("secrets.overwrites")}</Notice>}
      {conflict && (
        <Conflict
          text={
            conflict === "gone"
              ? t("secrets.conflictGone", { name: before?.name ?? "" })
              : t("secrets.conflict", { name: conflict.name, version: conflict.version })
          }
        />
      )}
      <ServerForm form={form} submitLabel={t("settings.save")} pendingLabel={t("settings.saving")}>
        {!before && (
          <Field
            autoFocus
            label={t("secrets.name")}
            hint={t("secrets.nameHint")}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            required
            {...form.field("name")}
          />
        )}
        <SecretArea
          autoFocus={before !== null}
          label={t("secrets.value")}
          hint={t("secrets.valueHint")}
          required
          {...form.field("value")}
        />
      </ServerForm>
      <div className="actions">
        <Button onClick={onCancel}>{t("app.cancel")}</Button>
      </div>
    </section>
  );
}

function Conflict({ text }: { text: string }) {
  const notice = useFocusOnMount<HTMLDivElement>();
  return (
    <Notice tone="error" ref={notice}>
      {text}
    </Notice>
  );
}
