import { createBrowserRouter, Navigate, Outlet } from "react-router";
import { LoginPage } from "@/features/account/LoginPage";
import { AboutRoute } from "./AboutRoute";
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
import { EntranceLayout } from "./EntranceLayout";
import { ErrorPage } from "./ErrorPage";
import { ConfirmPage, ForgotPage, RegisterPage, ResetPage, SetupPage } from "./EntranceRoute";
import { NotFoundPage } from "./NotFoundPage";
import { aboutPath, adminHome, chartsHome, settingsHome, startPath } from "./paths";
import { EntranceRoute, ProtectedRoute } from "./ProtectedRoute";
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
    ],
  },
]);
