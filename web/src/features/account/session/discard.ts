/** What must be gone before another user is shown: caches, drafts, stores. Whoever keeps something of a user registers here. */
const hooks = new Set<() => void>();

export function whenDiscarded(hook: () => void): void {
  hooks.add(hook);
}

export function discardEverything(): void {
  for (const hook of hooks) hook();
}
