import { counted } from './english.ts'

/** What the catalogue says of files, in English. */
export const filesInEnglish = {
  files: {
    attach: 'Attach files',
    chosen: 'Files for the next message',
    remove: (name: string) => `Remove ${name}`,
    tooLarge: (name: string, most: string) => `${name} is too large: a file may have ${most} here.`,
    asItIs: 'Goes as it is: it may tell where it was taken.',
    makingReady: 'Preparing files',
    preparing: (done: string, total: string) => `Preparing: ${done} of ${total}`,
    sending: 'Sending files',
    progress: (sent: string, total: string) => `${sent} of ${total}`,
    waiting: 'Waits for the connection, and goes on by itself',
    several: (count: number) => counted(count, 'file', 'files'),
    open: (name: string) => `Open ${name}`,
    download: (name: string) => `Download ${name}`,
    unreadable: 'This device cannot read it any more: cancel, and choose it again.',
    noSpace: 'There is no space left for it on this server: try again when whoever runs it has made some.',
    missing: 'It cannot be had just now. Try again in a moment.',
    notShown: 'This browser cannot show it. Download it to open it.',
    gone: 'The server does not have it any more. Ask whoever sent it to send it again.',
  },

  pdf: {
    place: (page: number, count: number) => `Page ${page} of ${count}`,
    zoomIn: 'Larger',
    zoomOut: 'Smaller',
    pageDamaged: 'This page is damaged.',
    damaged: 'It is damaged, or no PDF. Ask whoever sent it to send it again.',
    locked: 'It is locked with a password. Download it, and open it with a program that asks for it.',
    noReader: 'What shows PDFs here could not be loaded. Reload the page, or close this and download the file.',
    tooLarge: 'It is too large to be shown here. Download it, and open it with another program.',
  },

  shared: {
    title: 'Files',
    kind: 'Which files',
    pictures: 'Pictures',
    others: 'Other files',
    empty: 'No files yet',
    emptyLead: 'What is sent here is found here.',
    none: 'None of this kind yet.',
    show: 'Show in conversation',
    showOf: (name: string) => `Show ${name} in conversation`,
    showFailed: 'The message could not be loaded. Try again in a moment.',
    failed: 'Earlier files could not be loaded.',
    offline: 'Earlier files are shown when the connection is back.',
  },
}
