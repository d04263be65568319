import type { Metadata } from "next";
import { SharedPage } from "../../../components/share/SharedPage.tsx";

/** Who has a link shall read it, not who searches. */
export const metadata: Metadata = { robots: { index: false, follow: false } };

export default function Page() {
  return <SharedPage />;
}
