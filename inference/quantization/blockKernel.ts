import { assemble, f32, i32, repeatWhile, select, sequence, type Variable, vector, when } from "./assembler.ts";

/** How far below the range's own scale the search goes: clipping the extremes often costs less than a coarse grid. */
const shrinks = [1, 0.92, 0.84] as const;

const pageBytes = 65_536;

/**
 * Chooses levels and scales of blocks, on the processor's vector units: about eight times as fast as JavaScript.
 *
 * From some first scales, levels are rounded, and for fixed levels the best scale is Σ w·l / Σ l² with l = level − zero
 * (least squares), which leaves the error Σ w² − (Σ w·l)² / Σ l²; the best is kept.
 */
export class BlockKernel {
  readonly #run: (...values: number[]) => void;
  readonly #memory: WebAssembly.Memory;

  constructor() {
    const { run, memory } = new WebAssembly.Instance(new WebAssembly.Module(kernel())).exports;
    if (typeof run !== "function" || !(memory instanceof WebAssembly.Memory)) throw new TypeError("the kernel lacks its exports");
    this.#run = run as (...values: number[]) => void;
    this.#memory = memory;
  }

  /** Room for so many blocks of `width` values each, a multiple of 16. Valid until it is asked for again. */
  allocate(count: number, width: number): Blocks {
    const at = { values: 0, scales: 4 * count * width, levels: 4 * count * (width + 1), zeros: 4 * count * (width + 1) + count * width };
    const bytes = at.zeros + count;
    const missing = bytes - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
    const { buffer } = this.#memory;
    return {
      values: new Float32Array(buffer, at.values, count * width),
      scales: new Float32Array(buffer, at.scales, count),
      levels: new Uint8Array(buffer, at.levels, count * width),
      zeros: new Uint8Array(buffer, at.zeros, count),
      quantize: ({ bits, zeroPoints }, used = count) => {
        if (used > 0) this.#run(at.values, used, width, at.levels, at.scales, at.zeros, zeroPoints ? 1 : 0, 2 ** bits - 1, 2 ** (bits - 1));
      },
    };
  }
}

export interface Blocks {
  /** (blocks, width), to be filled in. */
  readonly values: Float32Array;
  readonly scales: Float32Array;
  /** (blocks, width). */
  readonly levels: Uint8Array;
  readonly zeros: Uint8Array;
  /** Of the first `used` blocks. */
  quantize(format: { bits: 4 | 8; zeroPoints: boolean }, used?: number): void;
}

