import type { EditState, Fault, RuleEdit } from '../edit'
import { Trouble } from '../cards/Trouble'
import { When } from '../cards/When'
import { DataTab } from '../panel/DataTab'
import { Panel } from '../panel/Panel'
import { SampleBar } from '../sample/SampleBar'
import type { Sample } from '../sample/useSample'
import type { Width } from '../useWidth'
import classes from './EditTab.module.css'
import { Notices } from './Notices'
import { mainId, type PanelState, panelId } from './usePanel'

interface Props {
  edit: RuleEdit
  state: EditState
  sample: Sample
  width: Width
  panel: PanelState
  readOnly: boolean
  faults: readonly Fault[]
  inbox: string | undefined
}

/** The rule as a sentence of cards, the sample above it and the panel beside it. */
export function EditTab({ edit, state, sample, width, panel, readOnly, faults, inbox }: Props) {
  const { rule } = state
  return (
    <>
      <SampleBar inbox={inbox} sample={sample} width={width} onPanel={() => panel.show('data')} />
      <div className={classes.columns}>
        <div id={mainId} className={classes.main} tabIndex={-1}>
          <Notices edit={edit} state={state} />
          <div className={classes.cards}>
            <When
              rule={rule}
              onChange={edit.change}
              readOnly={readOnly}
              error={faults.find((f) => f.location?.startsWith('inbox'))?.message}
            />
            <Trouble rule={rule} onChange={edit.change} readOnly={readOnly} faults={faults} />
          </div>
        </div>
        <Panel
          tabs={[{ value: 'data', label: 'Data', content: <DataTab sample={sample} /> }]}
          tab={panel.tab}
          onTab={panel.show}
          width={width}
          opened={panel.opened}
          onClose={panel.close}
          id={panelId}
        />
      </div>
    </>
  )
}
