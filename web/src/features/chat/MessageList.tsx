/**
 * The messages of the branch that is shown. Only those near the window are drawn, however many there are. Who is at the end stays at
 * the end while the answer grows; who is somewhere else stays there, also when older messages come before.
 */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api/types";
import { Button } from "@/components/Button";

interface MessageListProps {
  messages: readonly Message[];
  /** What stands before the first message: that there are older ones. */
  before: ReactNode;
  /** What stands behind the last one: the answer that is being written, or why there is none. */
  behind: ReactNode;
  hasMore: boolean;
  loadOlder(): void;
  draw(message: Message): ReactNode;
}

/** Pixels, about a message of a few lines; each is measured when it is drawn. */
const guess = 140;
const nearEnd = 96;
/** For what stands before the first message; chat.css keeps it within that. */
const head = 80;
/** Above the first message of all, so that it does not hang from the heading. */
const air = 20;

export function MessageList({ messages, before, behind, hasMore, loadOlder, draw }: MessageListProps) {
  const { t } = useTranslation("chat");
  const window = useRef<HTMLDivElement>(null);
  const [away, setAway] = useState(false);
  const began = useRef(false);
  // Only whoever goes up leaves the end: what grows below, or turns out to be higher than guessed, does not.
  const atEnd = useRef(true);
  const lastTop = useRef(0);
  const last = messages.length;

  const virtualizer = useVirtualizer({
    count: last + 1,
    getScrollElement: () => window.current,
    estimateSize: (index) => (index === last ? 1 : guess),
    // What stands behind is another one after each message: so the library knows that something was appended.
    getItemKey: (index) => messages[index]?.number ?? `behind ${messages.at(-1)?.number}`,
    paddingStart: hasMore ? head : air,
    overscan: 4,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: nearEnd,
    // Places are set at once when a message turns out to be higher than guessed: drawn anew with the next frame, it would flicker.
    directDomUpdates: true,
  });

  useLayoutEffect(() => {
    if (began.current || messages.length === 0) return;
    began.current = true;
    virtualizer.scrollToEnd();
  }, [messages.length, virtualizer]);

  const newest = messages.at(-1);
  const said = newest?.role === "user" ? newest.number : null;
  useLayoutEffect(() => {
    if (said === null || !began.current) return;
    atEnd.current = true;
    virtualizer.scrollToEnd();
  }, [said, virtualizer]);

  useEffect(() => {
    const content = window.current?.firstElementChild;
    if (!content || typeof ResizeObserver === "undefined") return undefined;
    const watch = new ResizeObserver(() => atEnd.current && virtualizer.scrollToEnd());
    watch.observe(content);
    return () => watch.disconnect();
  }, [virtualizer]);

  const shown = virtualizer.getVirtualItems();
  const first = shown[0]?.index ?? last;
  // Not before the end was shown once; then for whoever goes up.
  const wantsOlder = hasMore && began.current && first <= 3 && virtualizer.scrollDirection === "backward";
  useEffect(() => {
    if (wantsOlder) loadOlder();
  }, [wantsOlder, first, messages.length]);

  const toEnd = () => {
    atEnd.current = true;
    virtualizer.scrollToEnd();
  };

  return (
    <div className="message-frame">
      <div
        ref={window}
        className="message-window"
        tabIndex={0}
        role="region"
        aria-label={t("message.list")}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          const isAway = scrollHeight - scrollTop - clientHeight > nearEnd;
          if (!isAway) atEnd.current = true;
          else if (scrollTop < lastTop.current) atEnd.current = false;
          lastTop.current = scrollTop;
          setAway(isAway && !atEnd.current);
        }}
      >
        <div ref={virtualizer.containerRef} className="message-list">
          {hasMore && <div className="message-before">{before}</div>}
          {shown.map(({ index, key }) => (
            <div key={key} ref={virtualizer.measureElement} data-index={index} className="message-place">
              {index === last ? behind : draw(messages[index] as Message)}
            </div>
          ))}
        </div>
      </div>
      {away && (
        <Button className="message-end" onClick={toEnd}>
          {t("message.toEnd")}
        </Button>
      )}
    </div>
  );
}
