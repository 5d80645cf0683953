/** Where the areas begin, for whoever leads to them; the pages within are named in router.tsx. */
export const startPath = "/";
export const chatHome = "/chat";
export const newConversationPath = "/chat/new";
export const chartsHome = "/charts";
export const settingsHome = "/settings/exchange";
export const modelPath = "/settings/llm";
export const adminHome = "/admin/users";
export const aboutPath = "/about";
