import { useRef, useState } from "react";
import { type Failure, isProblem, problemType } from "@/api/failure";

/**
 * Whether a stored key that cannot be read gives way to what is sent: where the page said so beforehand (`announced`), or when
 * somebody presses the button that stands beside the server's refusal.
 */
export function useReplacing(announced: boolean) {
  const [offered, setOffered] = useState(false);
  const insists = useRef(false);
  const sent = useRef(false);

  return {
    /** The server refused, and the button is to be shown. */
    offered,
    insist() {
      insists.current = true;
    },
    /** For the request that is sent now: whether it insists. */
    begin(): boolean {
      setOffered(false);
      sent.current = announced || insists.current;
      insists.current = false;
      return sent.current;
    },
    /** True for the refusal that the button answers. After it has been pressed, only the page of the secrets helps. */
    meets(failure: Failure): boolean {
      if (sent.current || !isProblem(failure, problemType.secretUnreadable)) return false;
      setOffered(true);
      return true;
    },
  };
}
