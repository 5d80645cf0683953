/** The JSON vectors as raw bodies: n_ is 400, y_ of another shape 400 or 422, i_ either; never 5xx, never a cut connection. */
import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { problemType } from "./support/client";
import { readVector, vectorsFolder } from "./support/environment";
import { Program } from "./support/program";

const folder = "jsontestsuite/test_parsing";
const names = readdirSync(`${vectorsFolder}/${folder}`).filter((name) => name.endsWith(".json"));

let program: Program;
beforeAll(async () => {
  program = await Program.start();
});
afterAll(async () => {
  await program.stop();
});

test("the vectors are there", () => {
  for (const kind of ["n_", "y_", "i_"]) expect(names.some((name) => name.startsWith(kind))).toBe(true);
});

describe.each(["/api/v1/auth/register", "/api/v1/auth/login", "/api/v1/auth/setup"])("%s", (path) => {
  test.each(names)("c.58 c.59 %s", async (name) => {
    const reply = await program.send("POST", path, { body: readVector(`${folder}/${name}`) });
    const allowed = name.startsWith("n_") ? [400] : name.startsWith("y_") ? [400, 422] : [400, 422];
    expect(allowed, reply.text).toContain(reply.status);
    expect(["malformed", "invalid-input"]).toContain(problemType(reply));
    // Duplicate names are our rule beyond RFC 8259; everything else that is valid must get as far as the fields.
    if (name.startsWith("y_") && !name.includes("duplicate")) expect(reply.status, reply.text).toBe(422);
  });
});

test("CVE-2026-31949 LibreChat: after all of them the program lives", async () => {
  expect((await program.send("GET", "/health")).status).toBe(200);
  expect(program.isRunning).toBe(true);
});
