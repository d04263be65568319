import { randomInt } from "node:crypto";

/** Without those that look like another when they are read from a screen. */
const letters = "abcdefghjkmnpqrstuvwxyz23456789";

/** Made to be read out and typed: four groups of four letters, 79 bits. */
export function randomPassword(): string {
  const group = (): string => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join("");
  return Array.from({ length: 4 }, group).join("-");
}
