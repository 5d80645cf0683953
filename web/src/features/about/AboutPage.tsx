import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import parts from "virtual:parts";
import { home } from "@/app/returnTo";
import { Page } from "@/components/Page";
import { useOwner } from "@/features/account/authStore";
import { version } from "../../../package.json";
import { tradingViewNotice } from "./notice";

/** Which program this is, under which licence, and whose work is in it. Needs no session. */
export function AboutPage() {
  const { t } = useTranslation();
  const owner = useOwner();
  return (
    <Page title={t("about.title")} lead={t("about.lead")}>
      <dl className="sheet">
        <div>
          <dt>{t("about.version")}</dt>
          <dd>{version}</dd>
        </div>
        <div>
          <dt>{t("about.license")}</dt>
          <dd>{t("about.licenseText")}</dd>
        </div>
      </dl>
      <section className="prose" aria-labelledby="about-charts">
        <h2 id="about-charts" className="section-title">
          {t("about.charts")}
        </h2>
        <p>{t("about.chartsText")}</p>
        <blockquote className="words" lang="en">
          {tradingViewNotice.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </blockquote>
        <p>
          <a href="https://www.tradingview.com/" target="_blank" rel="noopener noreferrer">
            {t("about.tradingView")} <span className="visually-hidden">{t("app.opensNewTab")}</span>
            <span aria-hidden="true">↗</span>
          </a>
        </p>
      </section>
      <section className="prose" aria-labelledby="about-market">
        <h2 id="about-market" className="section-title">
          {t("about.market")}
        </h2>
        <p>{t("about.marketText")}</p>
      </section>
      <section aria-labelledby="about-others">
        <div className="prose">
          <h2 id="about-others" className="section-title">
            {t("about.others")}
          </h2>
          <p>{t("about.othersText")}</p>
        </div>
        <details className="about-parts">
          <summary>{t("about.list", { count: parts.length })}</summary>
          <table className="records" aria-labelledby="about-others">
            <thead>
              <tr>
                <th scope="col">{t("about.package")}</th>
                <th scope="col">{t("about.packageVersion")}</th>
                <th scope="col">{t("about.packageLicense")}</th>
              </tr>
            </thead>
            <tbody>
              {parts.map(({ name, version: of, license }) => (
                <tr key={`${name} ${of}`}>
                  <th scope="row">{name}</th>
                  <td>{of}</td>
                  <td>{license}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
        <p className="page-aside">{t("about.serverParts")}</p>
      </section>
      <p className="page-aside">
        <Link to={owner ? home : "/login"}>{owner ? t("about.home") : t("about.back")}</Link>
      </p>
    </Page>
  );
}
