import { z } from "zod";
import { fetchReportSchema, fetchRequestSchema, httpErrorSchema, mediaIdSchema, serverConfigSchema, tokensReplySchema, tokensRequestSchema, uploadedMediaSchema } from "../protocol.ts";
import { loginSchema } from "../access/loginRoutes.ts";
import { addressesSchema, sharedConversationSchema, shareIdSchema, shareListSchema, shareRequestSchema, shareSummarySchema } from "../share/protocol.ts";
import { apiErrorSchema, completionSchema, modelListSchema, modelSchema } from "./answerSchema.ts";
import { completionRequestSchema } from "./requestSchema.ts";

/** /openapi.json: the HTTP routes, described by the same schemas that parse what they take. */

type Json = Record<string, unknown>;

const json = (schema: z.core.$ZodType, io: "input" | "output" = "output"): Json => ({ "application/json": { schema: toJsonSchema(schema, io) } });

function toJsonSchema(schema: z.core.$ZodType, io: "input" | "output"): Json {
  const whole = z.toJSONSchema(schema, { io, unrepresentable: "any", reused: "inline" });
  // What is answered may have more than is described, and so may what is sent: both sides ignore what they don't know.
  return Object.fromEntries(Object.entries(whole).flatMap(([key, value]) => (key === "$schema" || isClosing(key, value) ? [] : [[key, open(value)]])));
}

function open(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(open);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key, one]) => !isClosing(key, one));
  return Object.fromEntries(entries.map(([key, one]) => [key, open(one)]));
}

function isClosing(key: string, value: unknown): boolean {
  return key === "additionalProperties" && value === false;
}

const texts: Record<number, string> = {
  400: "It cannot be used as it is",
  401: "A login or an API key is needed",
  403: "Not allowed from this origin or host, or to this address",
  404: "There is nothing of this name",
  408: "Too slow",
  413: "Too large",
  415: "Of a type that is not taken",
  422: "It can be read, but not used",
  429: "Too many at once; Retry-After says when to try again",
  500: "A fault of ours",
  502: "The other server does not give it",
  503: "Not now; Retry-After says when to try again",
};

function failures(schema: z.core.$ZodType, statuses: readonly number[]): Json {
  return Object.fromEntries(statuses.map((status) => [String(status), { description: texts[status] ?? "An error", content: json(schema) }]));
}

const always = [401, 403, 404];
const wherePosted = [...always, 400, 408, 413, 415, 422, 429, 500, 502, 503];
const key = { security: [{}, { key: [] }] };
const pathParameter = (name: string, schema: Json): Json => ({ name, in: "path", required: true, schema });
const share = pathParameter("id", toJsonSchema(shareIdSchema, "input"));
const upload = pathParameter("id", toJsonSchema(mediaIdSchema, "input"));
const bytes = (...types: readonly string[]): Json => Object.fromEntries(types.map((type) => [type, {}]));
const medium = pathParameter("medium", toJsonSchema(mediaIdSchema, "input"));
const time = pathParameter("time", { type: "string", pattern: "^[0-9]{1,8}$", description: "Milliseconds" });
const file = { 200: { description: "The file", content: bytes("image/*", "video/*") }, ...failures(httpErrorSchema, always) };
const addresses = { 200: { description: "Under which addresses others reach this page", content: json(addressesSchema) }, ...failures(httpErrorSchema, always) };
const jpeg = { 200: { description: "JPEG", content: bytes("image/jpeg") }, ...failures(httpErrorSchema, [...always, 400, 422, 503]) };
const health = z.object({ status: z.string() });

