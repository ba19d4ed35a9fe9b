import { Card, Text, Title } from '@mantine/core'
import { StatusBadge } from '@/components/StatusBadge'
import { TimeAgo } from '@/components/TimeAgo'
import type { Concern } from './concerns'
import classes from './home.module.css'
import { ListLink } from './ListLink'

/** What needs a person; each line leads to where it is dealt with. */
export function Attention({ concerns }: { concerns: readonly Concern[] }) {
  return (
    <Card component="section" aria-labelledby="attention">
      <Title order={2} id="attention" mb="xs">
        Needs attention
      </Title>
      <ul className={classes.lines}>
        {concerns.map((concern) => (
          <li key={concern.id} className={classes.line}>
            <div className={classes.state}>
              <StatusBadge status={concern.status} />
            </div>
            <div className={classes.words}>
              <ListLink to={concern.to} search={concern.search} fw={500}>
                <bdi>{concern.name}</bdi>
              </ListLink>
              <Text>{concern.words}</Text>
            </div>
            {concern.since !== undefined && (
              <Text c="dimmed" fz="xs">
                <TimeAgo at={concern.since} />
              </Text>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}
