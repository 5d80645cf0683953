/** What all lists have in common. They come from the contract: a new one is tested without anybody thinking of it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fieldErrors } from "./support/client";
import { wantedDatabases } from "./support/environment";
import { newAdmin, type Person } from "./support/people";
import { Program } from "./support/program";
import { isPaged, itemsOf, listRoutes, lists, wholeListOf } from "./support/things";

const paths = listRoutes.map((route) => route.path);
const paged = paths.filter(isPaged);

describe.each(wantedDatabases)("on %s", (database) => {
  let program: Program;
  let root: Person;
  beforeAll(async () => {
    program = await Program.start({ database });
    root = await newAdmin(program);
    for (const fill of Object.values(lists)) for (let i = 0; i < 3; i += 1) await fill(program, root);
    await newAdmin(program);
  });
  afterAll(async () => {
    await program.stop();
  });

  test.each(paths)("Zitadel CVE-2024-39683: %s refuses a parameter that it does not know", async (path) => {
    for (const query of ["onwer=x", "onwer=x&nosuch", "user_id=null", "offset=1", "page=2", "Limit=1", ...(isPaged(path) ? [] : ["limit=1", "cursor=1"])]) {
      const reply = await program.send("GET", `${path}?${query}`, { token: root.token });
      expect(reply.status, query).toBe(422);
      expect(fieldErrors(reply), query).toEqual(query.split("&").map((each) => `/${each.split("=")[0] as string} unknown_member`).sort());
    }
    expect((await program.send("GET", path, { token: root.token })).status).toBe(200);
  });

  test("most lists come in pages", () => {
    expect(paged.length).toBeGreaterThan(2);
  });

  test.each(paged)("%s has no next page behind one that is exactly full and the last", async (path) => {
    const all = (await wholeListOf(program, path, root.token)).map((each) => each.id);
    expect(all.length).toBeGreaterThan(1);
    expect(all.length).toBeLessThan(100);
    const page = async (query: string): Promise<{ ids: string[]; next: string | undefined }> => {
      const reply = await program.send("GET", `${path}?${query}`, { token: root.token });
      expect(reply.status, reply.text).toBe(200);
      return { ids: itemsOf(reply).map((each) => each.id), next: (reply.json as { next_cursor?: string }).next_cursor };
    };
    expect(await page(`limit=${all.length}`)).toEqual({ ids: all, next: undefined });
    expect(await page(`limit=${all.length + 1}`)).toEqual({ ids: all, next: undefined });
    const first = await page(`limit=${all.length - 1}`);
    expect(first.ids).toEqual(all.slice(0, -1));
    expect(first.next).toBeDefined();
    expect(await page(`limit=1&cursor=${first.next as string}`)).toEqual({ ids: all.slice(-1), next: undefined });
    expect(await page(`limit=${all.length - 1}&cursor=${first.next as string}`)).toEqual({ ids: all.slice(-1), next: undefined });
  });
});
