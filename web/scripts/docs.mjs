// Writes the readable page of the API: node docs.mjs OPENAPI_YAML OUT_DIR
//
// One static page without scripts, made from the contract alone. It is served at /docs under the same
// Content-Security-Policy as the app, so styles stand in a file of their own.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

const [source, out] = process.argv.slice(2);
if (!source || !out) {
  console.error("usage: node docs.mjs OPENAPI_YAML OUT_DIR");
  process.exit(2);
}

const api = parse(readFileSync(source, "utf8"));
const methods = ["get", "post", "put", "patch", "delete", "head", "options"];
const base = api.servers?.[0]?.url ?? "";
const host = "http://localhost:8500";

// --- Text ---------------------------------------------------------------------------------------------------------

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text) => String(text).replace(/[&<>"']/g, (character) => escapes[character]);

/** The little Markdown that the contract uses: paragraphs and `code`. */
const inline = (text) => escape(text).replace(/`([^`]+)`/g, "<code>$1</code>");
const prose = (text) =>
  (text ?? "")
    .trim()
    .split(/\n\s*\n/)
    .filter(Boolean)
    .map((paragraph) => `<p>${inline(paragraph)}</p>`)
    .join("\n");

// --- The contract -------------------------------------------------------------------------------------------------

/** Follows `$ref` within the document. */
function resolve(node) {
  let current = node;
  for (let hops = 0; current?.$ref; hops += 1) {
    if (hops > 20) throw new Error(`${node.$ref} refers to itself`);
    const keys = current.$ref.replace(/^#\//, "").split("/");
    const target = keys.reduce((value, key) => value?.[key.replaceAll("~1", "/").replaceAll("~0", "~")], api);
    if (!target) throw new Error(`${current.$ref} does not exist`);
    current = target;
  }
  return current ?? {};
}

const refName = (node) => node?.$ref?.match(/^#\/components\/schemas\/(.+)$/)?.[1];

const operations = Object.entries(api.paths).flatMap(([path, item]) =>
  methods
    .filter((method) => item[method])
    .map((method) => {
      const operation = item[method];
      return {
        ...operation,
        method,
        path,
        anchor: operation.operationId ?? `${method}-${path.replace(/\W+/g, "-")}`,
        parameters: [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolve),
        needsToken: (operation.security ?? api.security ?? []).length > 0,
      };
    }),
);

const groups = (api.tags ?? []).map((tag) => ({
  ...tag,
  operations: operations.filter((operation) => operation.tags?.includes(tag.name)),
}));
const untagged = operations.filter((operation) => !groups.some((group) => group.operations.includes(operation)));
if (untagged.length > 0) groups.push({ name: "other", description: "", operations: untagged });

/** Which problem types stand where: read from the descriptions of the answers. */
function problemTypes() {
  const found = new Map();
  for (const operation of operations) {
    for (const [status, answer] of Object.entries(operation.responses ?? {})) {
      for (const [type] of (resolve(answer).description ?? "").matchAll(/urn:kontor:problem:[a-z-]*[a-z]/g)) {
        if (!found.has(type)) found.set(type, { statuses: new Set(), operations: new Map() });
        found.get(type).statuses.add(status);
        found.get(type).operations.set(operation.anchor, operation);
      }
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

// --- Schemas ------------------------------------------------------------------------------------------------------

/** The type of a schema in a few words, as HTML. */
function typeOf(schema) {
  const name = refName(schema);
  if (name) return `<a href="#schema-${escape(name)}">${escape(name)}</a>`;
  if (schema.const !== undefined) return `<code>${escape(JSON.stringify(schema.const))}</code>`;
  if (schema.enum) return schema.enum.map((value) => `<code>${escape(value)}</code>`).join(" <span>or</span> ");
  for (const word of ["oneOf", "anyOf", "allOf"]) {
    if (schema[word]) return schema[word].map(typeOf).join(word === "allOf" ? " and " : " or ");
  }
  const types = [schema.type ?? "any"].flat();
  if (types.includes("array")) return `list of ${typeOf(schema.items ?? {})}`;
  return escape(types.join(" or ") + (schema.format ? ` (${schema.format})` : ""));
}

const limitWords = {
  minLength: (n) => `at least ${n} code points`,
  maxLength: (n) => `at most ${n} code points`,
  minimum: (n) => `≥ ${n}`,
  maximum: (n) => `≤ ${n}`,
  minItems: (n) => `at least ${n}`,
  maxItems: (n) => `at most ${n}`,
  pattern: (text) => `matches <code>${escape(text)}</code>`,
  default: (value) => `default <code>${escape(JSON.stringify(value))}</code>`,
};

function limitsOf(schema) {
  return Object.entries(limitWords)
    .filter(([key]) => schema[key] !== undefined)
    .map(([key, words]) => words(schema[key]))
    .join(", ");
}

/** The members of an object, nested objects with dotted names. */
function members(schema, prefix = "") {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const nested = !refName(property) && property.type === "object" && property.properties;
    return [
      { name: prefix + name, required: required.has(name), schema: property },
      ...(nested ? members(property, `${prefix}${name}.`) : []),
    ];
  });
}

function memberTable(rows, caption) {
  if (rows.length === 0) return "";
  const body = rows.map(({ name, required, schema }) => {
    const limits = limitsOf(schema);
    const about = `${inline(schema.description ?? "")}${limits && `<span class="limits">${limits}</span>`}`;
    return `<tr>
  <th scope="row"><code>${escape(name)}</code>${required ? "" : '<span class="optional">optional</span>'}</th>
  <td>${typeOf(schema)}</td>
  <td>${about}</td>
</tr>`;
  });
  return `<div class="table"><table>
<caption>${caption}</caption>
<thead><tr><th scope="col">Member</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead>
<tbody>${body.join("\n")}</tbody>
</table></div>`;
}

/** A value of the schema, for the examples. */
function sample(schema, name = "") {
  const node = resolve(schema);
  if (node.example !== undefined) return node.example;
  if (node.default !== undefined) return node.default;
  if (node.const !== undefined) return node.const;
  if (node.enum) return node.enum[0];
  const type = [node.type].flat()[0];
  if (type === "object" || node.properties) {
    const required = node.required ?? Object.keys(node.properties ?? {});
    return Object.fromEntries(required.map((key) => [key, sample(node.properties?.[key] ?? {}, key)]));
  }
  if (type === "array") return [sample(node.items ?? {}, name)];
  if (type === "boolean") return false;
  if (type === "integer" || type === "number") return node.minimum ?? 1;
  if (node.format === "uuid") return "0190a6f2-5d7c-7c3e-9b1a-3f2e8d4c6b50";
  if (node.format === "date-time") return "2026-01-31T09:00:00Z";
  if (name === "email") return "test@example.com";
  if (name === "password") return "secret123";
  return `<${name || "value"}>`;
}

// --- Operations ---------------------------------------------------------------------------------------------------

function curl(operation) {
  const lines = [
    `curl ${operation.method === "get" ? "" : `-X ${operation.method.toUpperCase()} `}${host}${base}${operation.path}`,
  ];
  if (operation.needsToken) lines.push('-H "Authorization: Bearer <token>"');
  const body = resolve(operation.requestBody);
  const json = body.content?.["application/json"];
  if (json) {
    lines.push('-H "Content-Type: application/json"');
    lines.push(`-d '${JSON.stringify(json.example ?? sample(json.schema)).replaceAll("'", "'\\''")}'`);
  }
  return lines.join(" \\\n  ");
}

function renderRequest(operation) {
  const parts = [];
  if (operation.parameters.length > 0) {
    parts.push(
      memberTable(
        operation.parameters.map((parameter) => ({
          name: parameter.name,
          required: parameter.required,
          schema: { ...parameter.schema, description: parameter.description },
        })),
        "Parameters",
      ),
    );
  }
  const body = resolve(operation.requestBody);
  for (const [type, { schema }] of Object.entries(body.content ?? {})) {
    parts.push(`<p class="body-type">Body: ${typeOf(schema)}, <code>${escape(type)}</code></p>`);
    parts.push(memberTable(members(resolve(schema)), "Members of the body"));
  }
  return parts.length === 0 ? "" : `<h4>Request</h4>${parts.join("\n")}`;
}

function renderAnswers(operation) {
  const rows = Object.entries(operation.responses ?? {}).map(([status, node]) => {
    const answer = resolve(node);
    const bodies = Object.entries(answer.content ?? {}).map(
      ([type, { schema }]) => `${typeOf(schema)} <span class="media">${escape(type)}</span>`,
    );
    const headers = Object.entries(answer.headers ?? {}).map(
      ([name, header]) => `<code>${escape(name)}</code>${header.description ? `: ${inline(header.description)}` : ""}`,
    );
    return `<tr>
  <th scope="row"><code class="status" data-class="${escape(status[0])}">${status === "default" ? "other" : escape(status)}</code></th>
  <td>${inline(answer.description ?? "")}${headers.length > 0 ? `<p class="headers">Header ${headers.join("; ")}</p>` : ""}</td>
  <td>${bodies.join("<br>") || "–"}</td>
</tr>`;
  });
  return `<h4>Answers</h4>
<div class="table answers"><table>
<caption>Answers</caption>
<thead><tr><th scope="col">Status</th><th scope="col">When</th><th scope="col">Body</th></tr></thead>
<tbody>${rows.join("\n")}</tbody>
</table></div>`;
}

function renderOperation(operation) {
  const alias = operation["x-also-at"];
  return `<article id="${escape(operation.anchor)}" class="operation">
<h3><a class="anchor" href="#${escape(operation.anchor)}">${escape(operation.summary ?? operation.anchor)}</a></h3>
<p class="route"><span class="method" data-method="${operation.method}">${operation.method.toUpperCase()}</span>
<code>${escape(base + operation.path)}</code></p>
<p class="access">${operation.needsToken ? "Needs an access token (<code>Authorization: Bearer</code>)." : "Open to everybody."}${
    alias ? ` Also at <code>${escape(alias)}</code>.` : ""
  }</p>
${prose(operation.description)}
<pre><code>${escape(curl(operation))}</code></pre>
${renderRequest(operation)}
${renderAnswers(operation)}
</article>`;
}

function renderSchema([name, schema]) {
  const rows = members(schema);
  return `<article id="schema-${escape(name)}" class="schema">
<h3><a class="anchor" href="#schema-${escape(name)}">${escape(name)}</a></h3>
${prose(schema.description)}
${rows.length > 0 ? memberTable(rows, `Members of ${escape(name)}`) : `<p>${typeOf(schema)}</p>`}
</article>`;
}

function renderProblems() {
  const rows = problemTypes().map(
    ([type, { statuses, operations: where }]) => `<tr>
  <th scope="row"><code>${escape(type)}</code></th>
  <td>${[...statuses].map((status) => `<code>${escape(status)}</code>`).join(", ")}</td>
  <td>${[...where.values()].map((operation) => `<a href="#${escape(operation.anchor)}">${escape(operation.summary)}</a>`).join(", ")}</td>
</tr>`,
  );
  return `<section id="problems"><h2>Problem types</h2>
<p>The <code>type</code> of a problem document, for programs. Others can occur anywhere; their <code>title</code> and
<code>detail</code> explain them.</p>
<div class="table"><table>
<caption>Problem types</caption>
<thead><tr><th scope="col">Type</th><th scope="col">Status</th><th scope="col">Where</th></tr></thead>
<tbody>${rows.join("\n")}</tbody>
</table></div></section>`;
}

const contents = groups
  .map(
    (group) => `<li><a href="#${escape(group.name)}">${escape(group.name)}</a><ul>
${group.operations
  .map(
    (operation) =>
      `<li><a href="#${escape(operation.anchor)}"><span class="method" data-method="${operation.method}">${operation.method.toUpperCase()}</span> ${escape(operation.path)}</a></li>`,
  )
  .join("\n")}
</ul></li>`,
  )
  .join("\n");

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>API · ${escape(api.info.title)}</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs/docs.css">
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header><a class="brand" href="/"><img src="/favicon.svg" alt="" width="32" height="32">${escape(api.info.title)}</a>
<span>API ${escape(api.info.version)}</span></header>
<div class="columns">
<nav aria-label="Contents"><ul>
${contents}
<li><a href="#problems">problem types</a></li>
<li><a href="#schemas">schemas</a></li>
</ul></nav>
<main id="main" tabindex="-1">
<section id="about"><h1>${escape(api.info.title)} API</h1>
<p class="lead">${inline(api.info.summary ?? "")}</p>
${prose(api.info.description)}
<p>Every path stands below <code>${escape(base)}</code>. The same description for programs:
<a href="/openapi.json">openapi.json</a> (OpenAPI ${escape(api.openapi)}).</p></section>
${groups
  .map(
    (group) => `<section id="${escape(group.name)}"><h2>${escape(group.name)}</h2>
${prose(group.description)}
${group.operations.map(renderOperation).join("\n")}</section>`,
  )
  .join("\n")}
${renderProblems()}
<section id="schemas"><h2>Schemas</h2>
${Object.entries(api.components?.schemas ?? {})
  .map(renderSchema)
  .join("\n")}</section>
</main></div>
</body>
</html>
`;

mkdirSync(out, { recursive: true });
writeFileSync(join(out, "index.html"), page);
copyFileSync(join(dirname(fileURLToPath(import.meta.url)), "docs.css"), join(out, "docs.css"));
console.log(`documented ${operations.length} operations`);
