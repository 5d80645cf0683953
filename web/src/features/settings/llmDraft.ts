/** The form of the language model: what stands in it, what has to, and what is sent. */
import * as z from "zod/mini";
import type { LlmChange, LlmSettings } from "@/api/types";
import type { Check } from "@/forms/checks";

/** In the order in which they are offered: what most people have comes first. */
export const providers = ["openai", "azure", "ollama"] as const satisfies LlmChange["provider"][];
export type Provider = (typeof providers)[number];

export type LlmValues = {
  provider: Provider;
  base_url: string;
  endpoint: string;
  model: string;
  api_version: string;
  api_key: string;
  /** The stored key goes, and none takes its place. */
  without_key: boolean;
};

/** Where `openai` leads when no address is given (api/openapi.yaml). */
const openaiAddress = "https://api.openai.com/v1";

/** A key is never among them: none is ever told. */
export function valuesOf(settings: LlmSettings): LlmValues {
  return {
    provider: settings.provider ?? "openai",
    // The server writes OpenAI's own address out.
    base_url: settings.base_url === openaiAddress ? "" : (settings.base_url ?? ""),
    endpoint: settings.endpoint ?? "",
    model: settings.model ?? "",
    api_version: settings.api_version ?? "",
    api_key: "",
    without_key: false,
  };
}

/** The fields of a provider, in the order of the page. */
export function fieldsOf(provider: Provider): (keyof LlmValues)[] {
  return provider === "azure"
    ? ["provider", "endpoint", "model", "api_version", "api_key", "without_key"]
    : ["provider", "base_url", "model", "api_key", "without_key"];
}

/** Scheme, host and port: as far as a key may travel. Null while it is no address. */
export function originOf(address: string): string | null {
  try {
    const { protocol, host, origin } = new URL(address.trim());
    return (protocol === "https:" || protocol === "http:") && host !== "" ? origin : null;
  } catch {
    return null;
  }
}

function addressOf({ provider, base_url, endpoint }: LlmValues): string {
  if (provider === "azure") return endpoint;
  return provider === "openai" && base_url.trim() === "" ? openaiAddress : base_url;
}

/**
 * What the key field is about. `kept`: the stored one stays when it is left empty. `again`: the stored one belongs to another
 * address. `lost`: the stored one cannot be read. `needed`: there is none, and this provider takes nobody without. `optional`: there is none, and there need not be.
 */
export type KeyStanding = "kept" | "again" | "lost" | "needed" | "optional";

export function keyStanding(values: LlmValues, stored: LlmSettings): KeyStanding {
  const origin = originOf(addressOf(values));
  if (stored.state === "unreadable") return "lost";
  if (stored.api_key_masked !== null) {
    const home = stored.host ? originOf(stored.host) : originOf(addressOf(valuesOf(stored)));
    // While an address is still being typed, nothing is said about it yet.
    const stays = stored.provider === values.provider && (origin === null || origin === home);
    return stays ? "kept" : "again";
  }
  return needsKey(values) ? "needed" : "optional";
}

export function needsKey(values: LlmValues): boolean {
  return values.provider === "azure" || originOf(addressOf(values)) === originOf(openaiAddress);
}

export function llmSchema(stored: LlmSettings) {
  return z
    .object({
      provider: z.enum(providers),
      base_url: z.string(),
      endpoint: z.string(),
      model: z.string(),
      api_version: z.string(),
      api_key: z.string(),
      without_key: z.boolean(),
    })
    .check(
      z.check<LlmValues>((context) => {
        for (const { field, check } of mistakes(context.value, stored)) {
          context.issues.push({ code: "custom", message: check, input: context.value[field], path: [field] });
        }
      }),
    );
}

export function mistakes(values: LlmValues, stored: LlmSettings): { field: keyof LlmValues; check: Check }[] {
  const found: { field: keyof LlmValues; check: Check }[] = [];
  const field = values.provider === "azure" ? "endpoint" : "base_url";
  const address = addressOf(values).trim();
  if (address === "") found.push({ field, check: "address.required" });
  else if (originOf(address) === null) found.push({ field, check: "address.not_an_address" });
  if (values.provider === "azure" && values.model.trim() === "") {
    found.push({ field: "model", check: "deployment.required" });
  }
  const key = keyOf(values);
  if (key === undefined || (key === "" && needsKey(values))) {
    const standing = keyStanding(values, stored);
    if (standing === "again") found.push({ field: "api_key", check: "api_key.again" });
    else if (standing === "lost" || standing === "needed" || key === "")
      found.push({ field: "api_key", check: "api_key.required" });
  }
  return found;
}

/** Undefined: nothing is said about it. Empty: there shall be none. */
function keyOf({ api_key, without_key }: LlmValues): string | undefined {
  const key = api_key.trim();
  if (key !== "") return key;
  return without_key ? "" : undefined;
}

/**
 * Only what the provider needs; what was typed for another one stays in the form. `replaceUnreadable`: a key that cannot be read
 * gives way to it.
 */
export function changeOf(values: LlmValues, replaceUnreadable = false): LlmChange {
  const { provider } = values;
  const key = keyOf(values);
  return {
    provider,
    model: textOrNull(values.model),
    ...(provider === "azure"
      ? { endpoint: textOrNull(values.endpoint), api_version: textOrNull(values.api_version) }
      : { base_url: textOrNull(values.base_url) }),
    ...(key !== undefined && { api_key: key }),
    ...(replaceUnreadable && { replace_unreadable: true }),
  };
}

function textOrNull(text: string): string | null {
  return text.trim() === "" ? null : text.trim();
}
