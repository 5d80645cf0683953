/** The end of a list that comes in pages: more of it, why that failed, or that this was all. */
import { type RefObject, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { failureOf } from "@/api/failure";
import { Button } from "./Button";
import { LoadFailed } from "./Loading";

interface Pages {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  error: unknown;
  fetchNextPage(): unknown;
}

interface MoreProps {
  pages: Pages;
  /** Told before more is fetched, so that the focus can go where it arrives. */
  onMore(): void;
  label: string;
  failed: string;
  end: string;
}

export function More({ pages, onMore, label, failed, end }: MoreProps) {
  const { t } = useTranslation();
  const fetch = () => {
    if (pages.isFetchingNextPage) return;
    onMore();
    void pages.fetchNextPage();
  };
  if (pages.isFetchNextPageError) {
    return (
      <LoadFailed title={failed} failure={failureOf(pages.error)} retry={fetch} retrying={pages.isFetchingNextPage} />
    );
  }
  return (
    <div className="actions">
      {pages.hasNextPage ? (
        <Button aria-disabled={pages.isFetchingNextPage || undefined} onClick={fetch}>
          {pages.isFetchingNextPage ? t("app.loading") : label}
        </Button>
      ) : (
        <p className="text-muted">{end}</p>
      )}
    </div>
  );
}

/** "Show more" is pressed where the list ends: reading goes on at the first entry that came. */
export function useFocusOnFirstNew<List extends HTMLElement>(length: number) {
  const list: RefObject<List | null> = useRef<List>(null);
  const from = useRef<number | null>(null);
  useEffect(() => {
    if (from.current === null || length <= from.current) return;
    const first = list.current?.children[from.current];
    from.current = null;
    if (first instanceof HTMLElement) first.focus();
  }, [length]);
  return {
    list,
    moreShown: () => {
      from.current = length;
    },
  };
}
