import onnxProto from "onnx-proto";

const { onnx } = onnxProto;

/** The name of a tensor within a graph. */
export type Value = string & { readonly brand: "Value" };

export type DataType = "float32" | "float16" | "uint8" | "int8" | "int32" | "int64" | "bool";

/** ONNX TensorProto.DataType. */
const dataTypes: Readonly<Record<DataType, number>> = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float16: 10 };

/** A number is a fixed size, a string names one that is known at run time. */
export type Dimension = number | string;

/** An attribute of a node. JavaScript has one kind of number and ONNX two, so each says which it is. */
export type Attribute = { int: number } | { float: number } | { string: string } | { ints: readonly number[] } | { graph: GraphBuilder };

/** Where an initializer's bytes lie in a file beside the model. */
export interface ExternalData {
  location: string;
  offset: number;
  length: number;
}

export interface NodeOptions {
  attributes?: Readonly<Record<string, Attribute>>;
  /** "" is ONNX itself; "com.microsoft" is ONNX Runtime's. */
  domain?: "" | "com.microsoft";
  /** The kinds of this graph that have the node, where it is built for several providers at once; without it all. */
  kinds?: readonly string[];
}

const irVersion = 10;
const opsetVersion = 21;

/**
 * Collects the nodes of an ONNX graph, in order, and encodes it as a ModelProto.
 * It knows nothing about what the graph computes.
 */
export class GraphBuilder {
  readonly #nodes: onnxProto.onnx.INodeProto[] = [];
  /** Of the nodes that not every kind of the graph has. */
  readonly #kinds = new Map<onnxProto.onnx.INodeProto, readonly string[]>();
  readonly #initializers: onnxProto.onnx.ITensorProto[] = [];
  readonly #inputs: onnxProto.onnx.IValueInfoProto[] = [];
  readonly #outputs: onnxProto.onnx.IValueInfoProto[] = [];
  /** Shared with the graphs within this one. */
  #names = { next: 0 };
  #prefix = "";
  #kind: string | undefined;

  /** Declares an input of the graph. */
  input(name: string, type: DataType, dims: readonly Dimension[]): Value {
    this.#inputs.push(valueInfo(name, type, dims));
    return value(name);
  }

  /** Declares an output of the graph, the result of some node under its public name. */
  output(name: string, type: DataType, dims: readonly Dimension[], source: Value): void {
    this.#outputs.push(valueInfo(name, type, dims));
    this.#append("Identity", { inputs: [source], outputs: [name] }, {});
  }

  /** Adds an operator with one result. An input that is left out is "". */
  node(operator: string, inputs: readonly (Value | "")[], options: NodeOptions = {}): Value {
    const name = this.#uniqueName(operator);
    this.#append(operator, { inputs, outputs: [name] }, options);
    return value(name);
  }

  /** Adds an operator with several results: `true` for one that is used, a name for one that is an output of the graph, `false` to leave it out. */
  nodes(operator: string, inputs: readonly (Value | "")[], results: readonly (boolean | string)[], options: NodeOptions = {}): Value[] {
    const names = results.map((result) => (typeof result === "string" ? result : result ? this.#uniqueName(operator) : ""));
    this.#append(operator, { inputs, outputs: names }, options);
    return names.map(value);
  }

  /** Declares an output that some node writes under this very name (see `nodes`). */
  namedOutput(name: string, type: DataType, dims: readonly Dimension[]): void {
    this.#outputs.push(valueInfo(name, type, dims));
  }

  /** A small constant inside of the model file. */
  constant(type: "float32" | "int64", dims: readonly number[], values: readonly number[] | Float32Array): Value {
    const name = this.#uniqueName("constant");
    const array = type === "int64" ? BigInt64Array.from(values, BigInt) : Float32Array.from(values);
    this.#initializers.push({ name, dataType: dataTypes[type], dims: [...dims], rawData: new Uint8Array(array.buffer) });
    return value(name);
  }

  /** A large constant in a file beside the model file. */
  external(type: DataType, dims: readonly number[], { location, offset, length }: ExternalData): Value {
    const name = this.#uniqueName("weight");
    const externalData = Object.entries({ location, offset, length }).map(([key, entry]) => ({ key, value: String(entry) }));
    const dataLocation = onnx.TensorProto.DataLocation.EXTERNAL;
    this.#initializers.push({ name, dataType: dataTypes[type], dims: [...dims], dataLocation, externalData });
    return value(name);
  }

  /**
   * A graph for a node of this one to run, as Loop runs its body: it sees the values that this one has before that node.
   * The names of its nodes begin with `prefix`. Where it is for one kind of this graph, it has only the nodes of that.
   */
  inner(prefix: string, kind?: string): GraphBuilder {
    const graph = new GraphBuilder();
    graph.#kind = kind;
    graph.#names = this.#names;
    graph.#prefix = prefix;
    return graph;
  }

  /** As an attribute of a node. */
  encodeInner(): onnxProto.onnx.IGraphProto {
    return { name: "graph", node: this.#nodesOf(this.#kind), initializer: this.#initializers, input: this.#inputs, output: this.#outputs };
  }

  /** The model as a serialized ModelProto: all nodes, or those of one kind of it. */
  encode(kind?: string): Uint8Array {
    const model = onnx.ModelProto.create({
      irVersion,
      opsetImport: [
        { domain: "", version: opsetVersion },
        { domain: "com.microsoft", version: 1 },
      ],
      graph: { ...this.encodeInner(), node: this.#nodesOf(kind) },
    });
    return onnx.ModelProto.encode(model).finish();
  }

  #nodesOf(kind: string | undefined): onnxProto.onnx.INodeProto[] {
    return this.#nodes.filter((node) => kind === undefined || (this.#kinds.get(node)?.includes(kind) ?? true));
  }

  #append(operator: string, edges: { inputs: readonly string[]; outputs: readonly string[] }, { attributes = {}, domain = "", kinds }: NodeOptions): void {
    const node = {
      name: this.#uniqueName(`${this.#prefix}${operator}_node`),
      opType: operator,
      domain,
      input: [...edges.inputs],
      output: [...edges.outputs],
      attribute: Object.entries(attributes).map(([name, attribute]) => encodeAttribute(name, attribute)),
    };
    this.#nodes.push(node);
    if (kinds) this.#kinds.set(node, kinds);
  }

  #uniqueName(prefix: string): string {
    return `${prefix}_${this.#names.next++}`;
  }
}

function value(name: string): Value {
  return name as Value;
}

function valueInfo(name: string, type: DataType, dims: readonly Dimension[]): onnxProto.onnx.IValueInfoProto {
  const dim = dims.map((size) => (typeof size === "number" ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: dataTypes[type], shape: { dim } } } };
}

function encodeAttribute(name: string, attribute: Attribute): onnxProto.onnx.IAttributeProto {
  const types = onnx.AttributeProto.AttributeType;
  if ("int" in attribute) return { name, type: types.INT, i: attribute.int };
  if ("float" in attribute) return { name, type: types.FLOAT, f: attribute.float };
  if ("graph" in attribute) return { name, type: types.GRAPH, g: attribute.graph.encodeInner() };
  if ("ints" in attribute) return { name, type: types.INTS, ints: [...attribute.ints] };
  return { name, type: types.STRING, s: new TextEncoder().encode(attribute.string) };
}
