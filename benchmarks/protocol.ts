import { z } from "zod";

/**
 * What the benchmark and the processes it measures say to each other: a line of JSON for each request on stdin and for
 * each reply on stdout. Other lines on stdout are not ours and ignored.
 */

const count = z.number().int().positive();

export const requestSchema = z.discriminatedUnion("do", [
  /** Reads a prompt of so many tokens into an empty KV cache, up to the next token. */
  z.object({ do: z.literal("prefill"), tokens: count }),
  /** Writes so many tokens, one by one and greedily, after a context of a given length. */
  z.object({ do: z.literal("decode"), context: count, tokens: count }),
  /** Runs the vision tower over one square picture with a side of so many pixels. */
  z.object({ do: z.literal("vision"), side: count }),
  z.object({ do: z.literal("memory") }),
  /** Answers so many users at once, with so many tokens each. */
  z.object({ do: z.literal("users"), users: count, tokens: count }),
  /** A conversation of five turns about a picture, with answers of so many tokens, then its last question by itself. */
  z.object({ do: z.literal("turns"), tokens: count }),
  /** Reads a prompt of so many tokens, and is told to stop on the way. */
  z.object({ do: z.literal("cancel"), tokens: count }),
  /** Prepares the weights, in an empty cache folder. */
  z.object({ do: z.literal("prepare") }),
  /** Reads the weights and looks at each value once, with one thread. */
  z.object({ do: z.literal("read") }),
]);
export type Request = z.infer<typeof requestSchema>;

export const replySchema = z.union([z.object({ reply: z.unknown() }), z.object({ error: z.string() })]);

/** The first reply of a process, when it can be asked. */
export const readySchema = z.object({ name: z.string(), loadSeconds: z.number() });
export type Ready = z.infer<typeof readySchema>;

export const secondsSchema = z.object({ seconds: z.number().positive() });

/** While all users are being answered. */
export const usersSchema = z.object({ tokensPerSecond: z.number().positive() });

/** Milliseconds to the first token. */
export const turnsSchema = z.object({ first: z.number(), fifth: z.number(), alone: z.number() });

/** With the most memory that it took, in bytes. */
export const preparationSchema = secondsSchema.extend({ peak: z.number() });

/**
 * Bytes of a process that are in memory. Mapped files are counted in `resident`, although the system can take those pages
 * back; `anonymous` is what it cannot.
 */
export const memorySchema = z.object({ resident: count, proportional: count, anonymous: count });
export type Memory = z.infer<typeof memorySchema>;
