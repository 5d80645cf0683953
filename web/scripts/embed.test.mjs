import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, it } from "vitest";

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kontor-embed-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const long = "const same = 1;\n".repeat(200);
const site = {
  "index.html": "<!doctype html>" + "<p>x</p>".repeat(50),
  "assets/app-AbCd_-19.js": long,
  "assets/plain.js": long,
  "docs/index.html": "<!doctype html><p>docs</p>",
  "early.js": "1",
  "empty.txt": "",
  "photo.png": long,
};

function write(files) {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, "dist", name, ".."), { recursive: true });
    writeFileSync(join(folder, "dist", name), content);
  }
}

const script = [join(import.meta.dirname, "embed.mjs")];
const run = (out = "out") => execFileSync(process.execPath, [...script, join(folder, "dist"), join(folder, out)]);

/** The table of assets.cpp, with the bytes that assets.S places at each symbol. */
function table() {
  const source = readFileSync(join(folder, "out/assets.cpp"), "utf8");
  const assembly = readFileSync(join(folder, "out/assets.S"), "utf8");
  const place = new Map(
    [...assembly.matchAll(/^(\w+):\n\s+\.incbin "([^"]+)"/gm)].map(([, symbol, path]) => [symbol, readFileSync(path)]),
  );
  return [...source.matchAll(/http::static_file\{([\s\S]*?)\n    \}/g)].map(([, body]) => {
    const text = (name) => JSON.parse(body.match(new RegExp(`\\.${name} = ("(?:[^"\\\\]|\\\\.)*")`))[1]);
    const bytes = (name) => {
      const found = body.match(new RegExp(`\\.${name} = std::string_view\\{(\\w+), (\\d+)\\}`));
      if (!found) return null;
      expect(place.get(found[1]).length).toBe(Number(found[2]));
      return place.get(found[1]);
    };
    return {
      path: text("path"),
      contentType: text("content_type"),
      etag: text("etag"),
      immutable: /\.immutable = true/.test(body),
      identity: bytes("identity"),
      gzip: bytes("gzip"),
      brotli: bytes("brotli"),
    };
  });
}

it("lists every file by path, with what it takes to serve it", () => {
  write(site);
  run();
  const rows = table();
  expect(rows.map(({ path }) => path)).toEqual([
    "/assets/app-AbCd_-19.js",
    "/assets/plain.js",
    "/docs/index.html",
    "/early.js",
    "/empty.txt",
    "/index.html",
    "/photo.png",
  ]);
  for (const row of rows) {
    const content = site[row.path.slice(1)];
    expect((row.identity ?? Buffer.alloc(0)).toString()).toBe(content);
    expect(row.etag).toBe(`"${createHash("sha256").update(content).digest("hex").slice(0, 32)}"`);
    if (row.gzip) expect(gunzipSync(row.gzip).toString()).toBe(content);
    if (row.brotli) expect(brotliDecompressSync(row.brotli).toString()).toBe(content);
  }
  expect(rows.filter(({ immutable }) => immutable).map(({ path }) => path)).toEqual(["/assets/app-AbCd_-19.js"]);
  expect(rows.map(({ contentType }) => contentType)).toEqual([
    "text/javascript; charset=utf-8",
    "text/javascript; charset=utf-8",
    "text/html; charset=utf-8",
    "text/javascript; charset=utf-8",
    "text/plain; charset=utf-8",
    "text/html; charset=utf-8",
    "image/png",
  ]);
});

it("keeps a compressed copy only where it is smaller", () => {
  write(site);
  run();
  const copies = Object.fromEntries(table().map(({ path, gzip, brotli }) => [path, [gzip !== null, brotli !== null]]));
  expect(copies).toMatchObject({
    "/index.html": [true, true],
    "/assets/plain.js": [true, true],
    "/early.js": [false, false],
    "/empty.txt": [false, false],
    "/photo.png": [false, false],
  });
});

it("makes the same from the same", () => {
  write(site);
  run();
  const first = readFileSync(join(folder, "out/assets.cpp"), "utf8");
  run();
  expect(readFileSync(join(folder, "out/assets.cpp"), "utf8")).toBe(first);
});

it.each([
  ["a folder without index.html", { "a.js": "1" }, /no index\.html/],
  ["a file of unknown kind", { "index.html": "x", "a.exe": "1" }, /content type/],
  ["a name that cannot stand in a request line", { "index.html": "x", "a b.js": "1" }, /ASCII/],
])("refuses %s", (_, files, message) => {
  write(files);
  const { status, stderr } = spawnSync(process.execPath, [...script, join(folder, "dist"), join(folder, "out")]);
  expect(status).not.toBe(0);
  expect(stderr.toString()).toMatch(message);
});
