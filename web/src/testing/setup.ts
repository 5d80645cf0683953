/** Before each file of tests: the texts of the account, which pages find there because the door has brought them. */
if (typeof document !== "undefined") await import("@/features/account/texts");

export {};
