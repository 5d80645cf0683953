/** The routes of the settings. What is typed passes through; no answer ever has a key in it. */
import type {
  ExchangeCredentials,
  ExchangeReply,
  ExchangeSettings,
  LlmChange,
  LlmReply,
  LlmSettings,
  Preferences,
  PreferencesChange,
} from "@/api/types";
import { client } from "@/features/account/session";

/** Somebody else's server is asked meanwhile, and ours waits for it: milliseconds. */
const patience = { timeout: 90_000 };

export const settingsService = {
  async exchange(signal?: AbortSignal): Promise<ExchangeSettings> {
    return (await client.get<ExchangeSettings>("/settings/exchange", { signal })).data;
  },
  async saveExchange(credentials: ExchangeCredentials): Promise<ExchangeReply> {
    return (await client.post<ExchangeReply>("/settings/exchange", credentials, patience)).data;
  },
  async testExchange(): Promise<ExchangeReply> {
    return (await client.post<ExchangeReply>("/settings/exchange/test", undefined, patience)).data;
  },
  async removeExchange(): Promise<ExchangeReply> {
    return (await client.delete<ExchangeReply>("/settings/exchange")).data;
  },
  async llm(signal?: AbortSignal): Promise<LlmSettings> {
    return (await client.get<LlmSettings>("/settings/llm", { signal })).data;
  },
  async saveLlm(change: LlmChange): Promise<LlmReply> {
    return (await client.post<LlmReply>("/settings/llm", change)).data;
  },
  async testLlm(): Promise<LlmReply> {
    return (await client.post<LlmReply>("/settings/llm/test", undefined, patience)).data;
  },
  async removeLlm(): Promise<LlmReply> {
    return (await client.delete<LlmReply>("/settings/llm")).data;
  },
  async preferences(signal?: AbortSignal): Promise<Preferences> {
    return (await client.get<Preferences>("/settings/preferences", { signal })).data;
  },
  async changePreferences(change: PreferencesChange): Promise<Preferences> {
    return (await client.patch<Preferences>("/settings/preferences", change)).data;
  },
};
