import * as z from "zod/mini";
import type { ExchangeCredentials } from "@/api/types";
import { rules } from "@/forms/checks";

export const noCredentials = { api_key: "", api_secret: "", passphrase: "" };

export const exchangeSchema = z.object({
  api_key: rules([(text) => text.trim() !== "", "api_key.required"]),
  api_secret: rules([(text) => text.trim() !== "", "api_secret.required"]),
  passphrase: rules([(text) => text.trim() !== "", "passphrase.required"]),
});

/** They are copied, often with a blank too many; none has one of its own (the exchange wants each in a header). */
export function credentialsOf(
  typed: typeof noCredentials,
  insists: { acceptWithdraw?: boolean; replaceUnreadable?: boolean } = {},
): ExchangeCredentials {
  return {
    api_key: typed.api_key.trim(),
    api_secret: typed.api_secret.trim(),
    passphrase: typed.passphrase.trim(),
    ...(insists.acceptWithdraw && { accept_withdraw: true }),
    ...(insists.replaceUnreadable && { replace_unreadable: true }),
  };
}
