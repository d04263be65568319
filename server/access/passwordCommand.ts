import { createInterface } from "node:readline/promises";
import { hashPassword } from "./passwords.ts";

/** `npm run -s password`: reads a password and prints what to write behind `user:` in the file of --auth-file. */
const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
if (process.stdin.isTTY) process.stderr.write("Password: ");
const password = (await lines[Symbol.asyncIterator]().next()).value ?? "";
lines.close();
if (password === "") {
  process.stderr.write("There was no password.\n");
  process.exitCode = 1;
} else process.stdout.write(`${await hashPassword(password)}\n`);
