import { useTranslation } from "react-i18next";
import { Link } from "react-router";

/** Whose work draws the charts; the page behind it has the notice and the link. */
export function Attribution() {
  const { t } = useTranslation("charts");
  return (
    <p className="chart-attribution">
      <Link to="/about">{t("view.attribution")}</Link>
    </p>
  );
}
