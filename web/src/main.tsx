import "./styles.css";
import "./i18n";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { keepDrafts } from "./app/draftKeeper";
import { watchReach } from "./app/reachability";
import { App } from "./app/router";
import { authService } from "./features/account/authService";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

keepDrafts();
watchReach();
// Under way before anything is drawn: the cookie of an earlier visit tells who is here.
void authService.start();

createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
