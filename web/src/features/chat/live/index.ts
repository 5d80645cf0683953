/** Puts the live side of the conversations together for this browser: store, socket, conversations. */
import { create } from "zustand";
import { queryClient } from "@/app/queryClient";
import { browserTimer } from "@/features/account/session/browserPorts";
import { whenDiscarded } from "@/features/account/session/discard";
import { listen, socket } from "@/features/stream";
import { chatService } from "../chatService";
import { chatKeys } from "../queries";
import { Conversations, type Opened } from "./conversations";

export type { Opened };

interface Live {
  opened: Readonly<Record<string, Opened>>;
}

export const useLive = create<Live>(() => ({ opened: {} }));

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

listen((frame) => conversations.hear(frame));

whenDiscarded(() => conversations.discard());
