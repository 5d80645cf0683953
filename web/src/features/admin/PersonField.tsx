import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Field } from "@/components/Field";
import { adminService } from "./adminService";
import { adminKeys } from "./queries";
import { useSettled } from "./useSettled";

interface PersonFieldProps {
  label: string;
  /** Whose account; null: anybody's. */
  id: string | null;
  onChange(id: string | null): void;
}

/** An account, chosen by its address: the server is asked for those that match while it is typed. */
export function PersonField({ label, id, onChange }: PersonFieldProps) {
  const { t } = useTranslation("admin");
  const listId = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [left, setLeft] = useState(false);
  const chosen = useQuery({
    queryKey: adminKeys.user(id ?? ""),
    queryFn: ({ signal }) => adminService.user(id ?? "", signal),
    enabled: id !== null,
  });
  // Another filter was chosen elsewhere (a link, the way back): what was typed is over.
  useEffect(() => setTyped(null), [id]);

  const text = typed ?? (id === null ? "" : (chosen.data?.email ?? (chosen.isError ? id : "")));
  const q = useSettled((typed ?? "").trim(), 250);
  const filters = { q, state: null };
  const offered = useQuery({
    queryKey: [...adminKeys.users(filters), "offered"],
    queryFn: ({ signal }) => adminService.users(filters, null, signal, 10),
    enabled: q !== "",
  });
  const users = (q !== "" && offered.data?.users) || [];
  const match = (address: string) => users.find(({ email }) => email === address.trim().toLowerCase());
  // The whole address may be typed faster than the server answers.
  const late = typed !== null && typed.trim() !== "" ? match(typed) : undefined;
  useEffect(() => {
    if (late && late.id !== id) onChange(late.id);
  }, [late?.id]);

  const unknown = left && typed !== null && typed.trim() !== "" && !late && offered.isSuccess && q === typed.trim();
  return (
    <>
      <Field
        label={label}
        type="text"
        inputMode="email"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={254}
        list={listId}
        value={text}
        hint={t("audit.personHint")}
        error={unknown ? t("audit.personUnknown") : undefined}
        onFocus={() => setLeft(false)}
        onBlur={() => setLeft(true)}
        onChange={(event) => {
          setTyped(event.target.value);
          if (event.target.value.trim() === "") onChange(null);
        }}
      />
      <datalist id={listId}>
        {users.map(({ id: each, email }) => (
          <option key={each} value={email} />
        ))}
      </datalist>
    </>
  );
}
