/** The browser's side of the coordinator: lock, channel and timers, each with a fallback where the browser has none. */
import type { TabLock } from "./coordinator";
import { channelName, readMessage, type TabMessage } from "./messages";

/**
 * One holder among all tabs. Web Locks exist on HTTPS and localhost only; without them each tab refreshes for itself,
 * and the server's grace gives two at once the same successor.
 */
export function browserLock(name: string, locks: LockManager | undefined = navigator.locks): TabLock {
  if (!locks) return (work) => work(false);
  return async (work) => {
    const held = await locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock) await work(false);
      return lock !== null;
    });
    if (!held) await locks.request(name, () => work(true));
  };
}

export interface TabChannel {
  post(message: TabMessage): void;
  listen(hear: (message: TabMessage) => void): void;
}

export function browserChannel(): TabChannel {
  if (typeof BroadcastChannel === "undefined") return { post: () => {}, listen: () => {} };
  const channel = new BroadcastChannel(channelName);
  return {
    post: (message) => channel.postMessage(message),
    listen: (hear) => {
      channel.onmessage = ({ data }: MessageEvent<unknown>) => {
        const message = readMessage(data);
        if (message) hear(message);
      };
    },
  };
}

export function browserTimer(milliseconds: number, act: () => void): () => void {
  const id = setTimeout(act, milliseconds);
  return () => clearTimeout(id);
}
