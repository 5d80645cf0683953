/** Settings from outside: keys that are asked about at an exchange and at providers of models, and where they never travel. */
import dns from "node:dns/promises";
import os from "node:os";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fieldErrors, problemOf, problemType, type Reply } from "./support/client";
import { apiBase } from "./support/contract";
import { wantedDatabases } from "./support/environment";
import { Exchange, wordsOf, type ExchangeKey } from "./support/exchange";
import { Models, refusalOfAzure, refusalOfOpenAi } from "./support/models";
import { newMember, type Person } from "./support/people";
import { Installation, Program } from "./support/program";
import { Authority, WebServer } from "./support/web";

const base = `${apiBase}/settings`;

interface ExchangeSettings {
  configured: boolean;
  api_key_masked: string | null;
  state?: string;
  message?: string;
  permissions: string[];
  addresses: string[];
  warnings: string[];
  host?: string;
  verified_at?: string;
  last_changed_at?: string;
  last_used_at?: string;
}

interface LlmSettings {
  configured: boolean;
  provider: string | null;
  model: string | null;
  base_url: string | null;
  endpoint: string | null;
  api_key_masked: string | null;
  state?: string;
  host?: string;
}

interface Outcome {
  status: string;
  message: string;
  validation: { valid: boolean; message: string; authenticated?: boolean } | null;
  exchange: ExchangeSettings;
  llm: LlmSettings;
  models?: string[];
}

const outcomeOf = (reply: Reply): Outcome => {
  expect(reply.status, reply.text).toBe(200);
  return reply.json as Outcome;
};

