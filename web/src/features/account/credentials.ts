/** What the forms check before they ask the server. The server decides; these only spare a round trip. */
import * as z from "zod";
import type { Limits } from "@/i18n/problemText";

// zod probes `new Function` otherwise, which the Content-Security-Policy reports as a violation.
z.config({ jitless: true });

/** Keys of a message and its numbers; the form translates them when it shows them, so that a change of language reaches them. */
export type Check = "email.required" | "email.not_an_email" | "password.required" | "password.too_short" | "password.too_long";

/** The length a person counts: one emoji of one code point is one, whatever UTF-16 makes of it. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

const message = (check: Check): Check => check;

/** Something, an @, something: anything finer is the server's to judge. Surrounding white space is a slip of pasting. */
const email = z
  .string()
  .transform((text) => text.trim())
  .pipe(z.string().min(1, message("email.required")).regex(/^.+@[^@]+$/su, message("email.not_an_email")));

export const loginSchema = z.object({
  email,
  password: z.string().min(1, message("password.required")),
});

export function newPasswordSchema(limits: Limits) {
  return z
    .string()
    .min(1, message("password.required"))
    .refine((text) => text === "" || codePoints(text) >= limits.passwordMin, message("password.too_short"))
    .refine((text) => codePoints(text) <= limits.passwordMax, message("password.too_long"));
}

export function registerSchema(limits: Limits) {
  return z.object({ email, password: newPasswordSchema(limits) });
}

export function setupSchema(limits: Limits) {
  return z.object({ password: newPasswordSchema(limits) });
}
