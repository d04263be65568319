import { ChatPage } from "../../../components/chat/ChatPage.tsx";

/** What "/" shows where the embedded model runs; see next.config.js. */
export default function Page() {
  return <ChatPage embedded />;
}
