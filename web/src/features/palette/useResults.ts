/** What the palette offers for the words that were typed: commands and pages are known here, the rest is asked for. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { places } from "@/app/destinations";
import { showOverlay } from "@/app/overlays";
import { newConversationPath } from "@/app/paths";
import { type shortcuts, shortcuts as table, type ShortcutScope } from "@/app/shortcuts";
import { themes, useTheme } from "@/app/theme";
import { chooseForAccount } from "@/app/chosen";
import { useQuiet } from "@/components/useQuiet";
import { authService } from "@/features/account/authService";
import { useOwner } from "@/features/account/authStore";
import { chartService } from "@/features/charts/chartService";
import { chartKeys } from "@/features/charts/queries";
import { chatService } from "@/features/chat/chatService";
import { chatKeys } from "@/features/chat/queries";
import { chartOf } from "@/features/start/openSymbol";
import { useLatestCharts } from "@/features/start/queries";
import { setLanguage } from "@/i18n";
import { languages } from "@/i18n/language";
import { fitting } from "./match";
import { newChartLink } from "./newChart";

export const groups = ["actions", "pages", "conversations", "charts", "symbols"] as const;
export type Group = (typeof groups)[number];

export interface Result {
  id: string;
  name: string;
  /** Beside the name, smaller. */
  about?: string;
  /** Other words under which it is found. */
  also?: string;
  lang?: string;
  keys?: (typeof shortcuts)[ShortcutScope][number] | undefined;
  act(): unknown;
  /** What has to be asked for before it is known where to go; may fail, and is told then. */
  prepare?(): Promise<() => unknown>;
}

export interface Results {
  groups: { group: Group; results: Result[] }[];
  searching: boolean;
  /** Those that could not be searched. */
  failed: Group[];
}

const most = { pages: 6, conversations: 6, charts: 6, symbols: 5 };

export function useResults(typed: string): Results {
  const wanted = typed.trim();
  const quiet = useQuiet(wanted, 150);
  const asks = quiet !== "";
  const actions = useActions();
  const pages = usePages();
  const navigate = useNavigate();
  const { t } = useTranslation("desk");

  const conversations = useQuery({
    queryKey: chatKeys.search(quiet),
    queryFn: ({ signal }) => chatService.search(quiet, signal),
    enabled: asks,
  });
  // Few enough to be looked through here, by name too, which the server does not.
  const charts = useLatestCharts();
  const isSymbol = /^[\w-]{2,32}$/.test(quiet);
  const symbols = useQuery({
    queryKey: chartKeys.symbols("spot", quiet),
    queryFn: ({ signal }) => chartService.symbols("spot", quiet, signal),
    enabled: isSymbol,
  });

  const found = useMemo(() => {
    const mine = (charts.data ?? []).map((chart) => ({
      id: `chart-${chart.id}`,
      name: chart.name || `${chart.symbol} ${chart.interval}`,
      ...(chart.name && { about: `${chart.symbol} ${chart.interval}` }),
      also: `${chart.symbol} ${chart.interval}`,
      act: () => navigate(`/charts/${chart.id}`),
    }));
    const byGroup: Record<Group, Result[]> = {
      actions: fitting(wanted, actions),
      pages: fitting(wanted, pages, wanted === "" ? Number.POSITIVE_INFINITY : most.pages),
      conversations: asks
        ? (conversations.data ?? []).slice(0, most.conversations).map(({ conversation_id, title, excerpt }) => ({
            id: `conversation-${conversation_id}`,
            name: title || t("start.conversations.untitled"),
            about: excerpt.map(({ text }) => text).join(""),
            act: () => navigate(`/chat/${conversation_id}`),
          }))
        : [],
      charts: wanted === "" ? [] : fitting(wanted, mine, most.charts),
      symbols:
        asks && isSymbol
          ? (symbols.data?.symbols ?? []).slice(0, most.symbols).map(({ symbol, base, quote }) => ({
              id: `symbol-${symbol}`,
              name: symbol,
              about: `${base} / ${quote}`,
              act: () => {},
              prepare: async () => {
                const { id } = await chartOf("spot", symbol);
                return () => navigate(`/charts/${id}`);
              },
            }))
          : [],
    };
    return groups.map((group) => ({ group, results: byGroup[group] })).filter(({ results }) => results.length > 0);
  }, [wanted, asks, isSymbol, actions, pages, conversations.data, charts.data, symbols.data, navigate, t]);

  const failed: Group[] = [];
  if (asks && conversations.isError) failed.push("conversations");
  if (wanted !== "" && charts.isError) failed.push("charts");
  if (asks && isSymbol && symbols.isError) failed.push("symbols");
  return {
    groups: found,
    searching: wanted !== quiet || (asks && (conversations.isFetching || (isSymbol && symbols.isFetching))),
    failed,
  };
}

function useActions(): Result[] {
  const { t, i18n } = useTranslation("desk");
  const navigate = useNavigate();
  const { theme, setTheme } = useTheme();
  return useMemo(
    () => [
      {
        id: "new-conversation",
        name: t("palette.actions.newConversation"),
        also: t("palette.also.newConversation"),
        keys: table.page.find(({ id }) => id === "newConversation"),
        act: () => navigate(newConversationPath),
      },
      {
        id: "new-chart",
        name: t("palette.actions.newChart"),
        also: t("palette.also.newChart"),
        keys: table.page.find(({ id }) => id === "newChart"),
        act: () => navigate(newChartLink.to, { state: newChartLink.state }),
      },
      ...themes
        .filter((each) => each !== theme)
        .map((each) => ({
          id: `theme-${each}`,
          name: t(`palette.actions.theme.${each}`),
          also: t("palette.also.theme"),
          act: () => {
            setTheme(each);
            chooseForAccount({ theme: each });
          },
        })),
      ...languages
        .filter((each) => each !== i18n.language)
        .map((each) => ({
          id: `language-${each}`,
          name: t(`palette.actions.language.${each}`),
          also: t("palette.also.language"),
          lang: each,
          act: () => {
            setLanguage(each);
            chooseForAccount({ language: each });
          },
        })),
      {
        id: "keys",
        name: t("palette.actions.keys"),
        also: t("palette.also.keys"),
        keys: table.page.find(({ id }) => id === "help"),
        act: () => showOverlay("keys"),
      },
      {
        id: "log-out",
        name: t("palette.actions.logOut"),
        also: t("palette.also.logOut"),
        act: () => authService.logout(),
      },
    ],
    [t, i18n.language, navigate, theme, setTheme],
  );
}

function usePages(): Result[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const isAdmin = useOwner()?.is_admin ?? false;
  return useMemo(
    () =>
      places
        .filter(({ adminsOnly }) => isAdmin || !adminsOnly)
        .map(({ path, text, area }) => ({
          id: `page-${path}`,
          name: t(text),
          ...(area !== null && { about: t(area), also: t(area) }),
          keys: undefined,
          act: () => navigate(path),
        })),
    [t, navigate, isAdmin],
  );
}
