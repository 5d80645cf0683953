/** How the forms check before they ask the server. The server decides; these only spare a round trip. */
import * as z from "zod/mini";

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
  | "code.required"
  | "token_name.required"
  | "token_name.too_long"
  | "scopes.required"
  | "address.required"
  | "address.not_an_address"
  | "api_key.required"
  | "api_key.again"
  | "api_secret.required"
  | "passphrase.required"
  | "deployment.required"
  | "secret_name.required"
  | "secret_name.wrong"
  | "secret_name.taken"
  | "secret_value.required"
  | "secret_value.too_long";

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
