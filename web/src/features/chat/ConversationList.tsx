/** The conversations of the account: pinned ones first, then the latest; what is searched for takes their place. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { failureOf } from "@/api/failure";
import type { Conversation } from "@/api/types";
import { LoadFailed, Loading } from "@/components/Loading";
import { More, useFocusOnFirstNew } from "@/components/More";
import { chatService } from "./chatService";
import { ConversationRow, type RowAct } from "./ConversationRow";
import { chatKeys } from "./queries";
import { RenameDialog } from "./RenameDialog";
import { SearchResults } from "./SearchResults";
import { useConversationPages } from "./useConversationPages";
import { useListActs } from "./useListActs";

export function ConversationList({ level }: { level: 1 | 2 }) {
  const { t } = useTranslation();
  const { t: tChat } = useTranslation("chat");
  const [words, setWords] = useState("");
  const wanted = useQuiet(words.trim(), 250);
  const Heading = level === 1 ? "h1" : "h2";

  useEffect(() => {
    if (level === 1) document.title = t("app.title", { page: tChat("list.title") });
  }, [t, tChat, level]);
  const heading = useRef<HTMLHeadingElement>(null);
  const { key } = useLocation();
  useEffect(() => {
    // The page is the list, and somebody came here by a link.
    if (level === 1 && key !== "default") heading.current?.focus();
  }, [level]);

  return (
    <>
      <div className="chat-side-head">
        <Heading ref={heading} className="chat-title" tabIndex={-1} id="conversations">
          {tChat("list.title")}
        </Heading>
        <Link to="/chat/new" className="button button-primary chat-new">
          {tChat("list.new")}
        </Link>
      </div>
      <div role="search" className="chat-search">
        <label htmlFor="chat-search" className="visually-hidden">
          {tChat("search.label")}
        </label>
        <div className="field-frame">
          <input
            id="chat-search"
            type="search"
            value={words}
            maxLength={200}
            placeholder={tChat("search.placeholder")}
            autoComplete="off"
            onChange={(event) => setWords(event.target.value)}
          />
        </div>
      </div>
      {wanted === "" ? <Pages /> : <Found words={wanted} />}
    </>
  );
}

function Found({ words }: { words: string }) {
  const { t } = useTranslation("chat");
  const found = useQuery({
    queryKey: chatKeys.search(words),
    queryFn: ({ signal }) => chatService.search(words, signal),
    placeholderData: keepPreviousData,
  });
  if (found.isPending) return <Loading label={t("search.searching")} />;
  if (found.isError) {
    return (
      <LoadFailed
        title={t("search.failed")}
        failure={failureOf(found.error)}
        retry={() => void found.refetch()}
        retrying={found.isFetching}
      />
    );
  }
  return <SearchResults found={found.data} />;
}

function Pages() {
  const { t } = useTranslation("chat");
  const acts = useListActs();
  const [renaming, setRenaming] = useState<Conversation | null>(null);
  const now = useNow();
  const pages = useConversationPages();
  // A conversation that moved to the front while pages were read stands on two of them.
  const rows = [
    ...new Map(
      (pages.data?.pages ?? []).flatMap(({ conversations }) => conversations).map((row) => [row.conversation_id, row]),
    ).values(),
  ];
  const { list, moreShown } = useFocusOnFirstNew<HTMLUListElement>(rows.length);
  const place = useRef<HTMLDivElement>(null);

  async function act(conversation: Conversation, what: RowAct) {
    if (what === "rename") return setRenaming(conversation);
    if (what === "pin") return void acts.change(conversation.conversation_id, { pinned: !conversation.pinned });
    const at = rows.indexOf(conversation);
    const next = rows[at + 1] ?? rows[at - 1];
    if (!(await acts.remove(conversation))) return;
    // The button has gone with its row: reading goes on at the row that stands there now.
    const link = next && place.current?.querySelector<HTMLElement>(`[data-id="${next.conversation_id}"] a`);
    (link ?? document.getElementById("conversations"))?.focus();
  }

  if (pages.isPending) return <Loading />;
  if (pages.isError && !pages.data) {
    return (
      <LoadFailed
        title={t("list.failed")}
        failure={failureOf(pages.error)}
        retry={() => void pages.refetch()}
        retrying={pages.isFetching}
      />
    );
  }
  if (rows.length === 0) return <p className="chat-empty">{t("list.empty")}</p>;
  return (
    <div ref={place}>
      <ul ref={list} className="chat-rows" aria-labelledby="conversations">
        {rows.map((conversation) => (
          <ConversationRow
            key={conversation.conversation_id}
            conversation={conversation}
            now={now}
            onAct={(what) => void act(conversation, what)}
          />
        ))}
      </ul>
      {pages.hasNextPage && (
        <More pages={pages} onMore={moreShown} label={t("list.showMore")} failed={t("list.failed")} end="" />
      )}
      {renaming && (
        <RenameDialog
          title={renaming.title}
          rename={(title) => acts.change(renaming.conversation_id, { title })}
          onClose={() => setRenaming(null)}
        />
      )}
    </div>
  );
}

/** The value, once it has not changed for a while; at once when it became empty. */
function useQuiet(value: string, milliseconds: number): string {
  const [quiet, setQuiet] = useState(value);
  useEffect(() => {
    if (value === "") return setQuiet("");
    const id = setTimeout(() => setQuiet(value), milliseconds);
    return () => clearTimeout(id);
  }, [value, milliseconds]);
  return quiet;
}

function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const id = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(id);
  }, []);
  return now;
}
