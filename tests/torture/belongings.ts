/** What an account has under names of its own: how each kind is made, changed, removed and looked at. */
import { apiBase } from "../blackbox/support/contract";
import { chartsPath, favouritesPath, layoutsPath, type Chart, type Layout } from "../blackbox/support/charts";
import type { IssuedToken, Reply } from "../blackbox/support/client";
import { newValue, secretsPath, type Secret } from "../blackbox/support/vault";
import type { Actor } from "./actor";
import { Fact, Lost } from "./fact";

/** By name: what it is like, null when it is not there. */
type Facts = Map<string, Fact<string | null>>;

interface Kind {
  /** How often it is chosen. */
  weight: number;
  /** One act on it. */
  act(own: Belongings, actor: Actor): Promise<void>;
  /** What the program shows of it, by name. */
  look(own: Belongings, actor: Actor): Promise<Map<string, string>>;
}

const symbols = ["BTCUSDT", "ETHUSDT"];
const tokensPath = `${apiBase}/auth/tokens`;
const preferencesPath = `${apiBase}/settings/preferences`;
const likes = (reply: Reply): string => {
  const { theme, time_zone } = reply.json as { theme: string; time_zone: string };
  return `${theme} ${time_zone}`;
};
const chartIs = (chart: { interval: string; days: number }): string => `${chart.interval} ${chart.days} days`;

export class Belongings {
  readonly facts = new Map<string, Facts>();
  /** Ids, by `kind name`; of tokens the token, too. */
  readonly ids = new Map<string, string>();
  readonly tokens = new Map<string, string>();
  private made = 0;

  newName(kind: string): string {
    this.made += 1;
    return `${kind}-${this.made}`;
  }

  of(kind: string): Facts {
    let facts = this.facts.get(kind);
    if (facts === undefined) this.facts.set(kind, (facts = new Map()));
    return facts;
  }

  fact(kind: string, name: string): Fact<string | null> {
    const facts = this.of(kind);
    let fact = facts.get(name);
    if (fact === undefined) facts.set(name, (fact = new Fact<string | null>(null)));
    return fact;
  }

  /** Names of which it is certain that they are there, and whose id is known where they have one. */
  there(kind: string): string[] {
    return [...this.of(kind)].filter(([name, fact]) => fact.isSure && fact.known !== null && (!withId.has(kind) || this.ids.has(`${kind} ${name}`))).map(([name]) => name);
  }

  async act(actor: Actor): Promise<void> {
    await (actor.chance.weighed(Object.values(kinds).map((kind) => [kind.weight, kind] as const)) as Kind).act(this, actor);
  }

  /** Compares everything with what the program shows: nothing is missing, nothing is there twice, nothing is somebody else's. */
  async check(actor: Actor): Promise<void> {
    for (const [kind, { look }] of Object.entries(kinds)) {
      const found = await look(this, actor);
      for (const name of found.keys()) if (!this.of(kind).has(name)) throw new Lost(`${actor.email} has the ${kind} ${name}, which they never made`);
      for (const [name, fact] of this.of(kind)) fact.settle(found.get(name) ?? null, `the ${kind} ${name} of ${actor.email}`);
      // What is gone for good and was looked for some times needs no place any more.
      for (const [name, fact] of this.of(kind)) if (fact.known === null && kind !== "favourite" && kind !== "secret") this.of(kind).delete(name);
    }
  }
}

const withId = new Set(["chart", "layout", "token"]);
const most = 5;

/** A list without a name twice. */
function byName<T extends { name: string }>(kind: string, all: T[], shown: (each: T) => string): Map<string, string> {
  const found = new Map(all.map((each) => [each.name, shown(each)]));
  if (found.size !== all.length) throw new Lost(`a ${kind} is there twice: ${all.map((each) => each.name).sort().join(", ")}`);
  return found;
}

