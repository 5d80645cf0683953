/** docs/operations.md and the manual pages name only commands, flags, files and settings that are there; and all commands are in the manual. */
import { existsSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { projectFolder } from "./support/environment";
import { runProgram } from "./support/program";

const read = (name: string): string => readFileSync(path.join(projectFolder, name), "utf8");

const helps = new Map<string, string>();
async function helpOf(words: string[]): Promise<string | undefined> {
  const key = words.join(" ");
  if (!helps.has(key)) {
    const done = await runProgram([...words, "--help"], { env: {}, cwd: os.tmpdir() });
    helps.set(key, done.code === 0 ? done.stdout : "");
  }
  return helps.get(key) || undefined;
}
const subcommandsIn = (help: string): string[] => [...(help.split("\nSubcommands:\n")[1] ?? "").matchAll(/^ {2}([a-z][a-z-]*)/gm)].map((found) => found[1] as string);

/** What the program would make of the words: what is wrong with them, or nothing. */
async function faultOf(line: string): Promise<string | undefined> {
  const words = line.split(/\s+/);
  const command: string[] = [];
  let help = (await helpOf([])) ?? "";
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === "…") return undefined;
    if (word.startsWith("--")) {
      if (!help.includes(word)) return `${command.join(" ")} has no ${word}`;
      continue;
    }
    const subcommands = subcommandsIn(help);
    // An argument: an address, a file.
    if (subcommands.length === 0) continue;
    if (!subcommands.includes(word)) return `there is no command ${[...command, word].join(" ")}`;
    command.push(word);
    help = (await helpOf(command)) ?? "";
  }
  // A group alone does nothing: `admin`.
  return subcommandsIn(help).length > 0 && command.length > 0 ? `${command.join(" ")} needs a command` : undefined;
}

/** Lines of code and words in backticks. */
function codeIn(markdown: string): string[] {
  const found: string[] = [];
  for (const line of markdown.split("\n")) {
    if (line.startsWith("    ")) found.push(line.trim());
    else for (const [, code] of line.matchAll(/`([^`]+)`/g)) found.push(code as string);
  }
  return found;
}
/** What follows the name of the program, by whichever name it is called. */
const calls = (code: string): string[] =>
  code
    .split(/ && |; /)
    // The user, the service and the container are called that, too: `-o kontor`, `exec kontor cat`.
    .map((part) => /(?:^|\s)(?<!-[og] )(?:kontor|kontorctl|\/app\/kontor|build\/release\/kontor) ((?:[a-z]|--).*)$/.exec(part)?.[1])
    .filter((call) => call !== undefined)
    .filter((call) => !/^(?:cat|kontor)\b/.test(call));

describe("docs/operations.md", () => {
  const page = read("docs/operations.md");
  const code = codeIn(page);

  test("every command of the program in it exists, with its flags", async () => {
    const all = code.flatMap(calls);
    expect(all.length).toBeGreaterThan(40);
    const faults: string[] = [];
    for (const call of new Set(all)) {
      const fault = await faultOf(call);
      if (fault !== undefined) faults.push(`kontor ${call}: ${fault}`);
    }
    expect(faults).toEqual([]);
  });

  test("the check finds what is wrong", async () => {
    for (const [call, says] of [
      ["admin invite ann@example.com", /no command admin invite/],
      ["doctor --mend", /has no --mend/],
      ["vault", /needs a command/],
    ] as const) expect(await faultOf(call)).toMatch(says);
    for (const call of ["admin create ann@example.com", "doctor --remember FILE", "backup FILE --passphrase-file F", "…"]) expect(await faultOf(call)).toBeUndefined();
  });

  test("every script, file and page of the project that it names is there", () => {
    const named = code.flatMap((text) => [...text.matchAll(/(?<![\w./-])((?:script|packaging|src|docs|tests)\/[\w./-]+)/g)].map((found) => found[1] as string));
    expect(named.length).toBeGreaterThan(8);
    // Sources are not beside the tests of an image.
    const here = named.filter((name) => !name.startsWith("src/") || existsSync(path.join(projectFolder, "src")));
    expect([...new Set(here)].filter((name) => !existsSync(path.join(projectFolder, name)))).toEqual([]);
    const links = [...page.matchAll(/\]\(([^)#]+\.md)[^)]*\)/g)].map((found) => found[1] as string);
    expect([...new Set(links)].filter((name) => !existsSync(path.join(projectFolder, "docs", name)))).toEqual([]);
    const titles = [...page.matchAll(/^##+ (.*)$/gm)].map((found) => (found[1] as string).toLowerCase().replaceAll(/[^\w -]/g, "").replaceAll(" ", "-"));
    for (const [, place] of page.matchAll(/\]\(#([^)]+)\)/g)) expect(titles).toContain(place);
  });

  test("every setting in it is one of the program", async () => {
    const known = (await runProgram(["config", "--markdown"], { env: {}, cwd: os.tmpdir() })).stdout;
    const elsewhere = /^(?:KONTOR_|POSTGRES_|CAP_|EMAIL$|FILE$|FOLDER$)/;
    const named = code.flatMap((text) => [...text.matchAll(/(?<![\w/.$-])([A-Z][A-Z_]{3,})(?![\w(])/g)].map((found) => found[1] as string)).filter((name) => !elsewhere.test(name) && name.includes("_"));
    expect(named.length).toBeGreaterThan(8);
    expect([...new Set(named)].filter((name) => !known.includes(`\`${name}\``))).toEqual([]);
  });
});

test("the manual of the package names every command, and no other", async () => {
  const manual = read("packaging/kontor.1").replaceAll("\\-", "-").replaceAll(/\\f./g, "");
  const all: string[] = [];
  for (const command of subcommandsIn((await helpOf([])) ?? "")) {
    const below = subcommandsIn((await helpOf([command])) ?? "");
    all.push(...(below.length === 0 ? [command] : below.map((word) => `${command} ${word}`)));
  }
  const told = [...(manual.split("\n.SH COMMANDS\n")[1]?.split("\n.SH ")[0] ?? "").matchAll(/^\.(?:B|BR|BI) (.*)$/gm)]
    .map((line) => (line[1] as string).replaceAll('"', " ").replaceAll(/\s+/g, " ").trim())
    .flatMap((line) => {
      const [command = "", ...others] = line.split(" ");
      const rest = others.join(" ");
      if (rest.includes("|") && !rest.startsWith("--")) return rest.split("|").map((words) => `${command} ${words.split(" ")[0]}`);
      return [command === "import" || command === "export" ? `${command} ${others[0]}` : command];
    });
  expect(new Set(told.filter((line) => all.some((known) => known.split(" ")[0] === line.split(" ")[0])))).toEqual(new Set(all));
});

test("the manual of kontorctl, the page that every package brings, and the notes in docker-compose.yml name what exists", async () => {
  for (const [, call] of read("packaging/kontorctl.8").replaceAll("\\-", "-").matchAll(/^\.B kontorctl ([a-z].*)$/gm)) expect(await faultOf(call as string), call).toBeUndefined();
  for (const [, call] of read("docker-compose.yml").matchAll(/\/app\/kontor ([a-z][a-z -]*?)(?: {2,}|$)/gm)) expect(await faultOf(call as string), call).toBeUndefined();
  for (const name of ["packaging/postinst", "packaging/kontor.service", "packaging/Caddyfile"])
    for (const [, call] of read(name).matchAll(/kontorctl ((?:admin|vault) [a-z-]+)/g)) expect(await faultOf(call as string), `${name}: ${call}`).toBeUndefined();
});
