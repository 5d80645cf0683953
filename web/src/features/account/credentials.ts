/** What the forms of the account check before they ask the server. */
import * as z from "zod/mini";
import { type Check, codePoints, rules } from "@/forms/checks";
import type { Limits } from "@/i18n/problemText";

/** Something, an @, something: anything finer is the server's to judge. */
const email = rules(
  [(text) => text.trim() !== "", "email.required"],
  [(text) => /.@./su.test(text.trim()), "email.not_an_email"],
);

/** A password is taken as it was typed; an old one may be of any length. */
const password = rules([(text) => text !== "", "password.required"]);

function newPassword(limits: Limits) {
  return rules(
    [(text) => text !== "", "password.required"],
    [(text) => codePoints(text) >= limits.passwordMin, "password.too_short"],
    [(text) => codePoints(text) <= limits.passwordMax, "password.too_long"],
  );
}

export const loginSchema = z.object({ email, password });

export function registerSchema(limits: Limits) {
  return z.object({ email, password: newPassword(limits) });
}

export function setupSchema(limits: Limits) {
  return z.object({ password: newPassword(limits) });
}

export function passwordChangeSchema(limits: Limits) {
  return z.object({
    current_password: rules([(text) => text !== "", "current_password.required"]),
    new_password: newPassword(limits),
  });
}

/** An address alone: to prove it, to change to it, or to get a link by mail. */
export const emailSchema = z.object({ email });

/** For one more proof of who is here. */
export const stepUpSchema = z.object({ password });

/** Code points, by api/openapi.yaml. */
export const longestTokenName = 100;

export const tokenSchema = z.object({
  name: rules(
    [(text) => text.trim() !== "", "token_name.required"],
    [(text) => codePoints(text.trim()) <= longestTokenName, "token_name.too_long"],
  ),
  scopes: z.array(z.string()).check(
    z.check<string[]>((context) => {
      if (context.value.length > 0) return;
      context.issues.push({ code: "custom", message: "scopes.required" satisfies Check, input: context.value });
    }),
  ),
  addresses: z.string(),
});

/** Six digits or a recovery code; which of them holds is the server's to judge. */
export const codeSchema = z.object({ code: rules([(text) => text.trim() !== "", "code.required"]) });
