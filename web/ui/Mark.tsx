/** Two people snug in one bubble. The same drawing as public/icon.svg, in the colours of the theme. */
export function Mark() {
  return (
    <svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
      <path
        fill="var(--mark-bubble, var(--pine))"
        d="M16 2c8.3 0 14 5 14 12.2S24.3 26.4 16 26.4c-1.2 0-2.3-.1-3.4-.3l-6.3 3.7c-.7.4-1.5-.2-1.3-1l1-4.9C3.4 21.6 2 18.2 2 14.2 2 7 7.7 2 16 2Z"
      />
      <circle cx="12.2" cy="14.3" r="5.2" fill="#f6e3c0" />
      <circle cx="19.8" cy="14.3" r="5.2" fill="#f0b057" />
      <path fill="#f8cf8c" d="M16 10.75a5.2 5.2 0 0 1 0 7.1 5.2 5.2 0 0 1 0-7.1Z" />
    </svg>
  )
}
