/// <reference types="vite/client" />
import 'react'

declare module 'react' {
  // Variables of a stylesheet that depend on data.
  interface CSSProperties {
    [name: `--${string}`]: string | number | undefined
  }
}
