/** Puts the live side of the charts together for this browser. */
import { browserTimer } from "@/features/account/session/browserPorts";
import { whenDiscarded } from "@/features/account/session/discard";
import { listen, socket } from "@/features/stream";
import { Watches } from "./watches";

export const watches = new Watches({ tell: (frame) => socket.tell(frame), later: browserTimer });

listen((frame) => watches.hear(frame));

whenDiscarded(() => watches.discard());
