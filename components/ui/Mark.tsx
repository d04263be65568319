/** The mark of this program: an eye that looks at a picture. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={className}>
      <rect width="32" height="32" rx="9" fill="var(--accent)" />
      <path
        d="M5.5 16C8.2 11.2 11.8 8.8 16 8.8s7.8 2.4 10.5 7.2c-2.7 4.8-6.3 7.2-10.5 7.2S8.2 20.8 5.5 16Z"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="2.2"
        strokeLinejoin="round"
      />
      <rect x="12.8" y="12.8" width="6.4" height="6.4" rx="1.7" fill="var(--on-accent)" />
    </svg>
  );
}
