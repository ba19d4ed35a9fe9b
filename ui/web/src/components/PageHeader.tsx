import { ActionIcon, Group, Text, Title, VisuallyHidden } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import classes from './PageHeader.module.css'
import { usePageTitle } from './pageTitle'

interface Props {
  /** Heading and title of the browser tab. */
  title: string
  /** Text of the tab where the heading is not enough. */
  tabTitle?: string
  /** One sentence below the heading. */
  description?: ReactNode
  /** Badges beside the heading. */
  status?: ReactNode
  /** Where the arrow leads: the list this page belongs to. */
  back?: { to: string; label: string }
  /** Buttons; at most one of them filled. */
  actions?: ReactNode
  /** The larger heading, which only Home has. */
  large?: boolean
}

export function PageHeader({ title, tabTitle, description, status, back, actions, large = false }: Props) {
  usePageTitle(tabTitle ?? title)
  return (
    <header className={classes.header}>
      <div className={classes.words}>
        <div className={classes.heading}>
          <div className={classes.line}>
            {back && (
              <ActionIcon component={Link} to={back.to} ml={-8}>
                <IconArrowLeft size={20} aria-hidden />
                <VisuallyHidden>Back to {back.label}</VisuallyHidden>
              </ActionIcon>
            )}
            <Title order={1} className={classes.title} fz={large ? 'xl' : 'lg'} lh={large ? 'xl' : 'lg'}>
              <bdi>{title}</bdi>
            </Title>
          </div>
          {status}
        </div>
        {description !== undefined && (
          <Text c="dimmed" maw="68ch" mt={4}>
            {description}
          </Text>
        )}
      </div>
      {actions !== undefined && <Group gap="xs">{actions}</Group>}
    </header>
  )
}
