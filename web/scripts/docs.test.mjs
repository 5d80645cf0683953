import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JSDOM } from "jsdom";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";

const folder = mkdtempSync(join(tmpdir(), "kontor-docs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function render(contract) {
  execFileSync(process.execPath, [join(import.meta.dirname, "docs.mjs"), contract, folder]);
  return new JSDOM(readFileSync(join(folder, "index.html"), "utf8")).window.document;
}

describe("the page of our contract", () => {
  const source = join(import.meta.dirname, "../../api/openapi.yaml");
  const api = parse(readFileSync(source, "utf8"));
  const page = render(source);

  it("shows every operation, with its path, its answers and an example", () => {
    for (const [path, item] of Object.entries(api.paths)) {
      for (const operation of Object.values(item)) {
        const article = page.getElementById(operation.operationId);
        expect(article?.textContent, operation.operationId).toContain(`/api/v1${path}`);
        expect(article.querySelector("pre").textContent).toContain(`http://localhost:8500/api/v1${path}`);
        for (const status of Object.keys(operation.responses)) {
          expect(article.textContent).toContain(status === "default" ? "other" : status);
        }
        expect(page.querySelector(`nav a[href="#${operation.operationId}"]`)).not.toBeNull();
      }
    }
  });

  it("shows every schema, and every problem type that the contract names", () => {
    for (const name of Object.keys(api.components.schemas))
      expect(page.getElementById(`schema-${name}`), name).not.toBeNull();
    for (const [type] of JSON.stringify(api).matchAll(/urn:kontor:problem:[a-z-]*[a-z]/g)) {
      expect(page.getElementById("problems").textContent).toContain(type);
    }
  });

  it("has an anchor for every link, and no anchor twice", () => {
    const ids = [...page.querySelectorAll("[id]")].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const link of page.querySelectorAll('a[href^="#"]')) expect(ids).toContain(link.getAttribute("href").slice(1));
  });

  it("needs neither scripts nor inline styles", () => {
    expect(page.querySelectorAll("script, style, [style], [onclick]")).toHaveLength(0);
  });

  it("tells which operations need a token", () => {
    expect(page.getElementById("get_me").textContent).toContain("Needs an access token");
    expect(page.getElementById("get_me").querySelector("pre").textContent).toContain("Authorization: Bearer <token>");
    expect(page.getElementById("login").textContent).toContain("Open to everybody");
  });
});

it("shows text of a contract as text", () => {
  const contract = join(folder, "odd.yaml");
  writeFileSync(
    contract,
    JSON.stringify({
      openapi: "3.1.0",
      info: { title: "<b>T</b>", version: "1", description: "a `<i>` & b\n\nsecond" },
      paths: {
        "/x": {
          put: {
            summary: "<script>alert(1)</script>",
            requestBody: {
              content: {
                "application/json": {
                  schema: { type: "object", properties: { note: { type: "string", example: "it's" } } },
                },
              },
            },
            responses: { 204: { description: '"done"' } },
          },
        },
      },
    }),
  );
  const page = render(contract);
  expect(page.querySelectorAll("script, i, b")).toHaveLength(0);
  expect(page.querySelector("h3").textContent).toBe("<script>alert(1)</script>");
  expect(page.querySelector("pre").textContent).toContain(`-d '{"note":"it'\\''s"}'`);
  expect(page.querySelectorAll("#about > p:not(.lead)").length).toBe(3);
});
