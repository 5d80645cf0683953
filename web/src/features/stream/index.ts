/** Puts the socket of this tab together: whoever shows something live keeps it open, and hears every frame. */
import { useEffect } from "react";
import { create } from "zustand";
import type { WsTicket } from "@/api/types";
import { reachOfSocket } from "@/app/reachability";
import { client, coordinator } from "@/features/account/session";
import { browserTimer } from "@/features/account/session/browserPorts";
import { whenDiscarded } from "@/features/account/session/discard";
import type { Frame } from "./frames";
import { type Connection, StreamSocket, type Wire } from "./socket";

export type { Connection };

export const useConnection = create<{ connection: Connection }>(() => ({ connection: "off" }));

const listeners = new Set<(frame: Frame) => void>();

/** Hears every frame until what is returned is called. */
export function listen(listener: (frame: Frame) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const socket = new StreamSocket({
  ticket: async () => (await client.post<WsTicket>("/ws/ticket")).data.ticket,
  open: openWire,
  // Renews the session, or asks for it, over the page; the next ticket waits for that.
  sessionEnded: () => void coordinator.renewNow(),
  frame: (frame) => {
    for (const listener of [...listeners]) listener(frame);
  },
  connection: (connection) => {
    useConnection.setState({ connection });
    if (connection === "again") reachOfSocket.gone();
    else if (connection === "connected") reachOfSocket.there();
  },
  later: browserTimer,
  now: Date.now,
  random: Math.random,
  online: () => navigator.onLine,
});

let users = 0;

/** Open as long as something is shown that needs it: two that show something at the same time have the same one. */
export function keepOpen(): () => void {
  users += 1;
  socket.start();
  let left = false;
  return () => {
    if (left) return;
    left = true;
    users -= 1;
    if (users === 0) socket.stop();
  };
}

export function useSocket(): void {
  useEffect(keepOpen, []);
}

whenDiscarded(() => socket.stop());

addEventListener("online", () => socket.nudge());
addEventListener("offline", () => socket.lostNetwork());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && socket.nudge());

/** Tests put their own in its place. */
export const wires = {
  open: (url: string): Wire => quietlyClosed(new WebSocket(url)),
};

/** One that is closed before it is open is a fault to browsers, and stands in their log with its address. */
function quietlyClosed(socket: WebSocket): Wire {
  const close = () => WebSocket.prototype.close.call(socket);
  socket.close = () => {
    if (socket.readyState === WebSocket.CONNECTING) socket.onopen = close;
    else close();
  };
  return socket as Wire;
}

function openWire(ticket: string): Wire {
  const url = new URL("/ws/stream", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("token", ticket);
  return wires.open(url.href);
}
