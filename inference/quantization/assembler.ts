/**
 * As much of WebAssembly's binary format as the quantizing kernel needs (webassembly.github.io/spec/core/binary): code is
 * written as nested calls, each of which gives the bytes of an expression or a statement.
 */

export type Code = readonly number[];

/** Unsigned LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** Signed LEB128, for the small numbers that are used here. */
function signed(value: number): number[] {
  return value >= -64 && value < 64 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}

const valueTypes = { i32: 0x7f, f32: 0x7d, v128: 0x7b } as const;
export type ValueType = keyof typeof valueTypes;

const operator =
  (...bytes: number[]) =>
  (...operands: Code[]): Code => [...operands.flat(), ...bytes];
const vectorOperator = (code: number, ...rest: number[]) => operator(0xfd, ...unsigned(code), ...rest);
/** Alignment 1: nothing is promised. */
const unaligned = [0, 0];

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  add: operator(0x6a),
  sub: operator(0x6b),
  mul: operator(0x6c),
  below: operator(0x49),
  fromFloat: operator(0xa8),
  storeByte: operator(0x3a, ...unaligned),
};

export const f32 = {
  const: (value: number): Code => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)],
  equal: operator(0x5b),
  greater: operator(0x5e),
  negate: operator(0x8c),
  nearest: operator(0x90),
  add: operator(0x92),
  sub: operator(0x93),
  mul: operator(0x94),
  div: operator(0x95),
  min: operator(0x96),
  max: operator(0x97),
  store: operator(0x38, ...unaligned),
};

export const vector = {
  zero: [0xfd, 0x0c, ...Array<number>(16).fill(0)] as Code,
  load: vectorOperator(0x00, ...unaligned),
  store: vectorOperator(0x0b, ...unaligned),
  splat: vectorOperator(0x13),
  lane: (value: Code, lane: number): Code => vectorOperator(0x1f, lane)(value),
  nearest: vectorOperator(0x6a),
  add: vectorOperator(0xe4),
  mul: vectorOperator(0xe6),
  /** Pseudo-minimum and -maximum: one instruction, because they promise nothing for NaN. */
  min: vectorOperator(0xea),
  max: vectorOperator(0xeb),
  toIntegers: vectorOperator(0xf8),
  /** Two of four 32-bit integers to one of eight of 16 bits, and two of those to one of sixteen bytes. */
  narrowTo16: vectorOperator(0x85),
  narrowTo8: vectorOperator(0x66),
};

/** The first operand where the last one is not 0, else the second. */
export const select = operator(0x1b);
export const sequence = (...statements: Code[]): Code => statements.flat();
/** Repeats its statements as long as the condition holds after them. */
export const repeatWhile = (condition: Code, ...statements: Code[]): Code => [0x03, 0x40, ...statements.flat(), ...condition, 0x0d, 0x00, 0x0b];
export const when = (condition: Code, ...statements: Code[]): Code => [...condition, 0x04, 0x40, ...statements.flat(), 0x0b];

export interface Variable {
  get: Code;
  set(value: Code): Code;
}

/** A module that exports one function without a result, `run`, and its `memory`. */
export function assemble(parameters: readonly ValueType[], locals: readonly ValueType[], body: (variables: Variable[]) => Code): Uint8Array<ArrayBuffer> {
  const variables = [...parameters, ...locals].map((_, index): Variable => ({ get: [0x20, ...unsigned(index)], set: (value) => [...value, 0x21, ...unsigned(index)] }));
  const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
  const sized = (bytes: Code): Code => [...unsigned(bytes.length), ...bytes];
  const section = (id: number, bytes: Code): Code => [id, ...sized(bytes)];
  const text = (value: string): Code => sized([...new TextEncoder().encode(value)]);
  const code = [...list(locals.map((type) => [1, valueTypes[type]])), ...body(variables), 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list([[0x60, ...list(parameters.map((type) => [valueTypes[type]])), 0]])),
    ...section(3, list([[0]])),
    ...section(5, list([[0x00, 1]])),
    ...section(7, list([[...text("run"), 0x00, 0], [...text("memory"), 0x02, 0]])),
    ...section(10, list([sized(code)])),
  ]);
}
