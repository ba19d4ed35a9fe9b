import {
  IconBell,
  IconCalendar,
  IconCode,
  IconCreditCard,
  IconHome,
  IconMail,
  IconMessage,
  IconShoppingCart,
  IconTable,
  type TablerIcon,
} from '@tabler/icons-react'
import classes from './ProviderTile.module.css'

export type Category = 'cart' | 'card' | 'chat' | 'mail' | 'code' | 'table' | 'bell' | 'calendar' | 'house'

const glyphs: Record<Category, TablerIcon> = {
  cart: IconShoppingCart,
  card: IconCreditCard,
  chat: IconMessage,
  mail: IconMail,
  code: IconCode,
  table: IconTable,
  bell: IconBell,
  calendar: IconCalendar,
  house: IconHome,
}

const hues = [210, 260, 300, 340, 20, 50, 150, 180] // neutral ones; none of them is anybody's own colour

interface Props {
  /** The app's name, which stands beside the tile as text. */
  name: string
  category?: Category | undefined
  size?: number
}

/** Two letters of an app's name. No logos: names belong to their owners. */
export function ProviderTile({ name, category, size = 28 }: Props) {
  const Glyph = category && glyphs[category]
  return (
    <span className={classes.tile} style={{ width: size, height: size, '--hue': hueOf(name) }} aria-hidden="true">
      {lettersOf(name)}
      {Glyph && (
        <span className={classes.glyph}>
          <Glyph size={12} stroke={2} />
        </span>
      )}
    </span>
  )
}

/** "Sh" for Shopify, "Gh" for GitHub. */
function lettersOf(name: string): string {
  const letters = Array.from(name.trim())
  const first = letters[0] ?? '?'
  const inner = letters.slice(1).findIndex((c) => c !== c.toLowerCase())
  const second = inner >= 0 ? letters[inner + 1] : letters.slice(1).find((c) => c.trim() !== '')
  return first.toUpperCase() + (second ?? '').toLowerCase()
}

/** One of the hues, the same for the same name. */
function hueOf(name: string): number {
  let hash = 0
  for (const c of name.toLowerCase()) hash = (hash * 31 + (c.codePointAt(0) ?? 0)) >>> 0
  return hues[hash % hues.length] ?? 210
}