/** @param version of the project */
export function openApi(version: string): Json {
  return {
    openapi: "3.1.0",
    info: { title: "Qwen3-VL demo", version, description: "Chat completions as OpenAI's clients speak them, and uploads. The page also speaks a WebSocket, which is not described here." },
    components: { securitySchemes: { key: { type: "http", scheme: "bearer", description: "An API key, where the server was started with some" } } },
    paths: {
      "/v1/models": { get: { operationId: "listModels", ...key, responses: { 200: { description: "The model that is served", content: json(modelListSchema) }, ...failures(apiErrorSchema, [401, 403, 503]) } } },
      "/v1/models/{id}": {
        get: {
          operationId: "getModel",
          ...key,
          parameters: [pathParameter("id", { type: "string", minLength: 1 })],
          responses: { 200: { description: "The model", content: json(modelSchema) }, ...failures(apiErrorSchema, [401, 403, 404, 503]) },
        },
      },
      "/v1/chat/completions": {
        post: {
          operationId: "createChatCompletion",
          ...key,
          requestBody: { required: true, content: json(completionRequestSchema, "input") },
          responses: {
            200: { description: "The answer, or with stream its pieces as they are written", content: { ...json(completionSchema), "text/event-stream": { schema: { type: "string" } } } },
            ...failures(apiErrorSchema, wherePosted),
          },
        },
      },
      "/api/config": { get: { operationId: "getConfig", ...key, responses: { 200: { description: "What is served, and its limits", content: json(serverConfigSchema) }, ...failures(httpErrorSchema, [401, 403]) } } },
      "/api/tokens": {
        post: {
          operationId: "countTokens",
          ...key,
          requestBody: { required: true, content: json(tokensRequestSchema, "input") },
          responses: { 200: { description: "Tokens of each text", content: json(tokensReplySchema) }, ...failures(httpErrorSchema, wherePosted) },
        },
      },
      "/api/media": {
        post: {
          operationId: "upload",
          ...key,
          requestBody: {
            required: true,
            content: { "multipart/form-data": { schema: { type: "object", required: ["file"], properties: { file: { type: "string", format: "binary" } } } } },
          },
          responses: { 201: { description: "The upload; its id can stand for an address", content: json(uploadedMediaSchema) }, ...failures(httpErrorSchema, wherePosted) },
        },
      },
      "/api/media/url": {
        post: {
          operationId: "fetchByAddress",
          ...key,
          requestBody: { required: true, content: json(fetchRequestSchema, "input") },
          responses: {
            200: { description: "One JSON a line: how far it is, then the upload", content: { "application/x-ndjson": { schema: toJsonSchema(fetchReportSchema, "output") } } },
            ...failures(httpErrorSchema, wherePosted),
          },
        },
      },
      "/api/media/{id}": {
        get: { operationId: "getUpload", ...key, parameters: [upload], responses: file },
        delete: { operationId: "deleteUpload", ...key, parameters: [upload], responses: { 204: { description: "It is gone" }, ...failures(httpErrorSchema, always) } },
      },
      "/api/media/{id}/poster": { get: { operationId: "getPoster", ...key, parameters: [upload], responses: jpeg } },
      "/api/media/{id}/frames/{time}": {
        get: { operationId: "getFrame", ...key, parameters: [upload, time], responses: jpeg },
      },
      "/api/shares": {
        get: { operationId: "listShares", ...key, responses: { 200: { description: "What the caller shares", content: json(shareListSchema) }, ...failures(httpErrorSchema, always) } },
        post: {
          operationId: "share",
          ...key,
          requestBody: { required: true, content: json(shareRequestSchema, "input") },
          responses: { 201: { description: "It is shared", content: json(shareSummarySchema) }, ...failures(httpErrorSchema, wherePosted) },
        },
      },
      "/api/shares/{id}": { delete: { operationId: "revokeShare", ...key, parameters: [share], responses: { 204: { description: "It is no longer shared" }, ...failures(httpErrorSchema, always) } } },
      "/api/shares/{id}/conversation": {
        get: { operationId: "getSharedConversation", parameters: [share], responses: { 200: { description: "What is shared", content: json(sharedConversationSchema) }, ...failures(httpErrorSchema, always) } },
      },
      "/api/shares/{id}/media/{medium}": { get: { operationId: "getSharedFile", parameters: [share, medium], responses: file } },
      "/api/shares/{id}/media/{medium}/poster": { get: { operationId: "getSharedPoster", parameters: [share, medium], responses: jpeg } },
      "/api/shares/{id}/media/{medium}/frames/{time}": { get: { operationId: "getSharedFrame", parameters: [share, medium, time], responses: jpeg } },
      "/api/link": { get: { operationId: "getAddresses", ...key, responses: addresses } },
      "/api/link/retry": { post: { operationId: "retryLink", ...key, responses: addresses } },
      "/login": {
        get: {
          operationId: "getLoginPage",
          parameters: [{ name: "next", in: "query", schema: { type: "string" }, description: "Where to go afterwards: a path of this server" }],
          responses: { 200: { description: "The page", content: bytes("text/html") }, 303: { description: "There is no need to log in (any more)" }, ...failures(httpErrorSchema, [403, 429]) },
        },
        post: {
          operationId: "logIn",
          requestBody: { required: true, content: { ...json(loginSchema, "input"), "application/x-www-form-urlencoded": { schema: toJsonSchema(loginSchema, "input") } } },
          responses: {
            204: { description: "Logged in, by the cookie that comes with it" },
            303: { description: "The same, for a form" },
            ...failures(httpErrorSchema, [400, 401, 403, 404, 408, 413, 415, 429]),
          },
        },
      },
      "/logout": { post: { operationId: "logOut", responses: { 303: { description: "Logged out" }, ...failures(httpErrorSchema, [403]) } } },
      "/openapi.json": { get: { operationId: "getDescription", responses: { 200: { description: "This", content: { "application/json": { schema: { type: "object" } } } } } } },
      "/metrics": { get: { operationId: "getMetrics", ...key, responses: { 200: { description: "In Prometheus' text format", content: bytes("text/plain") }, ...failures(httpErrorSchema, always) } } },
      "/healthz": { get: { operationId: "getHealth", responses: { 200: { description: "It works, or will", content: json(health) }, 503: { description: "The model cannot be loaded", content: json(health) } } } },
      "/readyz": { get: { operationId: "getReadiness", responses: { 200: { description: "It answers", content: json(health) }, 503: { description: "Not yet", content: json(health) } } } },
    },
  };
}
