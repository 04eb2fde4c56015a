import 'react'

declare module 'react' {
  /** The custom properties that components set by style; everything else is in the style sheets. */
  interface CSSProperties {
    '--hue'?: number
    /** What pdf.js calls the pixels in a unit of a document. */
    '--total-scale-factor'?: number
  }
}
