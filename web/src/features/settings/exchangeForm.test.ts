import { expect, it } from "vitest";
import { credentialsOf, exchangeSchema, noCredentials } from "./exchangeForm";

it("what is entered loses the blanks it was copied with", () => {
  const typed = { api_key: " bg_1\n", api_secret: "\tabc ", passphrase: " my-phrase " };
  expect(credentialsOf(typed)).toEqual({ api_key: "bg_1", api_secret: "abc", passphrase: "my-phrase" });
});

it("only whoever insists says that the key may withdraw, or takes the place of what cannot be read", () => {
  expect(Object.keys(credentialsOf(noCredentials))).toEqual(["api_key", "api_secret", "passphrase"]);
  expect(credentialsOf(noCredentials, { acceptWithdraw: true }).accept_withdraw).toBe(true);
  expect(credentialsOf(noCredentials, { replaceUnreadable: true }).replace_unreadable).toBe(true);
});

it("all three are needed", () => {
  const { error } = exchangeSchema.safeParse({ ...noCredentials, api_key: " ", passphrase: " " });
  expect(error?.issues.map(({ message }) => message)).toEqual([
    "api_key.required",
    "api_secret.required",
    "passphrase.required",
  ]);
});
