import { useInfiniteQuery } from "@tanstack/react-query";
import { chatService } from "./chatService";
import { chatKeys } from "./queries";

/** The conversations of the account, page by page: pinned ones first, then the latest. */
export function useConversationPages() {
  return useInfiniteQuery({
    queryKey: chatKeys.list(false),
    queryFn: ({ pageParam, signal }) => chatService.list(pageParam, false, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}
