/**
 * One more proof of who asks, which some calls want to be younger than ten minutes. However many calls ask, the person is
 * asked once (StepUpDialog); the client sends the calls again afterwards (api/client.ts).
 */
import { create } from "zustand";
import { whenDiscarded } from "./session/discard";

export const useStepUp = create<{ asked: boolean }>(() => ({ asked: false }));

let waiting: { promise: Promise<boolean>; settle(proved: boolean): void } | null = null;

/** True once the server has a fresh proof; false when the person would not give one, or is no longer here. */
export function askForProof(): Promise<boolean> {
  if (!waiting) {
    let settle: (proved: boolean) => void = () => {};
    const promise = new Promise<boolean>((resolve) => {
      settle = resolve;
    });
    waiting = { promise, settle };
    useStepUp.setState({ asked: true });
  }
  return waiting.promise;
}

export function settleProof(proved: boolean): void {
  const asked = waiting;
  waiting = null;
  useStepUp.setState({ asked: false });
  asked?.settle(proved);
}

// What one user was asked for is never answered by the next.
whenDiscarded(() => settleProof(false));
