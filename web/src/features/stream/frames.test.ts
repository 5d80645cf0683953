import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { frameTypes, readFrame } from "./frames";

interface Shape {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  format?: string;
  minItems?: number;
  required?: string[];
  properties?: Record<string, Shape>;
}

const contract = parse(readFileSync(join(import.meta.dirname, "../../../../api/asyncapi.yaml"), "utf8"));
const told = (contract.operations.tell.messages as { $ref: string }[]).map(({ $ref }) => $ref.split("/").at(-1) ?? "");
const shapes = told.map((name): [string, Shape] => [name, contract.components.messages[name].payload as Shape]);

const message = { number: 3, parent: 2, role: "assistant", content: "ß", timestamp: "2026-11-26T00:00:00Z" };

function exampleOf(name: string, shape: Shape): unknown {
  if (name === "message" && !shape.type) return message;
  if (name === "call" && !shape.type) return { id: "c", name: "get_candles", arguments: "{}" };
  if (shape.const !== undefined) return shape.const;
  if (shape.enum) return shape.enum[0];
  switch (shape.type) {
    case "integer":
      return 1;
    case "boolean":
      return true;
    case "array":
      return Array.from({ length: shape.minItems ?? 0 }, () => 1);
    case "object":
      return exampleFrame(shape);
    default:
      return shape.format === "date-time" ? "2026-11-26T00:00:00Z" : "some text";
  }
}

/** With everything that the contract names, or with what it demands alone. */
function exampleFrame(shape: Shape, only?: string[]): Record<string, unknown> {
  const names = only ?? Object.keys(shape.properties ?? {});
  return Object.fromEntries(names.map((name) => [name, exampleOf(name, shape.properties?.[name] ?? {})]));
}

describe("readFrame", () => {
  it("understands every frame of the contract and no other", () => {
    expect([...frameTypes].sort()).toEqual(shapes.map(([, shape]) => shape.properties?.type?.const).sort());
  });

  it.each(shapes)("reads %s, with all members and with the demanded ones", (_, shape) => {
    expect(readFrame(JSON.stringify(exampleFrame(shape)))).not.toBeNull();
    expect(readFrame(JSON.stringify(exampleFrame(shape, shape.required)))).not.toBeNull();
  });

  it.each(shapes)("leaves %s out when something is missing that is needed", (name, shape) => {
    const unneeded = new Set([
      "timestamp",
      "details",
      "recoverable",
      "content",
      "format",
      "agents_used",
      "finish",
      "user",
    ]);
    for (const member of shape.required ?? []) {
      if (unneeded.has(member)) continue;
      // `status` is told by its message only to people, and only the text of an error is shown.
      if ((name === "status" || name === "subscribed") && (member === "message" || member === "status")) continue;
      const { [member]: _left, ...rest } = exampleFrame(shape);
      expect(readFrame(JSON.stringify(rest)), member).toBeNull();
    }
  });

  it("tells an error of a run from the answer to a frame", () => {
    const error = { type: "error", message: "m", details: "", recoverable: false, code: "not-found" };
    expect(readFrame(JSON.stringify(error))).toEqual({
      type: "refused",
      code: "not-found",
      conversation_id: null,
      request_id: null,
      retry_after: null,
    });
    expect(readFrame(JSON.stringify({ ...error, conversation_id: "c", retry_after: 7 }))).toMatchObject({
      conversation_id: "c",
      retry_after: 7,
    });
    const ofRun = { ...error, conversation_id: "c", run_id: "r", seq: 4 };
    expect(readFrame(JSON.stringify(ofRun))).toMatchObject({ type: "event", event: { seq: 4, code: "not-found" } });
  });

  it.each([
    "",
    "null",
    "[]",
    "{",
    '"text"',
    '{"type":"unheard-of"}',
    '{"type":"text","conversation_id":"c","run_id":"r","seq":-1,"offset":0,"text":"a"}',
    '{"type":"text","conversation_id":"c","run_id":"r","seq":1.5,"offset":0,"text":"a"}',
    '{"type":"text","conversation_id":"c","run_id":"r","seq":1,"offset":"0","text":"a"}',
    '{"type":"message","conversation_id":"c","seq":1,"message":{"number":1}}',
    new ArrayBuffer(4),
    undefined,
  ])("leaves %j out", (data) => {
    expect(readFrame(data)).toBeNull();
  });
});
