/** The rules for new accounts; the login page reads them too, so that the registration stands at once. */
import { useEffect } from "react";
import { create } from "zustand";
import type { Policy } from "@/api/types";
import { defaultLimits, type Limits } from "@/i18n/problemText";
import { authService } from "./authService";

interface Known {
  data: Policy | undefined;
  error: unknown;
  isFetching: boolean;
  /** By this computer's clock. */
  readAt: number;
}

/** They hold for everybody, so they may stay when somebody comes or goes. */
const usePolicyStore = create<Known>(() => ({ data: undefined, error: null, isFetching: false, readAt: 0 }));

const freshFor = 5 * 60_000;

async function read(): Promise<void> {
  if (usePolicyStore.getState().isFetching) return;
  usePolicyStore.setState({ isFetching: true });
  try {
    const data = await authService.policy();
    usePolicyStore.setState({ data, error: null, isFetching: false, readAt: Date.now() });
  } catch (error) {
    usePolicyStore.setState({ error, isFetching: false });
  }
}

/** An administrator has changed them. */
export function policyChanged(): void {
  usePolicyStore.setState({ readAt: 0 });
}

export function usePolicy() {
  const { data, error, isFetching, readAt } = usePolicyStore();
  const isStale = Date.now() - readAt > freshFor;
  useEffect(() => {
    if (isStale) void read();
    // Whoever opens a page asks, not whoever looks at it for long.
  }, []);
  const limits: Limits = data
    ? { passwordMin: data.password_min_length, passwordMax: data.password_max_length }
    : defaultLimits;
  const isError = error !== null && data === undefined;
  return { data, error, isError, isPending: data === undefined && !isError, isFetching, limits, refetch: read };
}
