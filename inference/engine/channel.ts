/**
 * Runs `work` and yields what it emits, in order, until it is over; its error is thrown after its last event.
 * A consumer that leaves early aborts the work and waits for its end.
 */
export async function* emitted<Event>(work: (emit: (event: Event) => void, signal: AbortSignal) => Promise<void>, signal?: AbortSignal): AsyncGenerator<Event, void, undefined> {
  const left = new AbortController();
  const pending: Event[] = [];
  let wake: () => void = () => undefined;
  const state = { over: false };
  const emit = (event: Event) => {
    pending.push(event);
    wake();
  };
  const running = work(emit, signal ? AbortSignal.any([signal, left.signal]) : left.signal).finally(() => {
    state.over = true;
    wake();
  });
  running.catch(() => undefined); // thrown below, when the events before it are out
  try {
    for (;;) {
      const next = pending.shift();
      if (next !== undefined) yield next;
      else if (state.over) break;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
    await running;
  } finally {
    left.abort(new DOMException("nobody listens any more", "AbortError"));
    await running.catch(() => undefined);
  }
}