const kinds: Record<string, Kind> = {
  secret: {
    weight: 6,
    async act(own, actor) {
      const name = `secret-${actor.chance.below(most)}`;
      const fact = own.fact("secret", name);
      if (fact.known !== null && actor.chance.happens(0.25)) {
        await actor.change(fact, null, [204, ...(fact.isSure ? [] : [404])], "DELETE", `${secretsPath}/${name}?permanently=true`);
        return;
      }
      const value = newValue();
      const expected = fact.isSure ? [fact.known === null ? 201 : 200] : [200, 201];
      await actor.change(fact, value, expected, "POST", secretsPath, { json: { name, value } });
    },
    async look(_, actor) {
      const { secrets } = (await actor.read(secretsPath)).json as { secrets: Secret[] };
      // The key of the model is kept there, too.
      const found = byName("secret", secrets.filter((each) => each.name !== "openai_api_key"), () => "");
      for (const name of found.keys()) {
        const shown = await actor.must([200], "POST", `${secretsPath}/${name}/reveal`, { json: {} });
        found.set(name, (shown.json as { value: string }).value);
      }
      return found;
    },
  },
  chart: {
    weight: 5,
    async act(own, actor) {
      const there = own.there("chart");
      const days = actor.chance.from(1, 3000);
      if (there.length >= most && actor.chance.happens(0.6)) {
        const name = actor.chance.pick(there);
        const fact = own.fact("chart", name);
        const path = `${chartsPath}/${own.ids.get(`chart ${name}`)}`;
        if (actor.chance.happens(0.5)) await actor.change(fact, null, [204], "DELETE", path);
        else await actor.change(fact, chartIs({ interval: fact.known?.split(" ")[0] as string, days }), [200], "PATCH", path, { json: { days } });
        return;
      }
      if (own.of("chart").size >= 3 * most) return;
      const name = own.newName("chart");
      const interval = actor.chance.pick(["15m", "1H", "4H"]);
      const json = { name, symbol: actor.chance.pick(symbols), interval, days, indicators: [{ kind: "rsi" }] };
      const headers = { "Idempotency-Key": name };
      // Asked for again with the same key after a cut line it is still one.
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const reply = await actor.change(own.fact("chart", name), chartIs({ interval, days }), [201], "POST", chartsPath, { json, headers });
        if (reply !== undefined) own.ids.set(`chart ${name}`, (reply.json as Chart).id);
        if (reply !== undefined || actor.world.isOver) return;
      }
    },
    async look(own, actor) {
      const { charts } = (await actor.read(`${chartsPath}?limit=100`)).json as { charts: Chart[] };
      for (const chart of charts) own.ids.set(`chart ${chart.name}`, chart.id);
      return byName("chart", charts, chartIs);
    },
  },
  layout: {
    weight: 2,
    async act(own, actor) {
      const there = own.there("layout");
      if (there.length >= 3) {
        const name = actor.chance.pick(there);
        await actor.change(own.fact("layout", name), null, [204], "DELETE", `${layoutsPath}/${own.ids.get(`layout ${name}`)}`);
        return;
      }
      const charts = own.there("chart").slice(0, 2).map((chart) => own.ids.get(`chart ${chart}`));
      if (charts.length < 2 || own.of("layout").size >= 3 * most) return;
      const name = own.newName("layout");
      const reply = await actor.change(own.fact("layout", name), "4", [201], "POST", layoutsPath, { json: { name, grid: 4, charts } });
      if (reply !== undefined) own.ids.set(`layout ${name}`, (reply.json as Layout).id);
    },
    async look(own, actor) {
      const { layouts } = (await actor.read(`${layoutsPath}?limit=100`)).json as { layouts: Layout[] };
      for (const layout of layouts) own.ids.set(`layout ${layout.name}`, layout.id);
      return byName("layout", layouts, (each) => String(each.grid));
    },
  },
  favourite: {
    weight: 2,
    async act(own, actor) {
      const symbol = actor.chance.pick(symbols);
      const fact = own.fact("favourite", symbol);
      const path = `${favouritesPath}/spot/${symbol}`;
      if (fact.known === null) await actor.change(fact, "spot", [204], "PUT", path);
      else await actor.change(fact, null, [204], "DELETE", path);
    },
    async look(_, actor) {
      const { favourites } = (await actor.read(favouritesPath)).json as { favourites: { market: string; symbol: string }[] };
      return byName("favourite", favourites.map(({ market, symbol }) => ({ name: symbol, market })), (each) => each.market);
    },
  },
  preferences: {
    weight: 2,
    async act(own, actor) {
      const wanted = { theme: actor.chance.pick(["light", "dark"]), time_zone: `Zone/${own.newName("z")}` };
      await actor.change(own.fact("preferences", "own"), `${wanted.theme} ${wanted.time_zone}`, [200], "PATCH", preferencesPath, { json: wanted });
    },
    async look(own, actor) {
      const shown = likes(await actor.read(preferencesPath));
      // What nobody has set yet is not there.
      const isUntouched = own.fact("preferences", "own").known === null && shown === "system system";
      return new Map(isUntouched ? [] : [["own", shown]]);
    },
  },
  token: {
    weight: 2,
    async act(own, actor) {
      const there = own.there("token");
      if (there.length >= 2) {
        const name = actor.chance.pick(there);
        const done = await actor.change(own.fact("token", name), null, [204], "DELETE", `${tokensPath}/${own.ids.get(`token ${name}`)}`);
        if (done !== undefined) actor.died.push(...valueOf(own.tokens, name));
        return;
      }
      if (own.of("token").size >= 3 * most) return;
      const name = own.newName("token");
      const reply = await actor.change(own.fact("token", name), "holds", [201], "POST", tokensPath, { json: { name, scopes: ["account:read"] } });
      if (reply === undefined) return;
      const made = reply.json as IssuedToken;
      own.ids.set(`token ${name}`, made.personal_token.id);
      own.tokens.set(name, made.token);
    },
    async look(own, actor) {
      const { tokens } = (await actor.read(`${tokensPath}`)).json as { tokens: { id: string; name: string }[] };
      for (const token of tokens) own.ids.set(`token ${token.name}`, token.id);
      const found = byName("token", tokens, () => "holds");
      // Whether it is on the list and whether it opens anything is the same.
      for (const [name, token] of own.tokens) {
        const { status } = await actor.must([200, 401], "GET", `${apiBase}/auth/me`, { token });
        if ((status === 200) !== found.has(name)) throw new Lost(`the token ${name} of ${actor.email} ${found.has(name) ? "is on the list and" : "is not on the list, but"} is answered ${status}`);
        if (status === 401) own.tokens.delete(name);
      }
      return found;
    },
  },
};

const valueOf = (from: Map<string, string>, name: string): string[] => {
  const value = from.get(name);
  return value === undefined ? [] : [value];
};
