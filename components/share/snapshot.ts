import type { SharedConversation, ShareRequest } from "../../server/share/protocol.ts";
import { initialChat, type ChatState } from "../chat/reducer.ts";
import { isRunning, newAnswer, newQuestion, type AssistantTurn, type Turn, type UserTurn } from "../chat/turns.ts";
import { newConversation } from "../conversations/conversation.ts";
import type { WholeConversation } from "../conversations/exportFile.ts";
import { randomId } from "../ui/randomId.ts";

type SharedTurn = SharedConversation["turns"][number];

const longestName = 256;

/** What others will see of these turns: no ratings, no ids of runs, and not where pictures were fetched from. */
export function toShared(title: string, turns: readonly Turn[], days: ShareRequest["days"]): ShareRequest {
  return { title: title.slice(0, longestName), days, turns: turns.map((turn) => (turn.role === "user" ? question(turn) : answer(turn))) };
}

function question({ text, media, texts, tool }: UserTurn): SharedTurn {
  return {
    role: "user",
    text,
    media: media.map(({ id, name, bytes, mime, info, choices, frames }) => ({ id, name: name.slice(0, longestName), bytes, mime, info, ...(choices && { choices }), ...(frames && { frames }) })),
    ...(texts && { texts: texts.map((attached) => ({ name: attached.name.slice(0, longestName), text: attached.text })) }),
    ...(tool && { tool }),
  };
}

function answer({ text, thought, state }: AssistantTurn): SharedTurn {
  return { role: "assistant", text, ...(thought && { thought: { prompted: thought.prompted, ms: thought.ms, tokens: thought.tokens } }), state: ended(state) };
}

/** An answer that is still being written ends where it is for those who see it now. */
function ended(state: AssistantTurn["state"]): Extract<SharedTurn, { role: "assistant" }>["state"] {
  switch (state.name) {
    case "waiting":
    case "working":
    case "writing":
      return { name: "interrupted" };
    case "finished":
    case "failed":
    case "interrupted":
    case "edited":
      return state;
  }
}

/** As a conversation of this browser, with ids of its own. */
export function fromShared({ title, turns, created }: SharedConversation): WholeConversation {
  const id = randomId();
  let parent: string = id;
  const own = turns.map((shared, index): Turn => {
    const place = { parent, created: created + index };
    const turn = shared.role === "user" ? newQuestion(place, shared) : { ...newAnswer(place, randomId()), text: shared.text, state: shared.state, ...(shared.thought && { thought: shared.thought }) };
    parent = turn.id;
    return turn;
  });
  return { conversation: { ...newConversation(id, created), title }, turns: own };
}

/** The state of a page that shows this conversation and nothing else. */
export function shownState({ conversation, turns }: WholeConversation): ChatState {
  return { ...initialChat, loaded: true, current: conversation.id, conversations: new Map([[conversation.id, conversation]]), turns };
}

/** What the dialog says will be seen. */
export function countShared(turns: readonly Turn[]): { messages: number; pictures: number; clips: number; running: boolean } {
  const media = turns.flatMap((turn) => (turn.role === "user" ? turn.media : []));
  const clips = media.filter(({ info }) => info.kind === "video").length;
  return { messages: turns.length, pictures: media.length - clips, clips, running: turns.some((turn) => turn.role === "assistant" && isRunning(turn)) };
}
