/** The conversations. Their code, which draws Markdown and holds a socket, is fetched behind this door. */
import { lazy, Suspense } from "react";
import { Loading } from "@/components/Loading";

const ChatPage = lazy(async () => ({ default: (await import("@/features/chat/pages")).ChatPage }));

export function ChatRoute() {
  return (
    <Suspense fallback={<Loading />}>
      <ChatPage />
    </Suspense>
  );
}
