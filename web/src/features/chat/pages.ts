/** Everything that app/ChatRoute.tsx fetches, in one piece. */
import "./chat.css";
import "./texts";

export { BesideConversation } from "./BesideConversation";
export { ChatPage } from "./ChatPage";
