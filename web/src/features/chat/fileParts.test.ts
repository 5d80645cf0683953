import { describe, expect, test } from "vitest";
import { partsOf } from "./fileParts";

const format = "kontor-conversations-1";
const fileOf = (conversations: unknown[]): Blob => new Blob([JSON.stringify({ format, conversations }, null, 2)]);
const talk = (id: number, text = "ü".repeat(20)) => ({ conversation_id: String(id), messages: [{ content: text }] });
const read = async (part: Blob) => JSON.parse(await part.text()) as { format: string; conversations: unknown[] };

describe("a file of conversations", () => {
  test("is sent as it is when the server takes it", async () => {
    const file = fileOf([talk(1)]);
    expect(await partsOf(file)).toEqual([file]);
  });

  test("comes in parts that are files of their own and have all of it in its order", async () => {
    const all = Array.from({ length: 50 }, (_, i) => talk(i));
    const parts = (await partsOf(fileOf(all), 600)) ?? [];
    expect(parts.length).toBeGreaterThan(5);
    const got: unknown[] = [];
    for (const part of parts) {
      expect(part.size).toBeLessThanOrEqual(600);
      const { format: name, conversations } = await read(part);
      expect(name).toBe(format);
      got.push(...conversations);
    }
    expect(got).toEqual(all);
  });

  test("with a conversation that no part can hold is too large, and so is what is none", async () => {
    expect(await partsOf(fileOf([talk(1), talk(2, "x".repeat(600))]), 600)).toBeNull();
    expect(await partsOf(new Blob(["x".repeat(601)]), 600)).toBeNull();
    expect(await partsOf(new Blob([JSON.stringify(["x".repeat(601)])]), 600)).toBeNull();
  });
});
