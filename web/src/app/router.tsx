import { createBrowserRouter, Navigate, Outlet } from "react-router";
import { AccountLayout } from "@/features/account/AccountLayout";
import { AccountPage } from "@/features/account/AccountPage";
import { ActivityPage } from "@/features/account/ActivityPage";
import { ConfirmPage } from "@/features/account/ConfirmPage";
import { EmailPage } from "@/features/account/EmailPage";
import { ForgotPage } from "@/features/account/ForgotPage";
import { LeavePage } from "@/features/account/LeavePage";
import { LoginPage } from "@/features/account/LoginPage";
import { PasswordPage } from "@/features/account/PasswordPage";
import { RegisterPage } from "@/features/account/RegisterPage";
import { ResetPage } from "@/features/account/ResetPage";
import { SecondFactorPage } from "@/features/account/SecondFactorPage";
import { SessionsPage } from "@/features/account/SessionsPage";
import { SetupPage } from "@/features/account/SetupPage";
import { TokensPage } from "@/features/account/TokensPage";
import { ExchangePage } from "@/features/settings/ExchangePage";
import { LlmPage } from "@/features/settings/LlmPage";
import { PreferencesPage } from "@/features/settings/PreferencesPage";
import { SettingsLayout } from "@/features/settings/SettingsLayout";
import { settingsHome } from "@/features/settings/sections";
import { SecretsPage } from "@/features/vault/SecretsPage";
import { AboutRoute, aboutPath } from "./AboutRoute";
import { AdminLayout, AdminRoute, AuditPage, adminHome, PolicyPage, UserPage, UsersPage } from "./AdminRoute";
import { ChartPage, ChartRoute, ChartsPage, chartsHome, LayoutPage } from "./ChartRoute";
import { ChatRoute } from "./ChatRoute";
import { EntranceLayout } from "./EntranceLayout";
import { ErrorPage } from "./ErrorPage";
import { NotFoundPage } from "./NotFoundPage";
import { EntranceRoute, ProtectedRoute } from "./ProtectedRoute";
import { home } from "./returnTo";
import { DeskLayout, Shell } from "./Shell";

export const router = createBrowserRouter([
  {
    element: (
      <Shell>
        <Outlet />
      </Shell>
    ),
    errorElement: (
      <Shell>
        <DeskLayout>
          <ErrorPage />
        </DeskLayout>
      </Shell>
    ),
    children: [
      { path: "/", element: <Navigate to={home} replace /> },
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
    ],
  },
]);
