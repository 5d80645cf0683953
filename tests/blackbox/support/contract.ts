/** api/openapi.yaml as a judge: every reply that a test receives must be one that it describes. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { parse } from "yaml";
import type { Reply } from "./client";
import { projectFolder } from "./environment";

interface ResponseObject {
  $ref?: string;
  content?: Record<string, { schema: unknown }>;
}
interface Operation {
  operationId: string;
  security?: unknown[];
  "x-also-at"?: string;
  "x-token-scope"?: string;
  requestBody?: { required?: boolean; $ref?: string };
  responses: Record<string, ResponseObject>;
}
interface Contract {
  servers: { url: string }[];
  security: unknown[];
  paths: Record<string, Record<string, Operation>>;
  components: { requestBodies: Record<string, { required?: boolean }>; responses: Record<string, ResponseObject>; schemas: Record<string, unknown> };
}

export const contract = parse(readFileSync(path.join(projectFolder, "api/openapi.yaml"), "utf8")) as Contract;
export const apiBase = contract.servers[0]?.url ?? "";

export interface ContractRoute {
  method: string;
  path: string;
  isPublic: boolean;
  operation: Operation;
}

/** Every route of the contract, the ones outside the base path included. */
export const contractRoutes: ContractRoute[] = Object.entries(contract.paths).flatMap(([at, item]) =>
  Object.entries(item).flatMap(([verb, written]) => {
    const shared = written.requestBody?.$ref?.split("/").at(-1);
    const operation = shared === undefined ? written : { ...written, requestBody: contract.components.requestBodies[shared] };
    const isPublic = (operation.security ?? contract.security).length === 0;
    const route = { method: verb.toUpperCase(), path: apiBase + at, isPublic, operation };
    const also = operation["x-also-at"];
    return also === undefined ? [route] : [route, { ...route, path: also }];
  }),
);

const contractId = "https://contract.invalid/openapi";
const ajv = new Ajv2020({ strict: false, allErrors: true });
(addFormats as unknown as (to: Ajv2020) => void)(ajv);
ajv.addSchema({ $id: contractId, ...contract });

const compiled = new Map<string, ValidateFunction>();

function validatorAt(pointer: string): ValidateFunction {
  let validate = compiled.get(pointer);
  if (validate === undefined) {
    validate = ajv.compile({ $ref: `${contractId}#${pointer}` });
    compiled.set(pointer, validate);
  }
  return validate;
}

const token = (text: string): string => encodeURIComponent(text.replaceAll("~", "~0").replaceAll("/", "~1"));

/** What is wrong with a reply, judged by the contract; empty when nothing is. */
export function findFaults(method: string, target: string, reply: Reply): string[] {
  const faults = [...faultsOfEveryReply(reply)];
  if (method === "HEAD") {
    if (reply.text !== "") faults.push("a reply to HEAD has a body");
    return faults;
  }
  const at = target.split("?")[0] ?? "";
  const route = contractRoutes.find((r) => r.method === method && fits(r.path, at));
  if (route === undefined) {
    if (reply.status >= 400) faults.push(...faultsOfBody(reply, "application/problem+json", "/components/schemas/Problem"));
    return faults;
  }
  faults.push(...faultsOfOperation(route, reply));
  return faults;
}

/** A path of the contract, `{…}` standing for one segment. */
function fits(pattern: string, at: string): boolean {
  const [wanted, given] = [pattern.split("/"), at.split("/")];
  return wanted.length === given.length && wanted.every((part, i) => part === given[i] || (part.startsWith("{") && given[i] !== ""));
}

/** The path with an id that nothing has in each place for one. */
export function filledPath(pattern: string): string {
  return pattern.replaceAll(/\{[^}]*\}/g, "00000000-0000-4000-8000-000000000000");
}

function faultsOfOperation(route: ContractRoute, reply: Reply): string[] {
  const name = route.path.startsWith(apiBase) ? route.path.slice(apiBase.length) : route.path;
  const { responses } = route.operation;
  const key = String(reply.status) in responses ? String(reply.status) : "default";
  let found = responses[key];
  let pointer = `/paths/${token(name)}/${route.method.toLowerCase()}/responses/${key}`;
  if (found === undefined) return [`${route.method} ${route.path}: status ${reply.status} is not listed`];
  // A success must be named; `default` is there for errors.
  if (key === "default" && reply.status < 400) return [`${route.method} ${route.path}: ${reply.status} is not listed`];
  if (found.$ref !== undefined) {
    pointer = found.$ref.slice(1);
    found = contract.components.responses[pointer.split("/").at(-1) as string];
  }
  const types = Object.keys(found?.content ?? {});
  const type = types.find((each) => each === String(reply.headers["content-type"] ?? "").split(";")[0]?.trim()) ?? types[0];
  if (type === undefined) return reply.text === "" ? [] : [`${route.path}: ${reply.status} must have no body`];
  return faultsOfBody(reply, type, `${pointer}/content/${token(type)}/schema`);
}

function faultsOfBody(reply: Reply, type: string, pointer: string): string[] {
  const sent = String(reply.headers["content-type"] ?? "");
  if (sent.split(";")[0]?.trim() !== type) return [`content type is "${sent}" instead of ${type} (${reply.status})`];
  if (!type.endsWith("json")) return [];
  const faults: string[] = [];
  if (reply.json === undefined) return ["the body is not JSON"];
  const validate = validatorAt(pointer);
  if (!validate(reply.json)) faults.push(...(validate.errors ?? []).map((e) => `${e.instancePath} ${e.message}`));
  if (type === "application/problem+json" && (reply.json as { status?: number }).status !== reply.status) {
    faults.push("`status` of the problem differs from the status line");
  }
  return faults;
}

function faultsOfEveryReply(reply: Reply): string[] {
  const faults: string[] = [];
  if (!/^[\x21-\x7e]{8,64}$/.test(String(reply.headers["x-request-id"] ?? ""))) faults.push("no X-Request-Id");
  if (reply.headers["x-content-type-options"] !== "nosniff") faults.push("no X-Content-Type-Options: nosniff");
  if (reply.status === 401 && reply.headers["www-authenticate"] === undefined) faults.push("401 without WWW-Authenticate");
  if (reply.status === 405 && reply.headers.allow === undefined) faults.push("405 without Allow");
  const claimed = (reply.json as { request_id?: unknown } | undefined)?.request_id;
  if (claimed !== undefined && claimed !== reply.headers["x-request-id"]) faults.push("request_id differs from X-Request-Id");
  return faults;
}
