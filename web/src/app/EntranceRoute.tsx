/** The ways in that are not taken every day: their code is fetched when somebody takes one. */
import { lazy } from "react";

const pages = () => import("@/features/account/entrance");

export const ConfirmPage = lazy(async () => ({ default: (await pages()).ConfirmPage }));
export const ForgotPage = lazy(async () => ({ default: (await pages()).ForgotPage }));
export const RegisterPage = lazy(async () => ({ default: (await pages()).RegisterPage }));
export const ResetPage = lazy(async () => ({ default: (await pages()).ResetPage }));
export const SetupPage = lazy(async () => ({ default: (await pages()).SetupPage }));
