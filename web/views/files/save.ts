/** Has the browser save what is at a URL. Where that is another origin, it is the origin that names it. */
export function save(url: string, name: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.rel = 'noopener'
  link.click()
}
