/** Names of the cached list; values are in no cache. */
export const secretKeys = {
  all: ["secrets"] as const,
};
