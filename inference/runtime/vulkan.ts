import koffi from "koffi";
import { loadLibrary } from "./nativeLibrary.ts";

export interface VulkanAdapter {
  name: string;
  /** A program that computes on the CPU, such as SwiftShader or llvmpipe. */
  software: boolean;
  /** Bytes of its own memory, or of what it shares with the CPU. */
  memory: number;
}

/** Offsets and sizes of vulkan_core.h on 64-bit platforms. */
const instanceCreateInfo = { bytes: 64, structureType: 1 };
const deviceProperties = { bytes: 824, type: 16, name: 20, nameBytes: 256 };
const typeCpu = 4;
/** VkPhysicalDeviceMemoryProperties; a heap is a size of 64 bits, then flags. */
const memoryProperties = { bytes: 520, heapCount: 260, heaps: 264, heapBytes: 16, heapFlags: 8 };
const heapOfDevice = 1;
const maxDevices = 16;

/** The adapters that the Vulkan loader finds; none where there is no loader. WebGPU runs on one of them on Linux. */
export function vulkanAdapters(): VulkanAdapter[] {
  let library: ReturnType<typeof loadLibrary>;
  try {
    library = loadLibrary("libvulkan.so.1");
  } catch {
    return [];
  }
  const createInstance = library.func("vkCreateInstance", "int", ["void*", "void*", koffi.out(koffi.pointer("void*"))]);
  const enumerate = library.func("vkEnumeratePhysicalDevices", "int", ["void*", koffi.inout(koffi.pointer("uint32_t")), "void*"]);
  const properties = library.func("vkGetPhysicalDeviceProperties", "void", ["void*", "void*"]);
  const memoryOf = library.func("vkGetPhysicalDeviceMemoryProperties", "void", ["void*", "void*"]);
  const destroy = library.func("vkDestroyInstance", "void", ["void*", "void*"]);

  const info = Buffer.alloc(instanceCreateInfo.bytes);
  info.writeUInt32LE(instanceCreateInfo.structureType);
  const instance: [bigint | null] = [null];
  if (createInstance(info, null, instance) !== 0) return [];
  try {
    const handles = new BigUint64Array(maxDevices);
    const count: [number] = [maxDevices];
    if (Number(enumerate(instance[0], count, handles)) < 0) return [];
    return Array.from(handles.subarray(0, count[0]), (handle) => {
      const found = Buffer.alloc(deviceProperties.bytes);
      properties(handle, found);
      const name = found.toString("utf8", deviceProperties.name, deviceProperties.name + deviceProperties.nameBytes).replace(/\0[^]*$/, "");
      const heaps = Buffer.alloc(memoryProperties.bytes);
      memoryOf(handle, heaps);
      return { name, software: found.readUInt32LE(deviceProperties.type) === typeCpu, memory: largestHeap(heaps) };
    });
  } finally {
    destroy(instance[0], null);
  }
}

function largestHeap(properties: Buffer): number {
  const { heapCount, heaps, heapBytes, heapFlags } = memoryProperties;
  const sizes = Array.from({ length: properties.readUInt32LE(heapCount) }, (_, index) => {
    const heap = heaps + index * heapBytes;
    return (properties.readUInt32LE(heap + heapFlags) & heapOfDevice) === 0 ? 0 : Number(properties.readBigUInt64LE(heap));
  });
  return Math.max(0, ...sizes);
}
