import { describe, expect, it } from "vitest";
import type { LlmSettings } from "@/api/types";
import { changeOf, keyStanding, type LlmValues, mistakes, originOf, valuesOf } from "./llmDraft";

const nothing: LlmSettings = {
  configured: false,
  provider: null,
  model: null,
  base_url: null,
  endpoint: null,
  azure_configured: false,
  endpoint_masked: null,
  api_version: null,
  api_version_auto: true,
  api_key_masked: null,
};
const azure: LlmSettings = {
  ...nothing,
  configured: true,
  provider: "azure",
  model: "gpt-desk",
  endpoint: "https://desk.openai.azure.com/",
  api_key_masked: "****x7_Q",
  host: "https://desk.openai.azure.com",
};
const openai: LlmSettings = {
  ...nothing,
  configured: true,
  provider: "openai",
  base_url: "https://api.openai.com/v1",
  api_key_masked: "****x7_Q",
  host: "https://api.openai.com",
};
const own: LlmSettings = { ...openai, base_url: "https://llm.example.com/v1", host: "https://llm.example.com" };

const typed = (stored: LlmSettings, change: Partial<LlmValues> = {}): LlmValues => ({ ...valuesOf(stored), ...change });

describe("the form", () => {
  it("begins with what is stored, and never with a key", () => {
    expect(valuesOf(azure)).toMatchObject({
      provider: "azure",
      endpoint: azure.endpoint,
      model: "gpt-desk",
      api_key: "",
    });
    expect(JSON.stringify(valuesOf(azure))).not.toContain("x7_Q");
    expect(valuesOf(nothing)).toMatchObject({ provider: "openai", base_url: "", endpoint: "" });
  });

  it("leaves the address of OpenAI itself out, as it may be left out when it is saved", () => {
    expect(valuesOf(openai).base_url).toBe("");
    expect(changeOf(valuesOf(openai))).toEqual({ provider: "openai", model: null, base_url: null });
  });
});

describe("what is sent", () => {
  it("has only the fields of the provider, without blanks around", () => {
    const values = typed(azure, {
      base_url: "https://other.example.com",
      endpoint: " https://b.example.com ",
      api_version: " ",
    });
    expect(changeOf(values)).toEqual({
      provider: "azure",
      model: "gpt-desk",
      endpoint: "https://b.example.com",
      api_version: null,
    });
    expect(changeOf({ ...values, provider: "ollama" })).toEqual({
      provider: "ollama",
      model: "gpt-desk",
      base_url: "https://other.example.com",
    });
  });

  it.each<[string, Partial<LlmValues>, object]>([
    ["nothing of a key that was not touched", {}, {}],
    ["a new one", { api_key: " sk-new " }, { api_key: "sk-new" }],
    ["that there shall be none", { without_key: true }, { api_key: "" }],
    [
      "the one that was typed, whatever else was ticked",
      { api_key: "sk-new", without_key: true },
      { api_key: "sk-new" },
    ],
  ])("%s", (_, change, expected) => {
    const { api_key } = { api_key: undefined, ...changeOf(typed(own, change)) };
    expect(api_key === undefined ? {} : { api_key }).toEqual(expected);
  });
});

it("only whoever insists takes the place of what cannot be read", () => {
  expect(changeOf(typed(own))).not.toHaveProperty("replace_unreadable");
  expect(changeOf(typed(own), true).replace_unreadable).toBe(true);
});

describe("the stored key", () => {
  it.each<[string, LlmSettings, Partial<LlmValues>, string]>([
    ["stays with its address", azure, {}, "kept"],
    [
      "stays whatever the path, the case and the port that goes without saying",
      own,
      { base_url: "HTTPS://LLM.Example.com:443/v2" },
      "kept",
    ],
    ["stays while the address is being typed", own, { base_url: "https:/" }, "kept"],
    ["is asked for again at another host", own, { base_url: "https://llm.example.org/v1" }, "again"],
    ["is asked for again at another port", own, { base_url: "https://llm.example.com:8443/v1" }, "again"],
    ["is asked for again in the clear", own, { base_url: "http://llm.example.com/v1" }, "again"],
    [
      "is asked for again at a host whose name only begins alike",
      own,
      { base_url: "https://llm.example.com.evil.test/" },
      "again",
    ],
    ["is asked for again by another provider at the same address", own, { provider: "ollama" }, "again"],
    ["is asked for again when the address is left out", own, { base_url: "" }, "again"],
    ["cannot be read, and is asked for anew", { ...azure, state: "unreadable" }, {}, "lost"],
    ["is needed where there is none and nobody is taken without", nothing, { provider: "azure" }, "needed"],
    ["is needed by OpenAI itself", nothing, { provider: "openai" }, "needed"],
    ["need not be", nothing, { provider: "openai", base_url: "https://llm.example.com" }, "optional"],
    ["need not be for Ollama", nothing, { provider: "ollama" }, "optional"],
  ])("%s", (_, stored, change, standing) => {
    expect(keyStanding(typed(stored, change), stored)).toBe(standing);
  });
});

describe("before it is sent", () => {
  it.each<[string, LlmSettings, Partial<LlmValues>, string[]]>([
    ["all is well with what is stored", azure, {}, []],
    [
      "Azure needs nearly everything",
      nothing,
      { provider: "azure" },
      ["endpoint address.required", "model deployment.required", "api_key api_key.required"],
    ],
    ["Ollama needs an address", nothing, { provider: "ollama" }, ["base_url address.required"]],
    ["OpenAI needs none, but a key", nothing, { provider: "openai" }, ["api_key api_key.required"]],
    [
      "an address is one",
      nothing,
      { provider: "ollama", base_url: "ollama:11434" },
      ["base_url address.not_an_address"],
    ],
    ["the key is asked for again", own, { base_url: "https://b.example.com" }, ["api_key api_key.again"]],
    ["or is not wanted there", own, { base_url: "https://b.example.com", without_key: true }, []],
    ["but OpenAI itself wants one", own, { base_url: "", without_key: true }, ["api_key api_key.again"]],
    ["what cannot be read is entered anew", { ...own, state: "unreadable" }, {}, ["api_key api_key.required"]],
    ["or goes, and none takes its place", { ...own, state: "unreadable" }, { without_key: true }, []],
    ["and so does Azure", azure, { without_key: true }, ["api_key api_key.required"]],
  ])("%s", (_, stored, change, expected) => {
    expect(mistakes(typed(stored, change), stored).map(({ field, check }) => `${field} ${check}`)).toEqual(expected);
  });
});

it.each([
  ["https://a.example.com/x?y", "https://a.example.com"],
  [" https://a.example.com:8443 ", "https://a.example.com:8443"],
  ["javascript:alert(1)", null],
  ["ftp://a.example.com", null],
  ["a.example.com", null],
  ["", null],
])("%j leads to %j", (address, origin) => {
  expect(originOf(address)).toBe(origin);
});
