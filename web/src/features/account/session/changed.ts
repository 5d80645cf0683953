/** What is known of the account may be out of date. Whoever has something of it registers here, and asks again. */
const hooks = new Set<() => void>();

export function whenAccountChanged(hook: () => void): void {
  hooks.add(hook);
}

export function accountChanged(): void {
  for (const hook of hooks) hook();
}
