// Runs before the first paint, so that a chosen theme never flashes the other one. Later the page's own code
// (stores/theme-store.ts) keeps the same attribute and the same key.
try {
  const theme = localStorage.getItem('snug.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage may be forbidden; the system's theme it is.
}
