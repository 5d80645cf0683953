/** Favourite symbols with their last price; each opens its chart. */
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { failureOf } from "@/api/failure";
import type { Favourite, Ticker } from "@/api/types";
import { LoadFailed, Loading } from "@/components/Loading";
import { Notice } from "@/components/Notice";
import { useAction } from "@/features/account/useAction";
import { useFavourites } from "@/features/charts/queries";
import { formatLocale } from "@/i18n/language";
import { failureText } from "@/i18n/problemText";
import { chartOf } from "./openSymbol";
import { changeText, priceText } from "./price";
import { usePrices } from "./queries";

const most = 8;

export function Favourites() {
  const { t } = useTranslation("desk");
  const favourites = useFavourites();
  const shown = (favourites.data ?? []).slice(0, most);
  const prices = usePrices(shown);
  const navigate = useNavigate();
  const open = useAction(
    async ({ market, symbol }: Favourite) => {
      const { id } = await chartOf(market, symbol);
      void navigate(`/charts/${id}`);
    },
    (failure, tAll) => failureText(failure, tAll),
  );
  return (
    <section className="start-part" aria-labelledby="start-favourites">
      <div className="start-head">
        <h2 id="start-favourites" className="section-title">
          {t("start.market.title")}
        </h2>
      </div>
      {favourites.isPending && <Loading />}
      {favourites.isError && !favourites.data && (
        <LoadFailed
          title={t("start.market.failed")}
          failure={failureOf(favourites.error)}
          retry={() => void favourites.refetch()}
          retrying={favourites.isFetching}
        />
      )}
      {favourites.data && shown.length === 0 && (
        <div className="start-empty">
          <p className="font-semibold">{t("start.market.empty")}</p>
          <p className="text-muted">{t("start.market.emptyNext")}</p>
        </div>
      )}
      {open.message && (
        <Notice tone="error">
          {t("start.market.openFailed")} {open.message}
        </Notice>
      )}
      {shown.length > 0 && (
        <ul className="start-rows" aria-labelledby="start-favourites">
          {shown.map((favourite) => (
            <li key={`${favourite.market} ${favourite.symbol}`}>
              <button
                type="button"
                className="start-row start-price-row"
                aria-disabled={open.pending || undefined}
                onClick={() => open.run(favourite)}
              >
                <span className="visually-hidden">{t("start.market.open", { symbol: favourite.symbol })}</span>
                <span className="start-row-title" aria-hidden="true">
                  {favourite.symbol}
                </span>
                <Price ticker={prices.of(favourite)} isPending={prices.isPending} />
              </button>
            </li>
          ))}
        </ul>
      )}
      {shown.length > 0 && (prices.isError || prices.isStale) && (
        <p role="status" className="start-note">
          {prices.isError ? t("start.market.noPrices") : t("start.market.stale")}
        </p>
      )}
    </section>
  );
}

function Price({ ticker, isPending }: { ticker: Ticker | undefined; isPending: boolean }) {
  const { t, i18n } = useTranslation("desk");
  const locale = formatLocale(i18n.language, navigator.languages ?? []);
  const price = ticker ? priceText(ticker.last, locale) : null;
  const change = ticker ? changeText(ticker.change_24h, locale) : null;
  if (price === null) {
    return <span className="start-row-facts">{isPending ? "…" : t("start.market.noPrice")}</span>;
  }
  return (
    <span className="start-price">
      <span className="start-last">{price}</span>
      {change && (
        <span className="start-change" data-direction={change.direction}>
          <span aria-hidden="true">
            {change.direction === "up" ? "▲ " : change.direction === "down" ? "▼ " : ""}
            {change.text}
          </span>
          <span className="visually-hidden">{t("start.market.change", { change: change.text })}</span>
        </span>
      )}
    </span>
  );
}
