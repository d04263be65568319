"use client";

import { useEffect, useRef, useState } from "react";

/** A value that changes at most once in so many milliseconds; the last one always comes. */
export function useThrottled<Value>(value: Value, milliseconds: number): Value {
  const [shown, setShown] = useState(value);
  const changed = useRef(0);
  useEffect(() => {
    const wait = Math.max(changed.current + milliseconds - performance.now(), 0);
    const timer = setTimeout(() => {
      changed.current = performance.now();
      setShown(value);
    }, wait);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return shown;
}
