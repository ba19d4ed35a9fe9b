import { CopyButton } from './CopyButton'
import classes from './CodeBlock.module.css'

interface Props {
  code: string
  /** What it is, for people who hear the page and for the copy button: "the command". */
  what: string
  /** Breaks long lines instead of scrolling within the box. */
  wrap?: boolean
  maxHeight?: number
}

/** Text exactly as it is, with a copy button. */
export function CodeBlock({ code, what, wrap = false, maxHeight = 480 }: Props) {
  return (
    <div className={classes.box}>
      <section className={classes.scroll} style={{ maxHeight }} tabIndex={0} aria-label={what}>
        <pre className={classes.code} data-wrap={wrap || undefined} dir="ltr">
          {code}
        </pre>
      </section>
      <div className={classes.copy}>
        <CopyButton value={code} what={what} />
      </div>
    </div>
  )
}
