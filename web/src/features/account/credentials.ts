/** What the forms check before they ask the server. The server decides; these only spare a round trip. */
import * as z from "zod/mini";
import type { Limits } from "@/i18n/problemText";

// zod probes `new Function` otherwise, which the Content-Security-Policy reports as a violation.
z.config({ jitless: true });

/** Names of messages; the form translates them when it shows them, so that a change of language reaches them. */
export type Check =
  | "required"
  | "email.required"
  | "email.not_an_email"
  | "password.required"
  | "password.too_short"
  | "password.too_long"
  | "current_password.required"
  | "code.required";

/** The length a person counts: one emoji of one code point is one, whatever UTF-16 makes of it. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** Each rule with the message for those who miss it; the first one missed is told. */
export function rules(...list: [holds: (text: string) => boolean, check: Check][]) {
  return z.string().check(
    z.check<string>((context) => {
      const missed = list.find(([holds]) => !holds(context.value));
      if (missed) context.issues.push({ code: "custom", message: missed[1], input: context.value });
    }),
  );
}

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

/** Six digits or a recovery code; which of them holds is the server's to judge. */
export const codeSchema = z.object({ code: rules([(text) => text.trim() !== "", "code.required"]) });
