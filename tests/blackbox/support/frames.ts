/** api/asyncapi.yaml as a judge: every frame that a test sends or receives must be one that it describes. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { parse } from "yaml";
import { contract } from "./contract";
import { projectFolder } from "./environment";

/** A frame of the program. Which members it has depends on its type; the contract has been asked. */
export interface Frame {
  type: string;
  timestamp: string;
  status?: string;
  message?: unknown;
  details?: string;
  code?: string;
  recoverable?: boolean;
  retry_after?: number;
  user?: string;
  success?: boolean;
  conversation_id?: string;
  run_id?: string;
  request_id?: string;
  seq?: number;
  text?: string;
  offset?: number;
  content?: string;
  finish?: string;
  change?: string;
  seconds?: number;
  market?: string;
  symbol?: string;
  interval?: string;
  indicators?: string[];
  watch?: string;
  state?: string;
  candle?: [number, number, number, number, number, number, number];
  is_final?: boolean;
  values?: Record<string, (number | null)[]>;
  usage?: { input_tokens: number; output_tokens: number; estimated: boolean };
}

interface Message {
  payload: { properties: { type: { const: string } } };
}
interface AsyncContract {
  operations: Record<"listen" | "tell", { messages: { $ref: string }[] }>;
  components: { messages: Record<string, Message> };
}

const asyncContract = parse(readFileSync(path.join(projectFolder, "api/asyncapi.yaml"), "utf8")) as AsyncContract;
const ajv = new Ajv2020({ strict: false, allErrors: true });
(addFormats as unknown as (to: Ajv2020) => void)(ajv);
ajv.addSchema({ $id: "https://contract.invalid/openapi.yaml", ...contract });
ajv.addSchema({ $id: "https://contract.invalid/asyncapi.yaml", ...asyncContract });

function validators(operation: "listen" | "tell"): Map<string, ValidateFunction> {
  const names = asyncContract.operations[operation].messages.map(({ $ref }) => $ref.split("/").at(-1) as string);
  return new Map(
    names.map((name) => [
      asyncContract.components.messages[name]?.payload.properties.type.const as string,
      ajv.compile({ $ref: `https://contract.invalid/asyncapi.yaml#/components/messages/${name}/payload` }),
    ]),
  );
}
const told = validators("tell");
const said = validators("listen");

/** The types of frames that the program may send. */
export const toldTypes = [...told.keys()];
/** Those that clients may send. */
export const saidTypes = [...said.keys()];

function faultsOf(all: Map<string, ValidateFunction>, frame: unknown): string[] {
  const type = (frame as { type?: string } | null)?.type ?? "";
  const validate = all.get(type);
  if (validate === undefined) return [`no such frame: ${type}`];
  if (validate(frame)) return [];
  return (validate.errors ?? []).map((each) => `${type}: ${each.instancePath} ${each.message}`);
}

/** What is wrong with a frame of the program; empty when nothing is. */
export const faultsOfTold = (frame: unknown): string[] => faultsOf(told, frame);
/** The same of a frame of a client. */
export const faultsOfSaid = (frame: unknown): string[] => faultsOf(said, frame);
