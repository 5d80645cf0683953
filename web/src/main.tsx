import "./styles.css";
import "./i18n";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router/dom";
import { keepDrafts } from "./app/draftKeeper";
import { queryClient } from "./app/queryClient";
import { router } from "./app/router";
import { authService } from "./features/account/authService";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

keepDrafts();
// Under way before anything is drawn: the cookie of an earlier visit tells who is here.
void authService.start();

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
