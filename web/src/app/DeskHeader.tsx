/** What the header holds for somebody who is signed in: the areas, the search, the account. */
import * as DropdownMenu from "@radix-ui/react-dropdown-menu";
import { useTranslation } from "react-i18next";
import { NavLink, useNavigate } from "react-router";
import type { User } from "@/api/types";
import { Keys } from "@/components/Keys";
import { SearchSign } from "@/components/SearchSign";
import { authService } from "@/features/account/authService";
import { areas, menuPlaces } from "./destinations";
import { showOverlay } from "./overlays";
import { shortcuts } from "./shortcuts";

export function DeskHeader({ user }: { user: User }) {
  const { t } = useTranslation();
  const { t: tDesk } = useTranslation("desk");
  return (
    <div className="shell-desk">
      <nav aria-label={t("app.areas")}>
        {areas.map(({ path, text, short, whole }) => (
          <NavLink key={path} to={path} end={whole} className="area-link">
            <span className={short === null ? undefined : "area-long"}>{t(text)}</span>
            {short !== null && <span className="area-short">{t(short)}</span>}
          </NavLink>
        ))}
      </nav>
      <button
        type="button"
        className="search-trigger"
        aria-label={tDesk("palette.open")}
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K Meta+K"
        onClick={() => showOverlay("palette")}
      >
        <SearchSign />
        <span className="search-words">{tDesk("palette.openShort")}</span>
        <span className="search-keys" aria-hidden="true">
          <Keys of={shortcuts.everywhere[0]} />
        </span>
      </button>
      <AccountMenu user={user} />
    </div>
  );
}

function AccountMenu({ user }: { user: User }) {
  const { t } = useTranslation();
  const { t: tDesk } = useTranslation("desk");
  const navigate = useNavigate();
  return (
    // Not modal: the modal form locks scrolling with a style element, which the Content-Security-Policy forbids.
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="menu-trigger" aria-label={`${t("app.menu")}: ${user.email}`}>
        <span className="menu-initial" aria-hidden="true">
          {user.email.slice(0, 1).toUpperCase()}
        </span>
        <span className="menu-email">{user.email}</span>
        <span aria-hidden="true" className="menu-caret" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Content className="menu" align="end" sideOffset={8} collisionPadding={12}>
        {menuPlaces
          .filter(({ adminsOnly }) => user.is_admin || !adminsOnly)
          .map(({ path, text }) => (
            <DropdownMenu.Item key={path} className="menu-item" onSelect={() => void navigate(path)}>
              {t(text)}
            </DropdownMenu.Item>
          ))}
        <DropdownMenu.Item className="menu-item" onSelect={() => setTimeout(() => showOverlay("keys"))}>
          {tDesk("keys.title")}
        </DropdownMenu.Item>
        <DropdownMenu.Separator className="menu-rule" />
        <DropdownMenu.Item className="menu-item" onSelect={() => void authService.logout()}>
          {t("account.signOut")}
        </DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  );
}
