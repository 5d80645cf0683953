import { createBrowserRouter, Navigate, Outlet } from "react-router";
import { AccountLayout } from "@/features/account/AccountLayout";
import { AccountPage } from "@/features/account/AccountPage";
import { ActivityPage } from "@/features/account/ActivityPage";
import { LoginPage } from "@/features/account/LoginPage";
import { PasswordPage } from "@/features/account/PasswordPage";
import { RegisterPage } from "@/features/account/RegisterPage";
import { SessionsPage } from "@/features/account/SessionsPage";
import { SetupPage } from "@/features/account/SetupPage";
import { AdminLayout, AdminRoute, AuditPage, adminHome, PolicyPage, UserPage, UsersPage } from "./AdminRoute";
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
            ],
          },
          { path: "/setup", element: <SetupPage /> },
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
                  { path: "/account/password", element: <PasswordPage /> },
                  { path: "/account/sessions", element: <SessionsPage /> },
                  { path: "/account/activity", element: <ActivityPage /> },
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
          { path: "*", element: <NotFoundPage /> },
        ],
      },
    ],
  },
]);
