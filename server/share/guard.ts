import { spawn } from "node:child_process";

/**
 * Runs the tunnel's program for as long as the server lives. The server holds the other end of the IPC channel: however it
 * ends, the channel closes, and the program is ended with everything that it started.
 *
 * Arguments: "program" with a path and its arguments, or "shell" with one command line.
 */

/** How long the program gets to close its tunnel in order (ms). */
const grace = 2000;

const [kind, command = "", ...args] = process.argv.slice(2);
// Not a group of its own: the server ends this whole group when the guard itself is gone.
const child = spawn(command, args, { shell: kind === "shell", stdio: ["ignore", "inherit", "inherit"] });

function end(): void {
  child.kill("SIGTERM");
  setTimeout(() => {
    // The program may have started others: its group is ours.
    if (process.platform === "win32") child.kill("SIGKILL");
    else process.kill(0, "SIGKILL");
  }, grace).unref();
}

process.on("disconnect", end);
process.on("SIGTERM", end);
child.on("error", () => process.exit(127));
child.on("exit", (code) => {
  if (process.platform !== "win32") process.kill(0, "SIGKILL"); // what the program left behind, and this guard
  process.exit(code ?? 1);
});
