import { remember } from "../ui/cookie.ts";
import { Store } from "../ui/store.ts";

/** How the reader has arranged the page. */
export interface Layout {
  /** Whether the history is unfolded, where it has a place of its own. */
  history: boolean;
  /** Whether the history covers the page, where it has none. */
  drawer: boolean;
  /** The viewer's part of what conversation and viewer share (%). */
  viewer: number;
}

export type LayoutAction = { type: "history"; open: boolean } | { type: "drawer"; open: boolean } | { type: "viewer"; percent: number };

export const viewerLimits = { min: 25, max: 75, initial: 50 };

export const initialLayout: Layout = { history: true, drawer: false, viewer: viewerLimits.initial };

export function reduceLayout(layout: Layout, action: LayoutAction): Layout {
  switch (action.type) {
    case "history":
      return { ...layout, history: action.open };
    case "drawer":
      return { ...layout, drawer: action.open };
    case "viewer":
      return { ...layout, viewer: clampViewer(action.percent) };
  }
}

function clampViewer(percent: number): number {
  return Math.min(Math.max(Math.round(percent), viewerLimits.min), viewerLimits.max);
}

export type LayoutStore = Store<Layout, LayoutAction>;

/** Begins as the root element says, where beforeFirstPaint.ts has put what was remembered, and keeps both up to date. */
export function createLayoutStore(root: HTMLElement): LayoutStore {
  const remembered = Number(root.dataset.viewer);
  const history = root.dataset.history !== "folded";
  const viewer = remembered > 0 ? clampViewer(remembered) : viewerLimits.initial;
  const store = new Store<Layout, LayoutAction>({ history, drawer: false, viewer }, reduceLayout);
  let before = store.get();
  store.subscribe(() => {
    const now = store.get();
    if (now.history !== before.history) {
      root.dataset.history = now.history ? "open" : "folded";
      remember("history", root.dataset.history);
    }
    if (now.viewer !== before.viewer) remember("viewer", String(now.viewer));
    before = now;
  });
  return store;
}
