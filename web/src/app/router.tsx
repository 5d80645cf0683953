import { Navigate, Outlet, type RouteObject, UNSAFE_createBrowserHistory, useRoutes } from "react-router";
import { LoginPage } from "@/features/account/LoginPage";
import { AboutRoute } from "./AboutRoute";
import { AppRouter } from "./AppRouter";
import { AdminLayout, AdminRoute, AuditPage, PolicyPage, UserPage, UsersPage } from "./AdminRoute";
import { ChartPage, ChartRoute, ChartsPage, LayoutPage } from "./ChartRoute";
import { ChatRoute } from "./ChatRoute";
import {
  AccountLayout,
  AccountPage,
  ActivityPage,
  EmailPage,
  ExchangePage,
  LeavePage,
  LlmPage,
  PasswordPage,
  PreferencesPage,
  SecondFactorPage,
  SecretsPage,
  SessionsPage,
  SettingsLayout,
  StartPage,
  TokensPage,
} from "./DeskRoute";
import { CrashGuard } from "./CrashGuard";
import { EntranceLayout } from "./EntranceLayout";
import { ConfirmPage, ForgotPage, RegisterPage, ResetPage, SetupPage } from "./EntranceRoute";
import { GuardedHistory } from "./history";
import { NotFoundPage } from "./NotFoundPage";
import { aboutPath, adminHome, chartsHome, settingsHome, startPath } from "./paths";
import { EntranceRoute, ProtectedRoute } from "./ProtectedRoute";
import { DeskLayout, Shell } from "./Shell";

const routes: RouteObject[] = [
  {
    element: <EntranceLayout />,
    children: [
      {
        element: <EntranceRoute />,
        children: [
          { path: "/login", element: <LoginPage /> },
          { path: "/register", element: <RegisterPage /> },
          { path: "/forgot", element: <ForgotPage /> },
        ],
      },
      { path: "/setup", element: <SetupPage /> },
      { path: "/reset", element: <ResetPage /> },
      { path: "/confirm", element: <ConfirmPage /> },
    ],
  },
  {
    element: (
      <DeskLayout>
        <Outlet />
      </DeskLayout>
    ),
    children: [
      {
        element: <ProtectedRoute />,
        children: [
          { path: startPath, element: <StartPage /> },
          {
            element: <AccountLayout />,
            children: [
              { path: "/account", element: <AccountPage /> },
              { path: "/account/email", element: <EmailPage /> },
              { path: "/account/password", element: <PasswordPage /> },
              { path: "/account/second-factor", element: <SecondFactorPage /> },
              { path: "/account/sessions", element: <SessionsPage /> },
              { path: "/account/tokens", element: <TokensPage /> },
              { path: "/account/activity", element: <ActivityPage /> },
              { path: "/account/leave", element: <LeavePage /> },
            ],
          },
          { path: "/settings", element: <Navigate to={settingsHome} replace /> },
          {
            element: <SettingsLayout />,
            children: [
              { path: "/settings/exchange", element: <ExchangePage /> },
              { path: "/settings/llm", element: <LlmPage /> },
              { path: "/settings/secrets", element: <SecretsPage /> },
              { path: "/settings/preferences", element: <PreferencesPage /> },
            ],
          },
          { path: "/chat/:id?", element: <ChatRoute /> },
          {
            path: chartsHome,
            element: <ChartRoute />,
            children: [
              { index: true, element: <ChartsPage /> },
              { path: ":id", element: <ChartPage /> },
              { path: "layouts/:id", element: <LayoutPage /> },
            ],
          },
          {
            path: "/admin",
            element: <AdminRoute />,
            children: [
              { index: true, element: <Navigate to={adminHome} replace /> },
              {
                element: <AdminLayout />,
                children: [
                  { path: "users", element: <UsersPage /> },
                  { path: "users/:id", element: <UserPage /> },
                  { path: "policy", element: <PolicyPage /> },
                  { path: "audit", element: <AuditPage /> },
                ],
              },
            ],
          },
        ],
      },
      { path: aboutPath, element: <AboutRoute /> },
      { path: "*", element: <NotFoundPage /> },
    ],
  },
];

const history = new GuardedHistory(UNSAFE_createBrowserHistory({ v5Compat: true }));

export function App() {
  return (
    <AppRouter history={history}>
      <Shell>
        <CrashGuard>
          <Pages />
        </CrashGuard>
      </Shell>
    </AppRouter>
  );
}

function Pages() {
  const page = useRoutes(routes);
  if (page) return page;
  // The route "*" matches everything but line breaks (%0A, %E2%80%A8); an address with one is still just not found.
  return (
    <DeskLayout>
      <NotFoundPage />
    </DeskLayout>
  );
}
