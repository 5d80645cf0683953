/** What a token may do, as people read it. The server's list may grow before this one does: an unknown scope shows its name. */
import type { TFunction } from "i18next";
import type { TokenScope } from "@/api/types";

export const scopes = [
  { scope: "account:read", key: "account_read", adminsOnly: false },
  { scope: "chat:read", key: "chat_read", adminsOnly: false },
  { scope: "chat:write", key: "chat_write", adminsOnly: false },
  { scope: "charts:read", key: "charts_read", adminsOnly: false },
  { scope: "charts:write", key: "charts_write", adminsOnly: false },
  { scope: "admin:read", key: "admin_read", adminsOnly: true },
] as const satisfies { scope: TokenScope; key: string; adminsOnly: boolean }[];

export function scopeText(scope: string, t: TFunction): string {
  const known = scopes.find((entry) => entry.scope === scope);
  return known ? t(`tokens.scope.${known.key}.name`) : scope;
}

/** What was typed into one field: addresses and ranges, separated by commas, spaces or line ends. */
export function addressList(typed: string): string[] {
  return typed.split(/[\s,;]+/u).filter((address) => address !== "");
}
