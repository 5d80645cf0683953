import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { LlmReply, LlmSettings } from "@/api/types";
import { Button } from "@/components/Button";
import { Checkbox, Select } from "@/components/Choices";
import { Field, SecretField } from "@/components/Field";
import { LeaveGuard } from "@/forms/LeaveGuard";
import { ServerForm } from "@/forms/ServerForm";
import { useServerForm } from "@/forms/useServerForm";
import {
  changeOf,
  fieldsOf,
  keyStanding,
  type LlmValues,
  llmSchema,
  needsKey,
  type Provider,
  providers,
  valuesOf,
} from "./llmDraft";
import { ReplaceOffer } from "./ReplaceOffer";
import { settingsService } from "./settingsService";
import { useReplacing } from "./useReplacing";

interface LlmFormProps {
  settings: LlmSettings;
  /** To choose from; empty as long as nobody asked the provider. */
  models: readonly string[];
  onDirty(dirty: boolean): void;
  onBegin(): void;
  onSaved(reply: LlmReply): void;
}

/** Where a model is chosen from those that the provider listed. */
export const choiceOfModel = "choice-of-model";

const plain = { autoComplete: "off", autoCapitalize: "none", spellCheck: false } as const;

export function LlmForm({ settings, models, onDirty, onBegin, onSaved }: LlmFormProps) {
  const { t } = useTranslation();
  // The field of the key says that the stored one gives way.
  const replacing = useReplacing(settings.state === "unreadable");
  const form = useServerForm<LlmValues>({
    schema: llmSchema(settings),
    defaultValues: valuesOf(settings),
    fields: [...new Set(providers.flatMap(fieldsOf))],
    submit: async (values) => {
      onBegin();
      const reply = await settingsService.saveLlm(changeOf(values, replacing.begin()));
      form.reset(valuesOf(reply.llm));
      onSaved(reply);
    },
    intercept: replacing.meets,
  });
  const provider = form.value("provider");
  const model = form.value("model");
  const values = form.values();
  const standing = keyStanding(values, settings);
  const { dirty } = form;
  const knowsModels = models.length > 0 && provider === settings.provider;

  useEffect(() => onDirty(dirty), [dirty]);
  // Removed, or saved somewhere else; what is being typed is left alone.
  const changedAt = settings.last_changed_at;
  useEffect(() => {
    if (!dirty) form.reset(valuesOf(settings));
  }, [changedAt]);

  const hint = {
    kept: t("llm.keyKept", { masked: settings.api_key_masked ?? "" }),
    again: t("llm.keyAgain", { host: settings.host ?? "" }),
    lost: t("llm.keyLost"),
    needed: t("llm.keyNeeded"),
    optional: t("llm.keyOptional"),
  }[standing];

  return (
    <div className="max-w-md">
      <LeaveGuard active={dirty && !form.pending} />
      <ServerForm form={form} submitLabel={t("settings.save")} pendingLabel={t("settings.saving")}>
        <Select<Provider>
          label={t("llm.provider")}
          value={provider}
          options={providers.map((value) => ({ value, text: t(`llm.name.${value}`) }))}
          onChange={(value) => form.set("provider", value)}
        />
        {provider === "azure" ? (
          <Field
            key="endpoint"
            label={t("llm.endpoint")}
            hint={t("llm.endpointHint")}
            inputMode="url"
            required
            {...plain}
            {...form.field("endpoint")}
          />
        ) : (
          <Field
            key="base_url"
            label={t("llm.baseUrl")}
            hint={provider === "openai" ? t("llm.baseUrlHint") : t("llm.ollamaHint")}
            inputMode="url"
            required={provider === "ollama"}
            {...plain}
            {...form.field("base_url")}
          />
        )}
        <Field
          label={provider === "azure" ? t("llm.deployment") : t("llm.model")}
          hint={provider === "azure" ? t("llm.deploymentHint") : knowsModels ? undefined : t("llm.modelHint")}
          required={provider === "azure"}
          {...plain}
          {...form.field("model")}
        />
        {knowsModels && (
          <Select
            id={choiceOfModel}
            label={t("llm.choose")}
            value={models.includes(model) ? model : ""}
            options={[{ value: "", text: t("llm.nothingChosen") }, ...models.map((value) => ({ value, text: value }))]}
            onChange={(chosen) => chosen !== "" && form.set("model", chosen)}
          />
        )}
        {provider === "azure" && (
          <Field label={t("llm.apiVersion")} hint={t("llm.apiVersionHint")} {...plain} {...form.field("api_version")} />
        )}
        <SecretField
          label={t("llm.apiKey")}
          hint={hint}
          required={standing === "again" || standing === "lost" || standing === "needed"}
          {...form.field("api_key")}
        />
        {settings.api_key_masked !== null && !needsKey(values) && (
          <Checkbox
            label={t("llm.withoutKey")}
            hint={t("llm.withoutKeyHint")}
            checked={values.without_key}
            onChange={(event) => form.set("without_key", event.target.checked)}
          />
        )}
        {replacing.offered && <ReplaceOffer onInsist={replacing.insist} />}
      </ServerForm>
      {dirty && !form.pending && (
        <div className="actions">
          <Button onClick={() => form.reset(valuesOf(settings))}>{t("settings.discard")}</Button>
        </div>
      )}
    </div>
  );
}