describe.each(wantedDatabases)("on %s", (database) => {
  let authority: Authority;
  let exchange: Exchange;
  let models: Models;
  let elsewhere: WebServer;
  let installation: Installation;
  let program: Program;
  let ann: Person;
  let bob: Person;

  const settings = (): Record<string, string> => ({
    BITGET_BASE_URL: exchange.origin,
    EGRESS_CA_FILE: authority.file,
    EGRESS_ALLOW: models.place,
  });

  beforeAll(async () => {
    authority = new Authority();
    exchange = await Exchange.start(authority);
    models = await Models.start(authority);
    elsewhere = await WebServer.serve(authority, () => ({ status: 200, json: { data: [] } }));
    installation = await Installation.create(database);
    program = await Program.start({ installation, settings: settings() });
  });
  afterAll(async () => {
    await program.stop();
    installation.remove();
    for (const server of [exchange, models, elsewhere]) await server.goDown();
    authority.remove();
  });
  beforeEach(async () => {
    [ann, bob] = [await newMember(program), await newMember(program)];
    exchange.trouble = undefined;
    exchange.ahead = 0;
    models.trouble = undefined;
  });

  const ask = async (who: Person, method: string, what: string, json?: unknown): Promise<Reply> => await program.send(method, `${base}/${what}`, { token: who.token, json });
  const saveKey = async (who: Person, key: ExchangeKey, more: object = {}): Promise<Reply> => await ask(who, "POST", "exchange", { ...key, ...more });
  const exchangeOf = async (who: Person): Promise<ExchangeSettings> => (await ask(who, "GET", "exchange")).json as ExchangeSettings;
  const llmOf = async (who: Person): Promise<LlmSettings> => (await ask(who, "GET", "llm")).json as LlmSettings;
  const likeOpenAi = (more: object = {}): object => ({ provider: "openai", base_url: `${models.origin}/v1`, model: "gpt-small", api_key: models.key, ...more });

  describe("the exchange", () => {
    test("nothing is stored at first", async () => {
      expect(await exchangeOf(ann)).toEqual({ configured: false, provider: "bitget", api_key_masked: null, permissions: [], addresses: [], warnings: [] });
      const reply = await ask(ann, "POST", "exchange/test");
      expect([reply.status, problemType(reply)]).toEqual([404, "not-configured"]);
      expect(outcomeOf(await ask(ann, "DELETE", "exchange")).exchange.configured).toBe(false);
    });

    test("AnythingLLM CVE-2026-24477: a key that only reads is verified, and shown masked", async () => {
      const key = exchange.newKey();
      const saved = outcomeOf(await saveKey(ann, key));
      expect(saved).toMatchObject({ status: "success", validation: { valid: true, authenticated: true } });
      const now = await exchangeOf(ann);
      expect(now).toEqual(saved.exchange);
      expect(now).toMatchObject({ configured: true, state: "verified", permissions: ["read"], addresses: ["192.0.2.7"], warnings: [], host: exchange.origin });
      expect(now.api_key_masked).toBe(`${key.api_key.slice(0, 4)}****${key.api_key.slice(-4)}`);
      expect(Date.parse(now.verified_at ?? "")).toBeGreaterThan(Date.now() - 60_000);
      expect(outcomeOf(await ask(ann, "POST", "exchange/test"))).toMatchObject({ status: "success", exchange: { state: "verified" } });
    });

    test("a wrong passphrase, secret or key is told in the words of the exchange, and not saved", async () => {
      const key = exchange.newKey();
      for (const [wrong, code] of [[{ passphrase: "another-passphrase" }, "40012"], [{ api_secret: "another-secret" }, "40009"], [{ api_key: "bg_another" }, "40037"]] as const) {
        const told = outcomeOf(await saveKey(ann, { ...key, ...wrong }));
        expect(told).toMatchObject({ status: "error", message: wordsOf(code), validation: { valid: false, message: wordsOf(code), authenticated: false } });
        expect(told.exchange.configured).toBe(false);
      }
      // What was stored before holds.
      expect(outcomeOf(await saveKey(ann, key)).status).toBe("success");
      expect(outcomeOf(await saveKey(ann, { ...key, passphrase: "another-passphrase" })).exchange.state).toBe("verified");
      expect(outcomeOf(await ask(ann, "POST", "exchange/test")).status).toBe("success");
    });

    test("3Commas: a key that may withdraw is refused, unless the user insists", async () => {
      const key = exchange.newKey({ authorities: ["readonly", "withdraw"] });
      for (const more of [{}, { accept_withdraw: false }]) {
        const refused = await saveKey(ann, key, more);
        expect([refused.status, problemType(refused)]).toEqual([409, "key-may-withdraw"]);
      }
      expect((await exchangeOf(ann)).configured).toBe(false);
      const saved = outcomeOf(await saveKey(ann, key, { accept_withdraw: true }));
      expect(saved).toMatchObject({ status: "warning", exchange: { state: "verified", permissions: ["read", "withdraw"], warnings: ["may_withdraw"] } });
    });

    test("a right that nobody knows counts as the right to withdraw", async () => {
      expect(problemType(await saveKey(ann, exchange.newKey({ authorities: ["readonly", "something_new"] })))).toBe("key-may-withdraw");
    });

    test("a key that may trade, or works from everywhere, brings a warning", async () => {
      const saved = outcomeOf(await saveKey(ann, exchange.newKey({ authorities: ["readonly", "trade"], ips: "" })));
      expect(saved).toMatchObject({ status: "warning", validation: { valid: true }, exchange: { warnings: ["may_trade", "no_address_binding"] } });
    });

    test("a unified account is asked by its own routes", async () => {
      const saved = outcomeOf(await saveKey(ann, exchange.newKey({ authorities: ["uta_mgt"], unified: true })));
      expect(saved).toMatchObject({ status: "success", exchange: { state: "verified", permissions: ["read"] } });
    });

    test("a clock that is wrong is set right", async () => {
      exchange.ahead = 600_000;
      expect(outcomeOf(await saveKey(ann, exchange.newKey())).status).toBe("success");
      exchange.ahead = -600_000;
      expect(outcomeOf(await ask(ann, "POST", "exchange/test")).status).toBe("success");
    });

    test("an exchange that does not answer leaves a key unverified, never a success", async () => {
      const key = exchange.newKey();
      await exchange.goDown();
      const saved = outcomeOf(await saveKey(ann, key));
      expect(saved).toMatchObject({ status: "warning", validation: { valid: false }, exchange: { configured: true, state: "not_verified", permissions: [] } });
      await exchange.comeBack();
      expect(outcomeOf(await ask(ann, "POST", "exchange/test"))).toMatchObject({ status: "success", exchange: { state: "verified" } });
      for (const trouble of [{ status: 502, text: "<html>bad gateway</html>" }, { status: 429, json: { code: "429", msg: "Too Many Requests", data: null } }]) {
        exchange.trouble = trouble;
        const told = outcomeOf(await ask(ann, "POST", "exchange/test"));
        expect(told).toMatchObject({ status: "warning", validation: { valid: false }, exchange: { state: "verified" } });
      }
    });

    test("a key that was revoked at the exchange is invalid from then on", async () => {
      const key = exchange.newKey();
      outcomeOf(await saveKey(ann, key));
      exchange.revoke(key);
      expect(outcomeOf(await ask(ann, "POST", "exchange/test"))).toMatchObject({ status: "error", message: wordsOf("40037"), exchange: { state: "invalid" } });
      expect(await exchangeOf(ann)).toMatchObject({ configured: true, state: "invalid", message: wordsOf("40037") });
    });

    test("a.28: everybody has their own key, and sees no other", async () => {
      const [hers, his] = [exchange.newKey(), exchange.newKey()];
      outcomeOf(await saveKey(ann, hers));
      expect((await exchangeOf(bob)).configured).toBe(false);
      outcomeOf(await saveKey(bob, his));
      const before = exchange.keysHeard.length;
      await Promise.all([ann, bob, ann, bob].map(async (who) => outcomeOf(await ask(who, "POST", "exchange/test"))));
      expect(exchange.keysHeard.slice(before).sort()).toEqual([hers.api_key, hers.api_key, his.api_key, his.api_key].sort());
      outcomeOf(await ask(bob, "DELETE", "exchange"));
      expect((await exchangeOf(ann)).configured).toBe(true);
    });

    test("what is deleted leaves nothing", async () => {
      outcomeOf(await saveKey(ann, exchange.newKey()));
      expect(await installation.query(`SELECT COUNT(*) FROM vault_versions WHERE user_id = '${ann.id}'`)).toBe("3");
      expect(outcomeOf(await ask(ann, "DELETE", "exchange"))).toMatchObject({ status: "success", validation: null, exchange: { configured: false } });
      for (const table of ["vault_versions", "vault_secrets", "exchange_settings"]) {
        expect(await installation.query(`SELECT COUNT(*) FROM ${table} WHERE user_id = '${ann.id}'`), table).toBe("0");
      }
      const events = ((await program.send("GET", `${apiBase}/auth/timeline`, { token: ann.token })).json as { events: { action: string }[] }).events.map((each) => each.action);
      expect(events).toContain("settings.saved");
      expect(events).toContain("settings.removed");
    });

    test("what cannot be a key is told at its field, and sent to nobody", async () => {
      const before = exchange.asked.length;
      const wrong = await saveKey(ann, { api_key: "", api_secret: "a\r\nX-Evil: b", passphrase: "p".repeat(257) });
      expect(wrong.status).toBe(422);
      expect(fieldErrors(wrong)).toEqual(["/api_key required", "/api_secret not_allowed", "/passphrase too_long"]);
      expect(exchange.asked.length).toBe(before);
    });
  });

  describe("the language model", () => {
    test("nothing is stored at first", async () => {
      expect(await llmOf(ann)).toMatchObject({ configured: false, provider: null, api_version_auto: true });
      expect(problemType(await ask(ann, "POST", "llm/test"))).toBe("not-configured");
      expect(outcomeOf(await ask(ann, "DELETE", "llm")).llm.configured).toBe(false);
    });

    test("a test lists the models", async () => {
      const saved = outcomeOf(await ask(ann, "POST", "llm", likeOpenAi()));
      expect(saved).toMatchObject({ status: "success", validation: null, llm: { state: "not_verified", host: models.origin, api_key_masked: `****${models.key.slice(-4)}` } });
      expect(outcomeOf(await ask(ann, "POST", "llm/test"))).toMatchObject({ status: "success", models: ["gpt-large", "gpt-small"], llm: { state: "verified" } });
      expect((await llmOf(ann)).state).toBe("verified");
      expect((await llmOf(bob)).configured).toBe(false);
    });

    test("a model that is not listed brings a warning", async () => {
      outcomeOf(await ask(ann, "POST", "llm", likeOpenAi({ model: "gpt-huge" })));
      expect(outcomeOf(await ask(ann, "POST", "llm/test"))).toMatchObject({ status: "warning", validation: { valid: true } });
    });

    test("the provider's own error is shown", async () => {
      outcomeOf(await ask(ann, "POST", "llm", likeOpenAi({ api_key: "another-key" })));
      expect(outcomeOf(await ask(ann, "POST", "llm/test"))).toMatchObject({ status: "error", message: refusalOfOpenAi, llm: { state: "invalid" } });
      outcomeOf(await ask(ann, "POST", "llm", { provider: "azure", endpoint: models.origin, model: "d", api_key: "another-key" }));
      expect(outcomeOf(await ask(ann, "POST", "llm/test"))).toMatchObject({ status: "error", message: refusalOfAzure });
    });

    test("Azure is asked in both forms, Ollama without a key", async () => {
      for (const [version, path] of [[undefined, "/openai/v1/chat/completions"], ["2024-08-01-preview", "/openai/deployments/gpt/chat/completions?api-version=2024-08-01-preview"]]) {
        outcomeOf(await ask(ann, "POST", "llm", { provider: "azure", endpoint: models.origin, model: "gpt", api_version: version, api_key: models.key }));
        expect(outcomeOf(await ask(ann, "POST", "llm/test")).status).toBe("success");
        expect(models.asked.at(-1)?.target).toBe(path);
      }
      outcomeOf(await ask(ann, "POST", "llm", { provider: "ollama", base_url: models.origin, api_key: "" }));
      expect(outcomeOf(await ask(ann, "POST", "llm/test"))).toMatchObject({ status: "success", models: ["llama3.2:latest"], llm: { api_key_masked: null } });
      expect(models.asked.at(-1)?.headers.authorization).toBeUndefined();
    });

    test("a provider that does not answer is no success", async () => {
      outcomeOf(await ask(ann, "POST", "llm", likeOpenAi()));
      models.trouble = { status: 503, text: "" };
      expect(outcomeOf(await ask(ann, "POST", "llm/test"))).toMatchObject({ status: "warning", validation: { valid: false }, llm: { state: "not_verified" } });
      models.trouble = undefined;
      await models.goDown();
      expect(outcomeOf(await ask(ann, "POST", "llm/test"))).toMatchObject({ status: "warning", llm: { state: "not_verified" } });
      await models.comeBack();
    });

    test("LobeChat GHSA-p36r-qxgx-jq2v: a stored key never reaches another host", async () => {
      outcomeOf(await ask(ann, "POST", "llm", likeOpenAi()));
      // Not even where the address itself is one that may be used.
      for (const address of ["https://api.example.org/v1", `https://localhost.example.org:${models.port}/v1`]) {
        const refused = await ask(ann, "POST", "llm", { provider: "openai", base_url: address });
        expect([refused.status, problemType(refused), fieldErrors(refused)]).toEqual([422, "credentials-elsewhere", ["/api_key required"]]);
      }
      expect(problemType(await ask(ann, "POST", "llm", { provider: "azure", endpoint: models.origin, model: "d" }))).toBe("credentials-elsewhere");
      // The same host keeps it.
      outcomeOf(await ask(ann, "POST", "llm", { provider: "openai", base_url: `${models.origin}/v1/` }));
      expect(outcomeOf(await ask(ann, "POST", "llm/test")).status).toBe("success");
      // A redirect does not carry it on, and is not followed.
      models.trouble = { status: 307, text: "", headers: { location: `${elsewhere.origin}/v1/models` } };
      expect(outcomeOf(await ask(ann, "POST", "llm/test"))).toMatchObject({ status: "warning" });
      expect(elsewhere.connections).toBe(0);
      expect(elsewhere.heard).not.toContain(models.key);
    });

    const closed = [
      ["of this machine", ["https://127.0.0.1:PORT/v1", "https://localhost:PORT", "https://a.localhost:PORT", "https://[::1]:PORT", "https://0.0.0.0:PORT", "https://127.9.9.9:PORT"], "address-refused"],
      ["IPv4 inside IPv6", ["https://[::ffff:127.0.0.1]:PORT", "https://[::ffff:7f00:1]:PORT", "https://[64:ff9b::7f00:1]:PORT", "https://[64:ff9b::127.0.0.1]:PORT", "https://[2002:7f00:1::]:PORT"], "address-refused"],
      ["of private networks", ["https://10.0.0.1", "https://172.16.0.1", "https://192.168.1.1", "https://100.64.0.1", "https://169.254.169.254", "https://[fd00::1]", "https://[fe80::1]"], "address-refused"],
      ["in clear, or at odd ports", ["http://api.example.org/v1", "https://api.example.org:22"], "address-refused"],
      ["as other numbers", ["https://2130706433:PORT", "https://0x7f000001:PORT", "https://0177.0.0.1:PORT", "https://127.1:PORT", "https://127.0.0.1.:PORT", "https://127.0.0.01:PORT"], "invalid-input"],
      ["with more than an address", ["https://anna:word@api.example.org", "https://api.example.org/v1?key=x", "https://api.example.org/#a", "file:///etc/passwd", "gopher://127.0.0.1", "https://{env:HOME}.example.org", "https://ä.example.org", "x"], "invalid-input"],
    ] as const;
    test.each(closed)("a.38 Open WebUI CVE-2026-45400 CVE-2026-45401 CVE-2026-70485, LibreChat CVE-2026-31943, LobeChat CVE-2024-32964 CVE-2024-47066 CVE-2026-54157: addresses %s are refused", async (_kind, addresses, type) => {
      const before = elsewhere.connections;
      for (const written of addresses) {
        const address = written.replace("PORT", String(elsewhere.port));
        const bodies = [{ provider: "openai", base_url: address, api_key: "a-key" }, { provider: "ollama", base_url: address }, { provider: "azure", endpoint: address, model: "d", api_key: "a-key" }];
        for (const body of bodies) {
          const refused = await ask(ann, "POST", "llm", body);
          expect([address, refused.status, problemType(refused)]).toEqual([address, 422, type]);
          expect(fieldErrors(refused)).toEqual([`/${body.provider === "azure" ? "endpoint" : "base_url"} ${type === "invalid-input" ? "invalid_url" : "not_allowed"}`]);
        }
      }
      expect((await llmOf(ann)).configured).toBe(false);
      expect(elsewhere.connections).toBe(before);
    });

    test("a.38 Open WebUI CVE-2026-45401: a name that leads to this machine is refused when it is used", async () => {
      // This machine's own name is an ordinary one, and leads to no address of the open Internet.
      const name = os.hostname();
      expect((await dns.lookup(name)).address).toMatch(/^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cde])/);
      outcomeOf(await ask(ann, "POST", "llm", { provider: "openai", base_url: `https://${name}:${elsewhere.port}/v1`, api_key: "a-key" }));
      const refused = await ask(ann, "POST", "llm/test");
      expect([refused.status, problemType(refused), fieldErrors(refused)]).toEqual([422, "address-refused", ["/base_url not_allowed"]]);
      expect(elsewhere.connections).toBe(0);
    });

    test("every field that is wrong is told at once", async () => {
      const wrong = await ask(ann, "POST", "llm", { provider: "azure", api_version: "2024/10", api_key: "a b" });
      expect(fieldErrors(wrong)).toEqual(["/api_key not_allowed", "/api_version not_allowed", "/endpoint required", "/model required"]);
      expect(fieldErrors(await ask(ann, "POST", "llm", { provider: "openai" }))).toEqual(["/api_key required"]);
      expect(fieldErrors(await ask(ann, "POST", "llm", { provider: "ollama", model: "a\u0000b" }))).toEqual(["/base_url required", "/model not_allowed"]);
    });
  });

  describe("preferences", () => {
    test("stay as they are set, for one user", async () => {
      expect((await ask(ann, "GET", "preferences")).json).toEqual({ language: "system", theme: "system", time_zone: "system" });
      expect((await ask(ann, "PATCH", "preferences", { language: "de", time_zone: "Europe/Berlin" })).json).toEqual({ language: "de", theme: "system", time_zone: "Europe/Berlin" });
      expect((await ask(ann, "PATCH", "preferences", { theme: "dark" })).json).toEqual({ language: "de", theme: "dark", time_zone: "Europe/Berlin" });
      expect((await ask(bob, "GET", "preferences")).json).toEqual({ language: "system", theme: "system", time_zone: "system" });
      expect(fieldErrors(await ask(ann, "PATCH", "preferences", { language: "fr", theme: "", time_zone: "../etc/passwd" }))).toEqual(["/language not_allowed", "/theme not_allowed", "/time_zone not_allowed"]);
    });
  });

  describe("the status", () => {
    test("tells of one's own settings only", async () => {
      outcomeOf(await saveKey(ann, exchange.newKey()));
      outcomeOf(await ask(ann, "POST", "llm", likeOpenAi()));
      expect((await ask(ann, "GET", "status")).json).toMatchObject({
        exchange: { configured: true },
        llm: { configured: true, provider: "openai" },
        vault_status: { initialized: true, has_secrets: true, secret_count: 4, secrets_configured: ["bitget_api_key", "bitget_api_secret", "bitget_passphrase", "openai_api_key"] },
      });
      expect((await ask(bob, "GET", "status")).json).toMatchObject({ exchange: { configured: false }, llm: { configured: false }, vault_status: { has_secrets: false, secret_count: 0, secrets_configured: [] } });
    });
  });

  test("a key is not sent to an exchange that the operator names later", async () => {
    outcomeOf(await saveKey(ann, exchange.newKey()));
    await program.stop();
    const other = await Exchange.start(authority);
    try {
      program = await Program.start({ installation, settings: { ...settings(), BITGET_BASE_URL: other.origin } });
      const token = (await program.login(ann.email, ann.password)).json as { access_token: string };
      const refused = await program.send("POST", `${base}/exchange/test`, { token: token.access_token });
      expect([refused.status, problemType(refused)]).toEqual([409, "credentials-elsewhere"]);
      expect(other.connections).toBe(0);
      await program.stop();
    } finally {
      await other.goDown();
      program = await Program.start({ installation, settings: settings() });
    }
  });

  test("the operator's model is told to those who have none, and neither its address nor its key", async () => {
    await program.stop();
    try {
      const operators = { LLM_PROVIDER: "openai", OPENAI_BASE_URL: `${models.origin}/v1`, OPENAI_MODEL: "gpt-small", OPENAI_API_KEY: models.newKey() };
      program = await Program.start({ installation, settings: { ...settings(), ...operators } });
      const token = (await program.login(ann.email, ann.password)).json as { access_token: string };
      const told = await program.send("GET", `${base}/llm`, { token: token.access_token });
      expect(told.json).toMatchObject({ configured: false, base_url: null, operator_model: { provider: "openai", model: "gpt-small" } });
      expect(told.text).not.toContain(models.place);
      expect(problemType(await program.send("POST", `${base}/llm/test`, { token: token.access_token }))).toBe("not-configured");
      await program.stop();
    } finally {
      program = await Program.start({ installation, settings: settings() });
    }
    expect((await ask(ann, "GET", "llm")).json).not.toHaveProperty("operator_model");
  });

  test("an exchange with a certificate of an authority that nobody trusts hears nothing", async () => {
    await program.stop();
    try {
      program = await Program.start({ installation, settings: { ...settings(), EGRESS_CA_FILE: undefined } });
      const token = (await program.login(ann.email, ann.password)).json as { access_token: string };
      const before = exchange.asked.length;
      const saved = await program.send("POST", `${base}/exchange`, { token: token.access_token, json: exchange.newKey() });
      expect(outcomeOf(saved)).toMatchObject({ status: "warning", exchange: { state: "not_verified" } });
      expect(exchange.asked.length).toBe(before);
      await program.stop();
    } finally {
      program = await Program.start({ installation, settings: settings() });
    }
  });

  test("nothing of it reaches somebody who is not signed in", async () => {
    for (const what of ["exchange", "llm", "preferences", "status"]) expect((await program.send("GET", `${base}/${what}`)).status).toBe(401);
    expect(problemOf(await program.send("POST", `${base}/exchange/test`)).status).toBe(401);
  });
});
