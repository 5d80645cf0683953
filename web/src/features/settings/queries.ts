/** Names of the cached settings. The owner needs no place in them: the cache is emptied with the session. */
export const settingsKeys = {
  exchange: ["settings", "exchange"] as const,
  llm: ["settings", "llm"] as const,
  preferences: ["settings", "preferences"] as const,
};
