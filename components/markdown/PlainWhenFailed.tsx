import { Component, type ReactNode } from "react";
import { LongText } from "../ui/LongText.tsx";

/** Text as it was written. */
export function PlainText({ children }: { children: string }) {
  return (
    <pre className="font-sans whitespace-pre-wrap wrap-anywhere">
      <LongText>{children}</LongText>
    </pre>
  );
}

/** What cannot be rendered, such as markup that nests beyond all bounds, is shown as it was written: one answer never takes the page along. */
export class PlainWhenFailed extends Component<{ text: string; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <PlainText>{this.props.text}</PlainText> : this.props.children;
  }
}
