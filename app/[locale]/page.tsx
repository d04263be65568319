import { ChatPage } from "../../components/chat/ChatPage.tsx";

export default function Page() {
  return <ChatPage embedded={false} />;
}
