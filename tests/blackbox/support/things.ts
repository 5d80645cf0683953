/** What users own: how a test makes it, and how it looks whether it is still as it was. Each route with an id finds its row here. */
import { randomUUID } from "node:crypto";
import { apiBase, contractRoutes } from "./contract";
import type { Reply } from "./client";
import { newConversation } from "./conversations";
import { randomText } from "./environment";
import { newMember, signedInAgain, type Person } from "./people";
import type { Program } from "./program";
import { resolved, type Schema } from "./routes";
import { plant } from "./secrets";

export interface OwnedThing {
  /** Makes one for the owner; its id. */
  make(program: Program, owner: Person): Promise<string>;
  /** What is there of it, for comparing: behind it stands the owner's own view or the database. */
  look(program: Program, owner: Person, id: string): Promise<unknown>;
}

/** The lists of the contract: routes whose answer is an array of things with members of their own. */
export const listRoutes = contractRoutes
  .filter((route) => route.method === "GET" && !route.isPublic && !route.path.includes("{"))
  // The market is the same for everybody.
  .filter((route) => !route.path.startsWith(`${apiBase}/market/`))
  .filter((route) => {
    const content = route.operation.responses["200"]?.content?.["application/json"];
    const members = content === undefined ? {} : (resolved(content.schema as Schema).properties ?? {});
    const isList = Object.values(members).some((member) => member.type === "array" && resolved(member.items ?? {}).properties !== undefined);
    // What needs a question is no list, but a search.
    const { parameters = [] } = route.operation as { parameters?: { required?: boolean }[] };
    return isList && !parameters.some((each) => each.required === true);
  });

/** The names of the parameters that a list takes. */
export const parametersOf = (path: string): string[] => {
  const written = listRoutes.find((route) => route.path === path)?.operation as { parameters?: { name?: string; in?: string }[] } | undefined;
  return (written?.parameters ?? []).filter((each) => each.in === "query").map((each) => each.name ?? "");
};

/** Lists that are given in pages; the others are given whole. */
export const isPaged = (path: string): boolean => parametersOf(path).includes("cursor");

export interface Listed {
  id: string;
  is_current?: boolean;
  last_used_at?: string;
}

/** A list of the person whose token it is. */
export const listOf = async (program: Program, path: string, token: string, query = ""): Promise<Listed[]> => {
  const reply = await program.send("GET", `${path}${query}`, { token });
  if (reply.status !== 200) throw new Error(`GET ${path}${query} → ${reply.status}: ${reply.text}`);
  return itemsOf(reply);
};

/** All of a list of a few things. */
export const wholeListOf = async (program: Program, path: string, token: string): Promise<Listed[]> =>
  await listOf(program, path, token, isPaged(path) ? "?limit=100" : "");

/** The things of a list: its one array. What has another name for its id, or a name instead, is known by that. */
export const itemsOf = (reply: Reply): Listed[] => {
  const items = Object.values(reply.json as Record<string, unknown>).find(Array.isArray) as (Listed & { name?: string; conversation_id?: string; symbol?: string })[];
  return items.map((item) => ({ ...item, id: item.id ?? item.conversation_id ?? item.name ?? item.symbol ?? "" }));
};

const inList =
  (path: string) =>
  async (program: Program, owner: Person, id: string): Promise<unknown> => {
    const { last_used_at: _, ...rest } = (await listOf(program, path, owner.token)).find((each) => each.id === id) ?? { id: "gone" };
    return rest;
  };

/** What an account has is counted; whoever puts rows there themselves makes room for them. */
const makeRoomOnShelf = async (program: Program, owner: Person): Promise<void> => {
  await program.installation.query(`INSERT INTO chart_shelves (user_id, charts, layouts, favourites) VALUES ('${owner.id}', 100, 50, 100) ON CONFLICT DO NOTHING`);
};
let moment = Date.now() * 1000;

/** Puts a chart there behind the program's back: to make one it asks the exchange. */
export async function plantChart(program: Program, owner: Person, symbol = "BTCUSDT"): Promise<string> {
  const id = randomUUID();
  moment += 1;
  await makeRoomOnShelf(program, owner);
  await program.installation.query(
    "INSERT INTO charts (user_id, id, name, market, symbol, candle_time, indicators, theme, days, made_by, created_at, updated_at)" +
      ` VALUES ('${owner.id}', '${id}', '', 'spot', '${symbol}', '1H', 'rsi(14)', 'system', 30, 'user', ${moment}, ${moment})`,
  );
  return id;
}