function kernel(): Uint8Array<ArrayBuffer> {
  const parameters = ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "f32", "f32"] as const;
  const locals = ["i32", "i32", "f32", "f32", "f32", "f32", "f32", "f32", "v128", "v128", "v128", "v128", "v128", ...Array<"v128">(9).fill("v128")] as const;
  return assemble(parameters, locals, (variables) => {
    const next = variables.values();
    const take = (): Variable => {
      const { value } = next.next();
      if (!value) throw new RangeError("too few variables");
      return value;
    };
    const [input, blocks, width, levels, scales, zeros, zeroPoints, top, middle] = [take(), take(), take(), take(), take(), take(), take(), take(), take()];
    const [at, end, low, high, zero, scale, best, gain] = [take(), take(), take(), take(), take(), take(), take(), take()];
    const [lows, highs, value, bottom, ceiling] = [take(), take(), take(), take(), take()];
    const candidates = shrinks.map((shrink) => ({ shrink, inverse: take(), product: take(), square: take() }));

    const overBlock = (step: number, ...body: (readonly number[])[]) =>
      sequence(at.set(input.get), repeatWhile(i32.below(at.get, end.get), ...body, at.set(i32.add(at.get, i32.const(step)))));
    const acrossLanes = (operator: typeof f32.min, lanes: readonly number[]) =>
      operator(operator(vector.lane(lanes, 0), vector.lane(lanes, 1)), operator(vector.lane(lanes, 2), vector.lane(lanes, 3)));
    const total = (sums: Variable) => acrossLanes(f32.add, sums.get);
    const levelOf = (values: readonly number[], inverse: Variable) => vector.min(vector.max(vector.nearest(vector.mul(values, inverse.get)), bottom.get), ceiling.get);
    const nothing = f32.const(0);
    const one = f32.const(1);

    const measureRange = sequence(
      lows.set(vector.zero),
      highs.set(vector.zero),
      overBlock(16, value.set(vector.load(at.get)), lows.set(vector.min(lows.get, value.get)), highs.set(vector.max(highs.get, value.get))),
      low.set(acrossLanes(f32.min, lows.get)),
      high.set(acrossLanes(f32.max, highs.get)),
    );
    // The level that stands for zero when the range of a block is spread over all levels.
    const chooseZero = sequence(
      zero.set(middle.get),
      when(zeroPoints.get, when(f32.greater(high.get, low.get), zero.set(f32.nearest(f32.mul(f32.div(f32.negate(low.get), f32.sub(high.get, low.get)), top.get))))),
    );
    // Of the two sides, the middle leaves one level more below than above: the larger extreme takes it, by the scale's sign.
    const symmetric = f32.div(select(high.get, low.get, f32.greater(high.get, f32.negate(low.get))), f32.negate(zero.get));
    const below = select(f32.div(low.get, f32.negate(zero.get)), nothing, f32.greater(zero.get, nothing));
    const above = select(f32.div(high.get, f32.sub(top.get, zero.get)), nothing, f32.greater(top.get, zero.get));
    const widest = select(symmetric, f32.max(below, above), f32.equal(zero.get, middle.get));
    const fit = sequence(
      ...candidates.flatMap(({ shrink, inverse, product, square }) => [
        inverse.set(vector.splat(f32.div(one, f32.mul(scale.get, f32.const(shrink))))),
        product.set(vector.zero),
        square.set(vector.zero),
      ]),
      overBlock(
        16,
        value.set(vector.load(at.get)),
        ...candidates.flatMap(({ inverse, product, square }) => [
          lows.set(levelOf(value.get, inverse)),
          product.set(vector.add(product.get, vector.mul(value.get, lows.get))),
          square.set(vector.add(square.get, vector.mul(lows.get, lows.get))),
        ]),
      ),
      gain.set(f32.const(-1)),
      ...candidates.map(({ product, square }) =>
        sequence(
          low.set(total(product)),
          best.set(f32.div(low.get, total(square))),
          high.set(f32.mul(low.get, best.get)),
          when(f32.greater(high.get, gain.get), gain.set(high.get), scale.set(best.get)),
        ),
      ),
    );
    const roundToLevels = overBlock(
      64,
      vector.store(
        levels.get,
        vector.narrowTo8(
          ...[0, 32].map((half) =>
            vector.narrowTo16(
              ...[half, half + 16].map((offset) =>
                vector.toIntegers(vector.add(levelOf(vector.load(i32.add(at.get, i32.const(offset))), firstOf(candidates).inverse), vector.splat(zero.get))),
              ),
            ),
          ),
        ),
      ),
      levels.set(i32.add(levels.get, i32.const(16))),
    );
    return repeatWhile(
      blocks.get,
      end.set(i32.add(input.get, i32.mul(width.get, i32.const(4)))),
      measureRange,
      chooseZero,
      bottom.set(vector.splat(f32.negate(zero.get))),
      ceiling.set(vector.splat(f32.sub(top.get, zero.get))),
      scale.set(select(widest, nothing, f32.greater(high.get, low.get))),
      firstOf(candidates).inverse.set(vector.zero),
      when(f32.greater(high.get, low.get), fit, firstOf(candidates).inverse.set(vector.splat(f32.div(one, scale.get)))),
      roundToLevels,
      f32.store(scales.get, scale.get),
      i32.storeByte(zeros.get, i32.fromFloat(zero.get)),
      scales.set(i32.add(scales.get, i32.const(4))),
      zeros.set(i32.add(zeros.get, i32.const(1))),
      input.set(end.get),
      blocks.set(i32.sub(blocks.get, i32.const(1))),
    );
  });
}

function firstOf<T>([first]: readonly T[]): T {
  if (first === undefined) throw new RangeError("there is none");
  return first;
}
