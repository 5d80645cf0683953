// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { HttpClient, HttpError, queryOf } from "./http";
import { whenUnanswered } from "./unanswered";

const client = new HttpClient((request, send) => send(request));
const fetched = vi.fn<typeof fetch>();
const notes: boolean[] = [];

beforeEach(() => {
  notes.length = 0;
  fetched.mockReset();
  vi.stubGlobal("fetch", fetched);
  whenUnanswered({ answered: () => notes.push(true), unanswered: () => notes.push(false) });
  document.documentElement.lang = "de";
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  whenUnanswered(null);
});

const refusalOf = (call: Promise<unknown>) => call.then(() => null).catch((error: unknown) => error as HttpError);

/** Never answers, but for the end of the wait. */
function silence(): void {
  fetched.mockImplementation(
    (_, init) =>
      new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(new Error("aborted")))),
  );
}

it("sends JSON, and reads it", async () => {
  fetched.mockResolvedValue(new Response('{"a":1}', { status: 201, headers: { "x-y": "z" } }));
  const answer = await client.post<{ a: number }>("/things", { b: 2 }, { headers: { "Idempotency-Key": "k" } });
  expect(answer.data).toEqual({ a: 1 });
  expect(answer.status).toBe(201);
  expect(answer.headers.get("x-y")).toBe("z");
  const [url, init] = fetched.mock.calls[0] ?? [];
  expect(url).toBe("/api/v1/things");
  expect(init?.method).toBe("POST");
  expect(init?.body).toBe('{"b":2}');
  const headers = new Headers(init?.headers);
  expect(headers.get("content-type")).toBe("application/json");
  expect(headers.get("accept-language")).toBe("de");
  expect(headers.get("idempotency-key")).toBe("k");
  expect(notes).toEqual([true]);
});

it("without a body there is no type of one", async () => {
  fetched.mockResolvedValue(new Response(null, { status: 204 }));
  const { data } = await client.delete("/things/1");
  expect(data).toBe("");
  expect(new Headers(fetched.mock.calls[0]?.[1]?.headers).has("content-type")).toBe(false);
});

it("throws every answer that is no success, with what it said", async () => {
  fetched.mockResolvedValue(new Response("<html>", { status: 502 }));
  const error = await refusalOf(client.get("/things"));
  expect(error).toBeInstanceOf(HttpError);
  expect(error?.response).toMatchObject({ status: 502, data: "<html>" });
  expect(notes).toEqual([true]);
});

it("no answer is told, too", async () => {
  fetched.mockRejectedValue(new TypeError("Failed to fetch"));
  const error = await refusalOf(client.get("/things"));
  expect(error).toMatchObject({ response: null, isCancelled: false });
  expect(notes).toEqual([false]);
});

it("waits no longer than it may", async () => {
  vi.useFakeTimers();
  silence();
  const call = refusalOf(client.get("/things", { timeout: 1000 }));
  await vi.advanceTimersByTimeAsync(999);
  expect(notes).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(await call).toMatchObject({ response: null, isCancelled: false });
  expect(notes).toEqual([false]);
});

it("a call that is given up says nothing about the server", async () => {
  silence();
  const given = new AbortController();
  const call = refusalOf(client.get("/things", { signal: given.signal }));
  given.abort();
  expect(await call).toMatchObject({ response: null, isCancelled: true });
  expect(await refusalOf(client.get("/things", { signal: given.signal }))).toMatchObject({ isCancelled: true });
  expect(notes).toEqual([]);
  expect(fetched).toHaveBeenCalledTimes(1);
});

it("a file is told of while it comes", async () => {
  fetched.mockResolvedValue(new Response("12345", { headers: { "content-type": "text/csv" } }));
  const seen: number[] = [];
  const { data } = await client.get<Blob>("/file", { responseType: "blob", onProgress: (loaded) => seen.push(loaded) });
  expect(data.size).toBe(5);
  expect(data.type).toBe("text/csv");
  expect(seen.at(-1)).toBe(5);
});

it.each([
  [undefined, ""],
  [{}, ""],
  [{ a: 1, b: undefined, c: null, d: false }, "?a=1&d=false"],
  [{ q: "a b&c=ü" }, "?q=a+b%26c%3D%C3%BC"],
])("%j in an address: %s", (params, query) => {
  expect(queryOf(params)).toBe(query);
});