async function makeLayout(program: Program, owner: Person): Promise<string> {
  const charts = [await plantChart(program, owner)];
  const reply = await program.send("POST", `${apiBase}/layouts`, { token: owner.token, json: { name: `L ${randomText()}`, grid: 1, charts } });
  if (reply.status !== 201) throw new Error(`POST layouts → ${reply.status}: ${reply.text}`);
  return (reply.json as { id: string }).id;
}

async function plantFavourite(program: Program, owner: Person): Promise<string> {
  moment += 1;
  await makeRoomOnShelf(program, owner);
  await program.installation.query(`INSERT INTO favourites (user_id, market, symbol, added_at) VALUES ('${owner.id}', 'spot', 'X${moment}', ${moment})`);
  // Of `favourites/{market}/{symbol}` the market: what is nobody's is found by nobody.
  return "spot";
}

/** By where the paths of their routes begin; the part behind it is the id. */
export const things: Record<string, OwnedThing> = {
  [`${apiBase}/auth/sessions/`]: {
    async make(program, owner) {
      const before = new Set((await listOf(program, `${apiBase}/auth/sessions`, owner.token)).map((each) => each.id));
      await signedInAgain(program, owner);
      const made = (await listOf(program, `${apiBase}/auth/sessions`, owner.token)).find((each) => !before.has(each.id));
      return made?.id as string;
    },
    look: inList(`${apiBase}/auth/sessions`),
  },
  [`${apiBase}/auth/tokens/`]: {
    async make(program, owner) {
      const reply = await program.send("POST", `${apiBase}/auth/tokens`, { token: owner.token, json: { name: "A", scopes: ["account:read"] } });
      if (reply.status !== 201) throw new Error(`POST tokens → ${reply.status}: ${reply.text}`);
      return (reply.json as { personal_token: { id: string } }).personal_token.id;
    },
    look: inList(`${apiBase}/auth/tokens`),
  },
  [`${apiBase}/secrets/`]: {
    async make(program, owner) {
      const name = `key_${randomText()}`;
      const value = `Planted value ${randomText()}`;
      plant(value);
      const reply = await program.send("POST", `${apiBase}/secrets`, { token: owner.token, json: { name, value } });
      if (reply.status !== 201) throw new Error(`POST secrets → ${reply.status}: ${reply.text}`);
      return name;
    },
    look: inList(`${apiBase}/secrets`),
  },
  [`${apiBase}/chat/{`]: {
    make: async (program, owner) => await newConversation(program, owner.token, [{ role: "user", content: "What moves gold?" }]),
    look: async (program, owner, id) => (await program.send("GET", `${apiBase}/chat/${id}`, { token: owner.token })).json,
  },
  [`${apiBase}/charts/{`]: {
    make: async (program, owner) => await plantChart(program, owner),
    look: async (program, owner, id) => (await program.send("GET", `${apiBase}/charts/${id}`, { token: owner.token })).json,
  },
  [`${apiBase}/layouts/{`]: {
    make: makeLayout,
    look: async (program, owner, id) => (await program.send("GET", `${apiBase}/layouts/${id}`, { token: owner.token })).json,
  },
  [`${apiBase}/favourites/{`]: {
    make: plantFavourite,
    look: async (program, owner) => await wholeListOf(program, `${apiBase}/favourites`, owner.token),
  },
  [`${apiBase}/admin/users/`]: {
    make: async (program) => (await newMember(program)).id,
    look: async (program, _owner, id) =>
      await program.installation.query(
        `SELECT id, email, hashed_password, is_admin, is_active, security_epoch, updated_at FROM users WHERE id = '${id}'`,
      ),
  },
};

/** Every list of a user's own things: how to put something on it. */
export const lists: Record<string, (program: Program, owner: Person) => Promise<unknown>> = {
  [`${apiBase}/auth/sessions`]: async (program, owner) => await signedInAgain(program, owner),
  [`${apiBase}/auth/timeline`]: async (program, owner) => await signedInAgain(program, owner),
  [`${apiBase}/auth/tokens`]: async (program, owner) => await things[`${apiBase}/auth/tokens/`]?.make(program, owner),
  [`${apiBase}/chat/`]: async (program, owner) => await things[`${apiBase}/chat/{`]?.make(program, owner),
  [`${apiBase}/chat/export`]: async (program, owner) => await things[`${apiBase}/chat/{`]?.make(program, owner),
  [`${apiBase}/charts`]: async (program, owner) => await plantChart(program, owner),
  [`${apiBase}/layouts`]: makeLayout,
  [`${apiBase}/favourites`]: plantFavourite,
  [`${apiBase}/secrets`]: async (program, owner) => await things[`${apiBase}/secrets/`]?.make(program, owner),
};

/** The row of a route with an id. */
export const ownIdsUnder = (path: string): OwnedThing | undefined => Object.entries(things).find(([start]) => path.startsWith(start))?.[1];
