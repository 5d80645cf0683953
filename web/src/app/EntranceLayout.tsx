import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Outlet } from "react-router";
import { Loading } from "@/components/Loading";

/** The pages before the door: a form, and beside it what the house promises. */
export function EntranceLayout() {
  const { t } = useTranslation();
  return (
    <div className="entrance">
      <div className="entrance-form">
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </div>
      <section className="ledger" aria-labelledby="promises">
        <h2 id="promises">{t("promises.heading")}</h2>
        <ol>
          {(["yours", "kept", "revoked"] as const).map((promise) => (
            <li key={promise}>
              <p className="ledger-title">{t(`promises.${promise}.title`)}</p>
              <p className="ledger-text">{t(`promises.${promise}.text`)}</p>
            </li>
          ))}
        </ol>
      </section>
    </div>
  );
}
