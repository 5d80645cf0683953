import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { failureOf } from "@/api/failure";
import type { PersonalToken, IssuedPersonalToken } from "@/api/types";
import { Button } from "@/components/Button";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { CopyButton } from "@/components/CopyButton";
import { LoadFailed, Loading } from "@/components/Loading";
import { Notice } from "@/components/Notice";
import { Page } from "@/components/Page";
import { useFocusOnMount } from "@/components/useFocusOnMount";
import { When } from "@/components/When";
import { useFormat } from "@/i18n/useFormat";
import { accountKeys } from "./queries";
import { TokenForm } from "./TokenForm";
import { scopeText } from "./tokenScopes";
import { tokenService } from "./tokenService";

export function TokensPage() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [making, setMaking] = useState(false);
  /** From the form, or from the token: the focus goes back to where they began. */
  const [returned, setReturned] = useState(false);
  const [made, setMade] = useState<IssuedPersonalToken | null>(null);
  const [doomed, setDoomed] = useState<PersonalToken | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const list = useQuery({
    queryKey: accountKeys.tokens,
    queryFn: ({ signal }) => tokenService.list(signal),
    staleTime: 0,
  });
  const changed = () => cache.invalidateQueries({ queryKey: accountKeys.all });

  return (
    <Page title={t("tokens.title")} lead={t("tokens.lead")}>
      {done && <Notice tone="info">{done}</Notice>}
      {made && <NewToken made={made} onDone={() => setMade(null)} />}
      {making ? (
        <TokenForm
          onMade={(created) => {
            setMaking(false);
            setMade(created);
            void changed();
          }}
          onCancel={() => setMaking(false)}
        />
      ) : (
        !made && (
          <div className="actions">
            <Button
              look="primary"
              autoFocus={returned}
              onClick={() => {
                setReturned(true);
                setDone(null);
                setMaking(true);
              }}
            >
              {t("tokens.new")}
            </Button>
          </div>
        )
      )}
      {list.isPending && <Loading />}
      {list.isError && !list.data && (
        <LoadFailed
          title={t("tokens.failed")}
          failure={failureOf(list.error)}
          retry={() => void list.refetch()}
          retrying={list.isFetching}
        />
      )}
      {list.data?.length === 0 && <p className="page-aside">{t("tokens.none")}</p>}
      {list.data && list.data.length > 0 && (
        <ul className="rows" aria-label={t("tokens.title")}>
          {list.data.map((token) => (
            <TokenRow key={token.id} token={token} onRevoke={() => setDoomed(token)} />
          ))}
        </ul>
      )}
      {doomed && (
        <ConfirmDialog
          title={t("tokens.confirm.title", { name: doomed.name })}
          text={t("tokens.confirm.text")}
          confirmLabel={t("tokens.revoke")}
          pendingLabel={t("tokens.revoking")}
          confirm={async () => {
            await tokenService.revoke(doomed.id);
            setDone(t("tokens.revoked", { name: doomed.name }));
            await changed();
          }}
          onClose={() => setDoomed(null)}
        />
      )}
    </Page>
  );
}

/** The only time the token itself is seen. */
function NewToken({ made, onDone }: { made: IssuedPersonalToken; onDone(): void }) {
  const { t } = useTranslation();
  const notice = useFocusOnMount<HTMLDivElement>();
  return (
    <Notice tone="info" ref={notice}>
      <p className="font-semibold">{t("tokens.made", { name: made.personal_token.name })}</p>
      <p>{t("tokens.once")}</p>
      <p className="secret">
        <code>{made.token}</code>
      </p>
      <div className="actions">
        <CopyButton text={made.token} label={t("tokens.copy")} />
        <Button onClick={onDone}>{t("tokens.kept")}</Button>
      </div>
    </Notice>
  );
}

function TokenRow({ token, onRevoke }: { token: PersonalToken; onRevoke(): void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const over = token.expires_at !== undefined && Date.parse(token.expires_at) <= Date.now();
  return (
    <li className="row">
      <div className="min-w-0">
        <p className="row-title">
          {token.name}
          {over && (
            <span className="badge" data-tone="error">
              {t("tokens.over")}
            </span>
          )}
        </p>
        <p className="row-text">
          <code>kontor_pat_…{token.last_characters}</code> ·{" "}
          {token.scopes.map((scope) => scopeText(scope, t)).join(", ")}
        </p>
        <p className="row-text">
          {token.last_used_at ? (
            <>
              {t("sessions.lastUsed")} <When at={token.last_used_at} />
            </>
          ) : (
            t("tokens.neverUsed")
          )}
        </p>
        <p className="row-text">
          {t("tokens.created", { time: format.dateTime(token.created_at) })} ·{" "}
          {token.expires_at ? t("tokens.ends", { time: format.dateTime(token.expires_at) }) : t("tokens.endless")}
        </p>
        {token.addresses.length > 0 && (
          <p className="row-text">
            {t("tokens.from")} <code>{token.addresses.join(", ")}</code>
          </p>
        )}
      </div>
      <Button className="row-action" onClick={onRevoke} aria-label={`${t("tokens.revoke")}: ${token.name}`}>
        {t("tokens.revoke")}
      </Button>
    </li>
  );
}
