/** The engine as a library: no server needed. */
export type { GenerationInput, Message } from "./conversation.ts";
export { embeddedCheckpoint } from "./embedded.ts";
export { Engine, type EngineOptions, type GenerateOptions } from "./engine/engine.ts";
export type { EngineEvent } from "./engine/answer.ts";
export { EngineError } from "./errors.ts";
export { explain } from "./errorText.ts";
