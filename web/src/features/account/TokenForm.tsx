import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { IssuedPersonalToken, TokenScope } from "@/api/types";
import { Button } from "@/components/Button";
import { Checkbox, Select } from "@/components/Choices";
import { Field } from "@/components/Field";
import { ServerForm } from "@/forms/ServerForm";
import { useServerForm } from "@/forms/useServerForm";
import { useOwner } from "./authStore";
import { tokenSchema } from "./credentials";
import { addressList, scopes } from "./tokenScopes";
import { tokenService } from "./tokenService";

/** Days; a token that nobody uses any more should not open anything for ever. */
const lives = ["7", "30", "90", "365", "none"] as const;
type Life = (typeof lives)[number];

interface TokenFormProps {
  onMade(created: IssuedPersonalToken): void;
  onCancel(): void;
}

export function TokenForm({ onMade, onCancel }: TokenFormProps) {
  const { t } = useTranslation();
  const isAdmin = useOwner()?.is_admin ?? false;
  const offered = scopes.filter(({ adminsOnly }) => isAdmin || !adminsOnly);
  const [life, setLife] = useState<Life>("90");
  const scopesError = useId();
  const form = useServerForm({
    schema: tokenSchema,
    defaultValues: { name: "", scopes: ["account:read"], addresses: "" },
    fields: ["name", "scopes", "addresses"],
    submit: async (values) => {
      const addresses = addressList(values.addresses);
      onMade(
        await tokenService.create({
          name: values.name.trim(),
          scopes: values.scopes as TokenScope[],
          ...(life !== "none" && { expires_in_days: Number(life) }),
          ...(addresses.length > 0 && { addresses }),
        }),
      );
    },
  });
  const noScope = form.error("scopes");

  return (
    <section className="mt-10 max-w-md" aria-labelledby="new-token">
      <h2 id="new-token" className="section-title">
        {t("tokens.new")}
      </h2>
      <ServerForm form={form} submitLabel={t("tokens.make")} pendingLabel={t("tokens.making")}>
        <Field
          autoFocus
          label={t("tokens.name")}
          hint={t("tokens.nameHint")}
          autoComplete="off"
          required
          {...form.field("name")}
        />
        <fieldset className="checks" aria-describedby={noScope ? scopesError : undefined}>
          <legend>{t("tokens.scopes")}</legend>
          {offered.map(({ scope, key }) => (
            <Checkbox
              key={scope}
              label={t(`tokens.scope.${key}.name`)}
              hint={t(`tokens.scope.${key}.text`)}
              {...form.box("scopes", scope)}
            />
          ))}
          <p id={scopesError} className="field-error" aria-live="polite">
            {noScope}
          </p>
        </fieldset>
        <Select<Life>
          label={t("tokens.life")}
          value={life}
          options={lives.map((value) => ({
            value,
            text: value === "none" ? t("tokens.noEnd") : t("tokens.days", { count: Number(value) }),
          }))}
          onChange={setLife}
        />
        <Field
          label={t("tokens.addresses")}
          hint={t("tokens.addressesHint")}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          {...form.field("addresses")}
        />
      </ServerForm>
      <div className="actions">
        <Button onClick={onCancel}>{t("app.cancel")}</Button>
      </div>
    </section>
  );
}
