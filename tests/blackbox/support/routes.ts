/** The routes as the program itself lists them, and requests that are made from the contract: for tests over all routes. */
import { contract, contractRoutes, type ContractRoute } from "./contract";
import { newEmail, randomText } from "./environment";
import type { Program } from "./program";
import { newPassword, plant } from "./secrets";

export interface ProgramRoute {
  method: string;
  path: string;
  access: string;
  /** The scope that lets a personal token in; undefined where none is accepted. */
  tokenScope: string | undefined;
  /** The machine itself gets it without a token. */
  isOnMachine: boolean;
}

/** What `kontor routes` says. */
export async function programRoutes(program: Program): Promise<ProgramRoute[]> {
  const said = await program.installation.command(["routes"]);
  if (said.code !== 0) throw new Error(`kontor routes: ${said.stderr}`);
  return said.stdout
    .trim()
    .split("\n")
    .map((line) => {
      const [method = "", path = "", access = "", ...more] = line.split(" ");
      const tokenScope = more.find((word) => word.startsWith("token="))?.slice("token=".length);
      // The program also says what a path parameter must be: `{id:uuid}`.
      return { method, path: path.replaceAll(/\{([a-z_]+):[a-z]+\}/g, "{$1}"), access, tokenScope, isOnMachine: more.includes("on-machine") };
    });
}

export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  minItems?: number;
  minProperties?: number;
  minimum?: number;
  items?: Schema;
  required?: string[];
  properties?: Record<string, Schema>;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
}

/** The schema behind a reference, with the members of all its parts. */
export function resolved(schema: Schema): Schema {
  const target = schema.$ref === undefined ? schema : (contract.components.schemas[schema.$ref.split("/").at(-1) as string] as Schema);
  const parts = [...(target.allOf ?? []), ...(target.oneOf ?? []), ...(target.anyOf ?? [])].map(resolved);
  if (parts.length === 0) return target;
  return {
    ...target,
    required: target.required ?? target.allOf?.flatMap((part) => resolved(part).required ?? []),
    properties: Object.assign({}, ...parts.map((part) => part.properties ?? {}), target.properties ?? {}) as Record<string, Schema>,
  };
}

/** The schema of the JSON object that a route takes; undefined when it takes none. */
export function bodyOf(route: ContractRoute): Schema | undefined {
  const body = route.operation.requestBody as { content?: Record<string, { schema: Schema }> } | undefined;
  const schema = body?.content?.["application/json"]?.schema;
  return schema === undefined ? undefined : resolved(schema);
}

export interface BodyRoute extends ContractRoute {
  properties: Record<string, Schema>;
  required: string[];
  minProperties: number;
}

/** Every route that takes a JSON object. */
export const bodyRoutes: BodyRoute[] = contractRoutes.flatMap((route) => {
  const schema = bodyOf(route);
  return schema === undefined ? [] : [{ ...route, properties: schema.properties ?? {}, required: schema.required ?? [], minProperties: schema.minProperties ?? 0 }];
});

/** A value that a member of this name and schema may have. What is secret is remembered as such. */
function goodValue(name: string, schema: Schema): unknown {
  const known = resolved(schema);
  if (known.const !== undefined) return known.const;
  if (known.enum !== undefined) return known.enum[0];
  const type = Array.isArray(known.type) ? known.type[0] : known.type;
  switch (type) {
    case "boolean":
      return true;
    case "integer":
    case "number":
      return Math.max(known.minimum ?? 1, 1);
    case "array":
      return Array.from({ length: known.minItems ?? 0 }, () => goodValue(name, known.items ?? { type: "string" }));
    case "object":
      return goodObject(known.required ?? [], known.properties ?? {});
  }
  if (/password/.test(name)) return newPassword();
  if (/email/.test(name)) return newEmail();
  if (/code/.test(name)) return "000000";
  if (/token/.test(name)) {
    const token = `${randomText()}${randomText()}${randomText()}`.slice(0, 43).padEnd(43, "A");
    plant(token);
    return token;
  }
  return `x${randomText()}`;
}

function goodObject(required: string[], properties: Record<string, Schema>): Record<string, unknown> {
  return Object.fromEntries(required.map((name) => [name, goodValue(name, properties[name] ?? { type: "string" })]));
}

/** A body with what the route requires, each member of its type. Whether the program agrees with it depends on what it stands for. */
export function goodBody(route: BodyRoute): Record<string, unknown> {
  const others = Object.keys(route.properties).filter((name) => !route.required.includes(name));
  const missing = Math.max(route.minProperties - route.required.length, 0);
  return goodObject([...route.required, ...others.slice(0, missing)], route.properties);
}
