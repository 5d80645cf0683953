/** One mailbox, one account, however the address is typed; and what is no address. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fieldErrors, signedInOf } from "./support/client";
import { newEmail, readVectorJson } from "./support/environment";
import { Program } from "./support/program";
import { newPassword } from "./support/secrets";

let program: Program;
beforeAll(async () => {
  program = await Program.start();
});
afterAll(async () => {
  await program.stop();
});

describe("c.22 spellings of one address: a second account is refused, and each spelling signs in", () => {
  test.each<[string, string, string]>([
    ["upper case", "anna.upper@example.com", "ANNA.UPPER@EXAMPLE.COM"],
    ["mixed case in the domain", "anna.domain@example.com", "anna.domain@eXample.Com"],
    ["blanks around it", "anna.blank@example.com", "  anna.blank@example.com\t"],
    ["full width", "annafull@example.com", "ａｎｎａｆｕｌｌ@example.com"],
    ["an international domain and its xn-- form", "anna@bücher.example", "anna@xn--bcher-kva.example"],
    ["an international domain in capitals", "anna2@bücher.example", "anna2@BÜCHER.example"],
    ["composed and decomposed (NFC, NFD)", "zoë@example.com", "zoe\u0308@example.com"],
    ["the sharp s", "strasse.x@example.com".replace("ss", "ß"), "STRASSE.X@example.com"],
    ["ideographic full stop in the domain", "anna.stop@mail.example.com", "anna.stop@mail。example.com"],
  ])("%s", async (_name, first, second) => {
    const password = newPassword();
    expect((await program.register(first, password)).status).toBe(201);
    expect((await program.register(second, newPassword())).status).toBe(409);
    const reply = await program.login(second, password);
    expect(reply.status).toBe(200);
    expect(signedInOf(reply).user.email).toBe(signedInOf(await program.login(first, password)).user.email);
  });
});

describe("c.22 addresses that only look alike: no second account, and they do not sign in to the first", () => {
  test.each<[string, string, string]>([
    ["Cyrillic а", "paypal@example.com", "p\u0430ypal@example.com"],
    ["all Cyrillic", "cope@example.com", "\u0441\u043e\u0440\u0435@example.com"],
    ["Turkish dotless ı", "lilli.i@example.com", "l\u0131lli.i@example.com"],
    ["zero-width joiner", "joined@example.com", "joi\u200dned@example.com"],
    ["zero-width space", "spaced@example.com", "spa\u200bced@example.com"],
    ["soft hyphen", "hyphened@example.com", "hyphe\u00adned@example.com"],
    ["right-to-left override", "override@example.com", "over\u202eride@example.com"],
    ["Greek omicron", "room@example.com", "r\u03bf\u03bfm@example.com"],
  ])("%s", async (_name, first, second) => {
    const password = newPassword();
    expect((await program.register(first, password)).status).toBe(201);
    expect([409, 422]).toContain((await program.register(second, newPassword())).status);
    expect([401, 422]).toContain((await program.login(second, password)).status);
  });
});

describe("c.23 one written rule for the unusual", () => {
  const local64 = "l".repeat(64);
  const domainOf = (length: number): string => `${`${"d".repeat(60)}.`.repeat(3)}${"e".repeat(length - 187)}.com`;
  test.each<[string, string, number, string?]>([
    ["plus", "anna+news@example.com", 201],
    ["dots in the local part", "a.n.n.a@example.com", 201],
    ["64 bytes before the @", `${local64}@example.com`, 201],
    ["65 bytes before the @", `${local64}x@example.com`, 422, "not_an_email"],
    ["255 bytes", `${local64}@${domainOf(190)}`, 422, "not_an_email"],
    ["254 bytes", `${local64}@${domainOf(189)}`, 201],
    ["quoted local part", '"anna b"@example.com', 422, "email_not_supported"],
    ["IP literal", "anna@[127.0.0.1]", 422, "email_not_supported"],
    ["no dot in the domain", "anna@localhost", 422, "email_not_supported"],
    ["comment", "anna(x)@example.com", 422],
    ["trailing dot of the domain", "anna@example.com.", 422],
    ["two dots", "anna..b@example.com", 422, "not_an_email"],
    ["no @", "anna.example.com", 422, "not_an_email"],
    ["two @", "anna@b@example.com", 422, "not_an_email"],
    ["empty", "", 422],
    ["CRLF", "anna@example.com\r\nBcc: eve@example.com", 422, "not_an_email"],
    ["LF at the end", "anna@example.com\n", 422],
    ["a.36 SQL", "' OR 1=1--", 422, "not_an_email"],
    ["SQL in a valid local part", "o'or'1'='1@example.com", 201],
    ["c.24 NUL", "anna\0@example.com", 422],
    ["angle brackets", "<anna@example.com>", 422, "not_an_email"],
    ["display name", "Anna <anna@example.com>", 422, "not_an_email"],
    ["15 kB", `${"a".repeat(15_000)}@example.com`, 422],
  ])("%s", async (_name, email, status, code) => {
    const reply = await program.register(email, newPassword());
    expect(reply.status, reply.text).toBe(status);
    if (status === 422) {
      expect(fieldErrors(reply)).toHaveLength(1);
      expect(fieldErrors(reply)[0]).toMatch(/^\/email /);
      if (code !== undefined) expect(fieldErrors(reply)[0]).toBe(`/email ${code}`);
    }
  });
});

test("the isemail set: every error refused, every plain address taken, nothing breaks", async () => {
  const rows = readVectorJson<{ id: number; address: string; category: string; diagnosis: string }[]>("email/isemail-3.05.json");
  expect(rows.length).toBeGreaterThan(150);
  const wrong: string[] = [];
  const tryRow = async (row: (typeof rows)[number]): Promise<void> => {
    const reply = await program.register(row.address, newPassword());
    // 409: another row of the set is the same mailbox.
    const wanted =
      row.category === "ISEMAIL_ERR" ? [422] : ["ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN"].includes(row.category) ? [201, 409] : [201, 409, 422];
    // Written policy: an address needs a dot in its domain.
    const dotless = !(row.address.split("@").at(-1) ?? "").includes(".");
    if (!wanted.includes(reply.status) && !(dotless && reply.status === 422)) {
      wrong.push(`${row.id} ${JSON.stringify(row.address)} ${row.diagnosis}: ${reply.status} ${fieldErrors(reply).join()}`);
    }
  };
  for (let at = 0; at < rows.length; at += 16) await Promise.all(rows.slice(at, at + 16).map(tryRow));
  expect(wrong).toEqual([]);
});

test("c.61 every naughty string as an address: a 4xx, or an account with that address", async () => {
  const strings = readVectorJson<string[]>("naughty-strings/blns.json");
  const wrong: string[] = [];
  const addresses = strings.flatMap((text) => [text, `${text}@example.com`]);
  const tryOne = async (address: string): Promise<void> => {
    const reply = await program.register(address, newPassword());
    if (![201, 409, 422].includes(reply.status)) wrong.push(`${JSON.stringify(address)}: ${reply.status}`);
  };
  for (let at = 0; at < addresses.length; at += 16) await Promise.all(addresses.slice(at, at + 16).map(tryOne));
  expect(wrong).toEqual([]);
  expect((await program.register(newEmail(), newPassword())).status).toBe(201);
}, 300_000);
