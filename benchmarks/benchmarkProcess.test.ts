import { expect, test } from "vitest";
import { BenchmarkProcess } from "./benchmarkProcess.ts";
import { secondsSchema } from "./protocol.ts";

/** A process that answers as it is asked: `body` is run for each request. */
function start(body: string): Promise<BenchmarkProcess> {
  const script = `
    console.log("a library says hello");
    console.log(JSON.stringify({ reply: { name: "a program", loadSeconds: 0.5 } }));
    const say = (message) => console.log(JSON.stringify(message));
    require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => { const request = JSON.parse(line); ${body} });`;
  return BenchmarkProcess.start({ command: process.execPath, words: ["-e", script], variables: process.env });
}

test("requests are answered one after the other, and lines that are no replies are passed over", async () => {
  await using process = await start(`console.log("busy"); say({ reply: { seconds: request.tokens } });`);
  expect(process).toMatchObject({ name: "a program", loadSeconds: 0.5 });
  expect((await process.ask({ do: "prefill", tokens: 7 }, secondsSchema)).seconds).toBe(7);
  expect((await process.ask({ do: "prefill", tokens: 8 }, secondsSchema)).seconds).toBe(8);
});

test("an error and an unexpected reply are faults, and the process can be asked again", async () => {
  await using process = await start(`say(request.tokens === 1 ? { error: "too little" } : { reply: request.tokens === 2 ? {} : { seconds: 3 } });`);
  await expect(process.ask({ do: "prefill", tokens: 1 }, secondsSchema)).rejects.toThrow("a program: too little");
  await expect(process.ask({ do: "prefill", tokens: 2 }, secondsSchema)).rejects.toThrow("seconds");
  expect((await process.ask({ do: "prefill", tokens: 3 }, secondsSchema)).seconds).toBe(3);
});

test("the end of a process is told with what it complained about", async () => {
  await using process = await start(`console.error("out of memory"); process.exit(1);`);
  await expect(process.ask({ do: "memory" }, secondsSchema)).rejects.toThrow("out of memory");
});

test("a program that is not there is told at once", async () => {
  await expect(BenchmarkProcess.start({ command: "/no/such/program", words: [], variables: process.env })).rejects.toThrow("ENOENT");
});
