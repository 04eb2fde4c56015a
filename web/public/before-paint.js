// Runs before the first paint, so that a chosen theme or language never flashes the other one. Later the page's own
// code (stores/preferences.ts) keeps the same two attributes and the same two keys.
try {
  const theme = localStorage.getItem('snug.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage may be forbidden; the system's theme it is.
}
