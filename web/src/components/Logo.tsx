/** A K set on the double rule with which bookkeepers close an account. Decorative: the word stands beside it. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg className={className} viewBox="0 0 32 32" fill="none" strokeWidth="3" aria-hidden="true" focusable="false">
      <path className="stroke-ink" d="M8 2v21M22.5 3.5 9.5 13.2 23.5 23" />
      <path className="stroke-accent" strokeWidth="1.8" d="M4 27h24M4 30.4h24" />
    </svg>
  );
}
