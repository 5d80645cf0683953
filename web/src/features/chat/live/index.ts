/** Puts the live side together for this browser: store, socket, conversations. */
import { create } from "zustand";
import { queryClient } from "@/app/queryClient";
import { coordinator } from "@/features/account/session";
import { browserTimer } from "@/features/account/session/browserPorts";
import { whenDiscarded } from "@/features/account/session/discard";
import { chatService } from "../chatService";
import { chatKeys } from "../queries";
import { ChatSocket, type Connection, type Wire } from "../socket";
import { Conversations, type Opened } from "./conversations";

export type { Opened };

interface Live {
  connection: Connection;
  opened: Readonly<Record<string, Opened>>;
}

export const useLive = create<Live>(() => ({ connection: "off", opened: {} }));

export const socket = new ChatSocket({
  ticket: () => chatService.ticket(),
  open: openWire,
  // Renews the session, or asks for it, over the page; the next ticket waits for that.
  sessionEnded: () => void coordinator.renewNow(),
  frame: (frame) => conversations.hear(frame),
  connection: (connection) => useLive.setState({ connection }),
  later: browserTimer,
  now: Date.now,
  random: Math.random,
  online: () => navigator.onLine,
});

export const conversations = new Conversations({
  read: (id, before) => chatService.read(id, before),
  follow: (id, last) => socket.follow(id, last),
  unfollow: (id) => socket.unfollow(id),
  show: (id, opened) =>
    useLive.setState(({ opened: before }) => {
      const { [id]: _left, ...others } = before;
      return { opened: opened === null ? others : { ...others, [id]: opened } };
    }),
  listChanged: () => {
    void queryClient.invalidateQueries({ queryKey: chatKeys.lists });
    void queryClient.invalidateQueries({ queryKey: chatKeys.searches });
  },
  usageChanged: () => void queryClient.invalidateQueries({ queryKey: chatKeys.limits }),
  now: Date.now,
  later: browserTimer,
});

whenDiscarded(() => {
  conversations.discard();
  socket.stop();
});

addEventListener("online", () => socket.nudge());
addEventListener("offline", () => socket.lostNetwork());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && socket.nudge());

/** Tests put their own in its place. */
export const wires = {
  open: (url: string): Wire => new WebSocket(url) as Wire,
};

function openWire(ticket: string): Wire {
  const url = new URL("/ws/stream", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("token", ticket);
  return wires.open(url.href);
}
