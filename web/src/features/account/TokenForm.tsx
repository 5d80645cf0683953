import { useTranslation } from "react-i18next";
import type { PersonalTokenCreated, TokenScope } from "@/api/types";
import { Button } from "@/components/Button";
import { Check, CheckGroup, SelectField } from "@/components/Choice";
import { Field } from "@/components/Field";
import { ServerForm } from "@/forms/ServerForm";
import { useServerForm } from "@/forms/useServerForm";
import { useOwner } from "./authStore";
import { tokenSchema } from "./credentials";
import { addressList, scopes } from "./tokenScopes";
import { tokenService } from "./tokenService";

/** Days; a token that nobody uses any more should not open anything for ever. */
const lives = [7, 30, 90, 365];
const usualLife = 90;

interface TokenFormProps {
  onMade(created: PersonalTokenCreated): void;
  onCancel(): void;
}

export function TokenForm({ onMade, onCancel }: TokenFormProps) {
  const { t } = useTranslation();
  const isAdmin = useOwner()?.is_admin ?? false;
  const offered = scopes.filter(({ adminsOnly }) => isAdmin || !adminsOnly);
  const form = useServerForm({
    schema: tokenSchema,
    defaultValues: { name: "", scopes: ["account:read"], expires_in_days: String(usualLife), addresses: "" },
    fields: ["name", "scopes", "expires_in_days", "addresses"],
    submit: async (values) => {
      const addresses = addressList(values.addresses);
      onMade(
        await tokenService.create({
          name: values.name.trim(),
          scopes: values.scopes as TokenScope[],
          ...(values.expires_in_days !== "" && { expires_in_days: Number(values.expires_in_days) }),
          ...(addresses.length > 0 && { addresses }),
        }),
      );
    },
  });
  const { error: scopesError, ...scopesField } = form.field("scopes");
  const { error: _, ...lifeField } = form.field("expires_in_days");

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
        <CheckGroup legend={t("tokens.scopes")} error={scopesError}>
          {offered.map(({ scope, key }) => (
            <Check
              key={scope}
              label={t(`tokens.scope.${key}.name`)}
              hint={t(`tokens.scope.${key}.text`)}
              value={scope}
              {...scopesField}
            />
          ))}
        </CheckGroup>
        <SelectField label={t("tokens.life")} {...lifeField}>
          {lives.map((days) => (
            <option key={days} value={days}>
              {t("tokens.days", { count: days })}
            </option>
          ))}
          <option value="">{t("tokens.noEnd")}</option>
        </SelectField>
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
