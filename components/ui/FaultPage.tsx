/** A whole page that says what went wrong and offers the one way on. */
export function FaultPage({ title, text, wayOn }: { title: string; text?: string; wayOn: string }) {
  return (
    <main className="grid min-h-dvh place-items-center p-6 text-center">
      <div className="grid justify-items-center gap-3">
        <h1 className="text-xl font-semibold">{title}</h1>
        {text !== undefined && <p className="text-muted">{text}</p>}
        {/* A full load, not a route change: what failed may be the page's own state. */}
        <a href="/" className="mt-2 rounded-full bg-accent px-5 py-2.5 font-medium text-on-accent">
          {wayOn}
        </a>
      </div>
    </main>
  );
}
