// @vitest-environment jsdom
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Failure, problemType } from "@/api/failure";
import type { FieldErrorCode } from "@/api/types";
import { chatFailureText } from "@/features/chat/failures";
import "@/features/chat/texts";
import { i18n } from ".";
import { failureText, formMessages } from "./problemText";

const fields = ["email", "password"] as const;
const limits = { passwordMin: 15, passwordMax: 128 };

function problem(type: string, status: number, extra: object = {}, retryAfterSeconds: number | null = null): Failure {
  return { kind: "problem", problem: { type, title: "Server title", status, ...extra }, retryAfterSeconds };
}

function invalid(...errors: [path: string, code: string][]): Failure {
  return problem(problemType.invalidInput, 422, {
    errors: errors.map(([path, code]) => ({ path, code: code as FieldErrorCode, message: `server says ${code}` })),
  });
}

const initial = i18n.language;
beforeAll(() => i18n.changeLanguage("en"));
afterAll(() => i18n.changeLanguage(initial));

describe("formMessages", () => {
  it("puts each entry beside its field, in the order of the page", () => {
    const messages = formMessages(
      invalid(["/password", "too_short"], ["/email", "not_an_email"]),
      fields,
      i18n.t,
      limits,
    );
    expect(messages.fields.map(({ name }) => name)).toEqual(["email", "password"]);
    expect(messages.fields[1]?.message).toBe("Too short: at least 15 characters.");
    expect(messages.form).toBeNull();
  });

  it("keeps the first of several entries for one field", () => {
    const messages = formMessages(
      invalid(["/password", "too_short"], ["/password", "common_password"]),
      fields,
      i18n.t,
    );
    expect(messages.fields).toEqual([{ name: "password", message: "Too short: at least 8 characters." }]);
  });

  it("shows what belongs to no field of the form above it", () => {
    const messages = formMessages(invalid(["/token", "required"], ["/email", "required"]), fields, i18n.t);
    expect(messages.form).toBe("Please fill in this field.");
    expect(messages.fields).toHaveLength(1);
  });

  it("tells what is wrong with an entry of a list beside the list", () => {
    const messages = formMessages(invalid(["/addresses/1", "wrong_type"]), ["name", "addresses"], i18n.t);
    expect(messages).toEqual({
      fields: [{ name: "addresses", message: expect.stringContaining("ranges") }],
      form: null,
    });
  });

  it("shows a deeper path whose beginning is no field above the form", () => {
    expect(formMessages(invalid(["/scopes/0", "not_allowed"]), fields, i18n.t)).toEqual({
      fields: [],
      form: "This value is not one of those that are allowed here.",
    });
  });

  it("shows the server's words for a code it does not know", () => {
    const messages = formMessages(invalid(["/password", "seen_in_breach"]), fields, i18n.t);
    expect(messages.fields).toEqual([{ name: "password", message: "server says seen_in_breach" }]);
  });

  it.each([problemType.emailTaken, problemType.registrationNotAllowed])("%s belongs to the address", (type) => {
    const messages = formMessages(problem(type, 409), fields, i18n.t);
    expect(messages.fields.map(({ name }) => name)).toEqual(["email"]);
    expect(messages.form).toBeNull();
  });

  it("a taken address is told above a form without one", () => {
    expect(formMessages(problem(problemType.emailTaken, 409), ["password"], i18n.t).form).toContain(
      "already an account",
    );
  });

  it.each([
    [problemType.wrongPassword, 403, "current_password", /not your current password/],
    [problemType.wrongPassword, 403, "password", /not your current password/],
    [problemType.wrongCode, 401, "code", /wrong, or has been used/],
  ] as const)("%s belongs to its field, else above the form", (type, status, field, text) => {
    expect(formMessages(problem(type, status), [field, "new_password"], i18n.t)).toEqual({
      fields: [{ name: field, message: expect.stringMatching(text) }],
      form: null,
    });
    expect(formMessages(problem(type, status), ["email"], i18n.t).form).toMatch(text);
  });

  it("a key that belongs to another address is asked for at its field, whatever code that has", () => {
    const refused = problem(problemType.credentialsElsewhere, 422, {
      errors: [{ path: "/api_key", code: "required", message: "" }],
    });
    expect(formMessages(refused, ["base_url", "api_key"], i18n.t)).toEqual({
      fields: [{ name: "api_key", message: expect.stringContaining("another address") }],
      form: null,
    });
  });

  it.each(["api_key", "api_secret", "passphrase"] as const)("a blank in %s is told as that", (field) => {
    const messages = formMessages(invalid([`/${field}`, "not_allowed"]), [field], i18n.t);
    expect(messages.fields).toEqual([{ name: field, message: expect.stringContaining("without spaces") }]);
  });

  it.each(["base_url", "endpoint"] as const)("an address that may not be used is told at %s", (field) => {
    const refused = problem(problemType.addressRefused, 422, {
      errors: [{ path: `/${field}`, code: "not_allowed", message: "" }],
    });
    const messages = formMessages(refused, [field, "api_key"], i18n.t);
    expect(messages).toEqual({
      fields: [{ name: field, message: expect.stringContaining("EGRESS_ALLOW") }],
      form: null,
    });
  });

  it("a new password is told what is wrong with it like the first one", () => {
    const failure = invalid(["/new_password", "common_password"], ["/current_password", "required"]);
    const messages = formMessages(failure, ["current_password", "new_password"], i18n.t);
    expect(messages.fields.map(({ message }) => message)).toEqual([
      "Please enter your current password.",
      expect.stringContaining("attackers try first"),
    ]);
  });

  it("wrong credentials belong to no field: which one is wrong is not told", () => {
    const messages = formMessages(problem(problemType.invalidCredentials, 401), fields, i18n.t);
    expect(messages).toEqual({ fields: [], form: "E-mail address or password is wrong." });
  });

  it("translates every code of the contract, for every field that can have it", async () => {
    const codes = (
      parse(readFileSync("../api/openapi.yaml", "utf8")) as {
        components: { schemas: { FieldError: { properties: { code: { enum: string[] } } } } };
      }
    ).components.schemas.FieldError.properties.code.enum;
    expect(codes.length).toBeGreaterThan(5);
    for (const language of ["de", "en"]) {
      await i18n.changeLanguage(language);
      for (const code of codes) {
        const about = ["not_an_email", "email_not_supported"].includes(code) ? "/email" : "/password";
        const [message] = formMessages(invalid([about, code]), fields, i18n.t).fields;
        expect(message?.message, `${language} ${code}`).toBeTruthy();
        expect(message?.message, `${language} ${code}`).not.toContain("server says");
        expect(message?.message).not.toMatch(/fieldError|{{/);
      }
    }
    await i18n.changeLanguage("en");
  });
});

describe("a type of problem that the contract or the program names", () => {
  const contract = readFileSync("../api/openapi.yaml", "utf8");
  const ofContract = [...contract.matchAll(/urn:kontor:problem:[a-z-]*[a-z]/g)].map(([type]) => type);
  // The program has one list of all that it may answer, the socket's among them.
  const titles = /named_titles = {{([^]*?)}};/.exec(readFileSync("../src/api/error_map.cpp", "utf8"))?.[1] ?? "";
  const ofProgram = [...titles.matchAll(/^ *{"([a-z-]+)"/gm)].map(([, name]) => `urn:kontor:problem:${name}`);
  const types = [...new Set([...ofContract, ...ofProgram])];
  // Told beside their fields.
  const withErrors = problemType.invalidInput;

  it("is found", () => {
    expect(ofContract.length).toBeGreaterThan(15);
    expect(ofProgram).toContain("urn:kontor:problem:too-many-subscriptions");
    expect(ofProgram.length).toBe(
      Number(/named_title, (\d+)> named_titles/.exec(readFileSync("../src/api/error_map.cpp", "utf8"))?.[1]),
    );
  });

  it.each(["de", "en"])("has a text of its own in %s", async (language) => {
    await i18n.changeLanguage(language);
    for (const type of types.filter((type) => type !== withErrors)) {
      const status = type === problemType.tooManyAttempts ? 429 : 403;
      // Those of the conversations come with their pages, and fall back to these.
      const text = chatFailureText(problem(type, status), i18n.t, i18n.getFixedT(null, "chat"));
      expect(text, type).not.toContain("Server title");
      expect(text, type).not.toMatch(/problem\.|factor\.|{{/);
    }
    await i18n.changeLanguage("en");
  });
});

describe("failureText", () => {
  it.each<[string, Failure, RegExp]>([
    ["no answer", { kind: "network" }, /does not answer/],
    ["503 with a time", problem("urn:kontor:problem:busy", 503, {}, 2), /busy.* 2 seconds/],
    ["503 with one second", problem("urn:kontor:problem:busy", 503, {}, 1), /1 second\./],
    ["503 without", problem("urn:kontor:problem:busy", 503), /busy right now/],
    ["429 with a time", problem("urn:kontor:problem:throttled", 429, {}, 30), /wait 30 seconds/],
    ["429 with two minutes", problem("urn:kontor:problem:throttled", 429, {}, 120), /wait 120 seconds/],
    ["429 with a long time", problem("urn:kontor:problem:throttled", 429, {}, 121), /wait 3 minutes/],
    ["too much at once", problem(problemType.tooManyRequests, 429, {}, 7), /at once.* 7 seconds/],
    ["too much at once, without a time", problem(problemType.tooManyRequests, 429), /at once.*wait a moment/],
    [
      "a vault without its key, where waiting does not help",
      problem(problemType.vaultKeyMissing, 503, {}, 30),
      /VAULT_KEY_FILE/,
    ],
    [
      "a vault with a wrong key, which key it wants",
      problem(problemType.vaultKeyWrong, 503, { detail: "The key k-7 is needed." }, 30),
      /vault recover.*The key k-7 is needed\./,
    ],
    ["a proxy's 503", { kind: "unexpected", status: 503, retryAfterSeconds: 5 }, /busy.* 5 seconds/],
    ["a proxy's page", { kind: "unexpected", status: 502, retryAfterSeconds: null }, /502/],
    [
      "an unknown problem",
      problem("urn:kontor:problem:tea-time", 418, { detail: "Short and stout." }),
      /^Short and stout\.$/,
    ],
    ["one without detail", problem("urn:kontor:problem:tea-time", 418), /^Server title$/],
    [
      "a fault of the server",
      problem("urn:kontor:problem:internal", 500, { detail: "x", request_id: "r-1" }),
      /logged.*r-1/,
    ],
  ])("%s", (_, failure, expected) => {
    expect(failureText(failure, i18n.t)).toMatch(expected);
  });
});
