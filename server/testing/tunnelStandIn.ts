import { createServer, request as ask, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * What a tunnel is to the server: a program that prints a link and brings the requests which are made under it, for visitors
 * elsewhere. Without encryption: `http://tunnel.localhost:<port>` leads where the https link that it prints would.
 * Its argument is where it leads.
 */

const [target = ""] = process.argv.slice(2);
const visitor = "203.0.113.7";

function forwarded({ headers, method, url }: IncomingMessage): ReturnType<typeof ask> {
  const known = [headers["x-forwarded-for"] ?? []].flat().join(", ");
  return ask(target + (url ?? ""), { method, headers: { ...headers, "x-forwarded-for": known === "" ? visitor : `${known}, ${visitor}`, "x-forwarded-proto": "https" } });
}

const server = createServer((request, response) => {
  const onward = forwarded(request);
  onward.on("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  request.pipe(onward);
});
server.on("upgrade", (request, socket) => {
  const onward = forwarded(request);
  const lines = (answer: IncomingMessage): string => {
    const pairs = answer.rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${answer.rawHeaders[index + 1] ?? ""}`] : []));
    return [`HTTP/1.1 ${answer.statusCode ?? 502} ${answer.statusMessage ?? ""}`, ...pairs, "", ""].join("\r\n");
  };
  onward.on("upgrade", (answer, other, head) => {
    socket.write(lines(answer));
    socket.write(head);
    other.on("error", () => socket.destroy());
    other.pipe(socket).pipe(other);
  });
  onward.on("response", (answer) => socket.end(lines(answer)));
  onward.on("error", () => socket.destroy());
  socket.on("error", () => onward.destroy());
  onward.end();
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.stderr.write("opening a tunnel …\n");
  process.stdout.write(`your link: https://tunnel.localhost:${port} – share it\n`);
});
