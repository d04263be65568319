import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What comes back for bytes that no client library would send, until the server closes or for at most so many milliseconds. */
export async function rawAnswer(port: number, bytes: string | Buffer, patience = 10_000): Promise<string> {
  const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
  let answer = "";
  socket.on("data", (data) => (answer += data.toString("latin1")));
  socket.on("error", () => undefined);
  await Promise.race([new Promise((resolve) => socket.once("close", resolve)), sleep(patience, undefined, { ref: false })]);
  socket.destroy();
  return answer;
}

export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);
}

/** Connections that are open and say nothing, or what they are told to. */
export async function openSockets(port: number, count: number, bytes = ""): Promise<Socket[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => undefined);
      await new Promise((resolve) => socket.once("connect", resolve));
      if (bytes !== "") socket.write(bytes);
      return socket;
    }),
  );
}

/** A WebSocket frame of a client, masked with zeros. @param first its first byte: FIN, reserved bits and opcode */
export function clientFrame(first: number, body: Buffer | string): Buffer {
  const bytes = Buffer.from(body);
  const header = Buffer.alloc(bytes.length < 126 ? 2 : bytes.length < 65_536 ? 4 : 10);
  header.writeUInt8(first);
  header.writeUInt8(0x80 | (header.length === 2 ? bytes.length : header.length === 4 ? 126 : 127), 1);
  if (header.length === 4) header.writeUInt16BE(bytes.length, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(bytes.length), 2);
  return Buffer.concat([header, Buffer.alloc(4), bytes]);
}
