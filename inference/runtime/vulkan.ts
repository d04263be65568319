import koffi from "koffi";
import { loadLibrary } from "./nativeLibrary.ts";

export interface VulkanAdapter {
  name: string;
  /** A program that computes on the CPU, such as SwiftShader or llvmpipe. */
  software: boolean;
}

/** Offsets and sizes of vulkan_core.h on 64-bit platforms. */
const instanceCreateInfo = { bytes: 64, structureType: 1 };
const deviceProperties = { bytes: 824, type: 16, name: 20, nameBytes: 256 };
const typeCpu = 4;
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
      return { name, software: found.readUInt32LE(deviceProperties.type) === typeCpu };
    });
  } finally {
    destroy(instance[0], null);
  }
}
