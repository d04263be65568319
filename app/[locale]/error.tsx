"use client";

import { Fault } from "../../components/ui/Fault.tsx";

/** Shown instead of the page when rendering it failed. What was said is in the browser's database. */
export default function PageError() {
  return <Fault kind="error" />;
}
