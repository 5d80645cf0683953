import type { ReactNode, Ref } from "react";

interface NoticeProps {
  tone: "info" | "error";
  children: ReactNode;
  ref?: Ref<HTMLDivElement>;
}

/** A message for the whole page or form. An error can be focused, so that it is read and found. */
export function Notice({ tone, children, ref }: NoticeProps) {
  return (
    <div ref={ref} className="notice" data-tone={tone} role={tone === "error" ? "alert" : "status"} tabIndex={-1}>
      {children}
    </div>
  );
}
