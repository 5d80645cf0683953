import { useQuery } from "@tanstack/react-query";
import { chatService } from "./chatService";
import { chatKeys } from "./queries";

export function useLimits() {
  return useQuery({ queryKey: chatKeys.limits, queryFn: ({ signal }) => chatService.limits(signal), staleTime: 5_000 });
}
