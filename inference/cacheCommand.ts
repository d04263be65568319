import { Command } from "commander";
import { readEnvironment } from "./environment.ts";
import { type CachedModel, deletePrepared, listPrepared } from "./model/preparedFolder.ts";

/** The command line that lists and deletes prepared models. */

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}

function row({ id, facts, bytes }: CachedModel): string[] {
  const { name = "?", dtype = "?", created = "", source = "incomplete, or of an earlier version" } = facts ?? {};
  return [id.slice(0, 8), name, dtype, gigabytes(bytes), created.slice(0, 10), source];
}

/** Columns as wide as their widest cell. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? [];
  return rows.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()).join("\n");
}

/** By the start of its id, its name, or name/dtype. */
function isMeant({ id, facts }: CachedModel, name: string): boolean {
  return (name.length >= 4 && id.startsWith(name)) || (facts !== undefined && (facts.name === name || `${facts.name}/${facts.dtype}` === name));
}

async function list(folder: string): Promise<void> {
  const models = await listPrepared(folder);
  if (models.length === 0) return void process.stdout.write(`Nothing is prepared in ${folder}.\n`);
  const total = models.reduce((sum, { bytes }) => sum + bytes, 0);
  process.stdout.write(`${table([["ID", "NAME", "DTYPE", "SIZE", "DATE", "CHECKPOINT"], ...models.map(row)])}\n\n${gigabytes(total)} in ${folder}\n`);
}

async function remove(folder: string, name: string | undefined, all: boolean): Promise<void> {
  const models = (await listPrepared(folder)).filter((model) => all || (name !== undefined && isMeant(model, name)));
  for (const model of models) {
    await deletePrepared(folder, model.id);
    const [id = "", modelName = "", dtype = "", size = ""] = row(model);
    process.stdout.write(`Deleted ${modelName} ${dtype} (${id}, ${size}).\n`);
  }
  if (models.length > 0 || all) return;
  process.stderr.write(name === undefined ? "Say which one to delete, or --all.\n" : `No prepared model is called ${name}. “list” shows all of them.\n`);
  process.exitCode = 1;
}

const program = new Command("cache").description("Lists and deletes prepared models.").option("--cache-dir <folder>", "where prepared models are kept");
const folder = (): string => program.opts<{ cacheDir?: string }>().cacheDir ?? readEnvironment().cacheFolder;
program.command("list").description("what is prepared, the newest first").action(() => list(folder()));
program
  .command("delete")
  .description("deletes prepared models; they are prepared again when they are needed")
  .argument("[name]", "as listed: a name, name/dtype or the start of an id")
  .option("--all", "all of them", false)
  .action((name: string | undefined, { all }: { all: boolean }) => remove(folder(), name, all));
await program.parseAsync();
