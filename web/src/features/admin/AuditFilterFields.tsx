import { useId } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/Button";
import { Select } from "@/components/Choices";
import { Field } from "@/components/Field";
import { actionText, knownActions } from "@/i18n/actionText";
import { type FilterName, filterNames, readFilters, withFilter } from "./auditFilters";
import { PersonField } from "./PersonField";

interface AuditFilterFieldsProps {
  search: URLSearchParams;
  onChange(search: URLSearchParams): void;
  onClear(): void;
}

export function AuditFilterFields({ search, onChange, onClear }: AuditFilterFieldsProps) {
  const { t } = useTranslation("admin");
  const { t: common } = useTranslation();
  const title = useId();
  const filters = readFilters(search);
  const put = (name: FilterName, value: string) => onChange(withFilter(search, name, value));
  const actions = [...new Set<string>([...knownActions, ...(filters.action ? [filters.action] : [])])]
    .map((action) => ({ value: action, text: actionText(action, common) }))
    .sort((a, b) => a.text.localeCompare(b.text));
  const day = (name: "from" | "to") => (filters[name] ? (search.get(name) ?? "") : "");

  return (
    <search className="filters filters-many" aria-labelledby={title}>
      <h2 id={title} className="visually-hidden">
        {t("audit.filters")}
      </h2>
      <Select
        label={t("audit.action")}
        value={filters.action ?? ""}
        options={[{ value: "", text: t("audit.anyAction") }, ...actions]}
        onChange={(action) => put("action", action)}
      />
      <PersonField label={t("audit.owner")} id={filters.owner ?? null} onChange={(id) => put("owner", id ?? "")} />
      <PersonField label={t("audit.actor")} id={filters.actor ?? null} onChange={(id) => put("actor", id ?? "")} />
      <Field
        label={t("audit.from")}
        type="date"
        value={day("from")}
        max={day("to") || undefined}
        onChange={(event) => put("from", event.target.value)}
      />
      <Field
        label={t("audit.to")}
        type="date"
        value={day("to")}
        min={day("from") || undefined}
        onChange={(event) => put("to", event.target.value)}
      />
      {filterNames.some((name) => search.has(name)) && (
        <div className="filters-end">
          <Button onClick={onClear}>{t("audit.clear")}</Button>
        </div>
      )}
    </search>
  );
}
