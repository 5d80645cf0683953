/** Names of the cached answers. The owner needs no place in them: the cache is emptied with the session. */
export const chatKeys = {
  all: ["chat"] as const,
  lists: ["chat", "list"] as const,
  list: (deleted: boolean) => ["chat", "list", deleted] as const,
  search: (words: string) => ["chat", "search", words] as const,
  searches: ["chat", "search"] as const,
  limits: ["chat", "limits"] as const,
};
