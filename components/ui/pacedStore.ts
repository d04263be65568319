interface Readable<State> {
  get: () => State;
  subscribe: (notify: () => void) => () => void;
}

export interface Pace<State> {
  /** Milliseconds. */
  interval: number;
  /** Whether a state is one of many that follow each other. */
  applies: (state: State) => boolean;
}

/** A store that changes at most once in so many milliseconds while its pace applies, and at once when that begins and ends. */
export function pacedStore<State>(store: Readable<State>, { interval, applies }: Pace<State>): Readable<State> {
  let state = store.get();
  let changed = -Infinity;
  return {
    get: () => state,
    subscribe: (notify) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const change = () => {
        clearTimeout(timer);
        timer = undefined;
        changed = performance.now();
        state = store.get();
        notify();
      };
      const leave = store.subscribe(() => {
        const wait = applies(state) && applies(store.get()) ? changed + interval - performance.now() : 0;
        if (wait <= 0) change();
        else timer ??= setTimeout(change, wait);
      });
      state = store.get();
      return () => {
        clearTimeout(timer);
        leave();
      };
    },
  };
}
