import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { z } from "zod";
import { HttpFault } from "../errors.ts";
import { route, RouteTable } from "./routes.ts";

const answered: unknown[] = [];
const note = ({ params }: { params: unknown }): void => void answered.push(params);
const number = z.string().regex(/^\d+$/).transform(Number);
const table = new RouteTable(
  [
    route("/api/things/:id/parts/:part", { id: z.string().length(2), part: number }, { GET: note, DELETE: note }),
    route("/api/things/all", {}, { POST: note }),
    route("/files/*", {}, { GET: note }, "open"),
  ],
  route("/*", {}, { GET: note }, "page"),
);

/** What the route for a path does with a method: its parameters, or the code of the refusal and what is allowed. */
function ask(path: string, method = "GET"): unknown {
  const request = new IncomingMessage(new Socket());
  request.method = method;
  const response = new ServerResponse(request);
  answered.length = 0;
  try {
    void table.find(path).answer({ request, response, owner: "", account: undefined, query: new URLSearchParams() });
    return answered[0];
  } catch (fault) {
    if (!(fault instanceof HttpFault)) throw fault;
    return [fault.code, response.getHeader("allow")].filter((part) => part !== undefined).join(" ");
  }
}

test("parameters arrive parsed, and HEAD is answered as GET is", () => {
  expect(ask("/api/things/ab/parts/12")).toEqual({ id: "ab", part: 12 });
  expect(ask("/api/things/ab/parts/12", "HEAD")).toEqual({ id: "ab", part: 12 });
  expect(ask("/files/a/b.js")).toEqual({});
  expect(ask("/")).toEqual({});
  expect(ask("/zh/")).toEqual({});
});

test("a method that a route has not is refused with those that it has", () => {
  expect(ask("/api/things/ab/parts/1", "PUT")).toBe("method_not_allowed GET, DELETE, HEAD");
  expect(ask("/api/things/all")).toBe("method_not_allowed POST");
  expect(ask("/", "POST")).toBe("method_not_allowed GET, HEAD");
});

test("whoever adds a route closes it unless the route says otherwise", () => {
  expect(table.find("/api/things/all").access).toBe("login");
  expect(table.find("/files/x").access).toBe("open");
  expect(table.find("/other").access).toBe("page");
});

test.each([
  ..."/api /API/things/all /api/things/abc/parts/1 /api/things/ab/parts/1x /api/things/all/ /api/things /files".split(" "),
  ..."//api/things/all /api//things/all /./api/things/all /x/../api/things/all /%61pi/things/all /x/%2e%2e/api /x%2fapi /x%5capi /x\\api /x%00 /x%252e".split(" "),
  ..."http://169.254.169.254/ * api /%zz".split(" "),
  "",
])("%s is nothing", (path) => {
  expect(ask(path)).toBe("not_found");
});
