/** Names of the account's cached answers. The owner needs no place in them: the cache is emptied with the session. */
export const accountKeys = {
  all: ["account"] as const,
  me: ["account", "me"] as const,
  secondFactor: ["account", "secondFactor"] as const,
  sessions: ["account", "sessions"] as const,
  timeline: ["account", "timeline"] as const,
  tokens: ["account", "tokens"] as const,
};
