import { Paperclip } from 'lucide-react'
import { observer } from 'mobx-react-lite'
import { useRef } from 'react'
import { IconButton } from '../../ui/IconButton.tsx'
import { useStores } from '../stores-context.ts'

/** Opens the browser's own way to choose files. */
export const AttachButton = observer(function AttachButton({ onChoose }: { onChoose: (files: File[]) => void }) {
  const { t } = useStores().locale
  const field = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={field}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          onChoose([...(currentTarget.files ?? [])])
          // The same file may be chosen again.
          currentTarget.value = ''
        }}
      />
      <IconButton label={t.files.attach} icon={<Paperclip />} onClick={() => field.current?.click()} />
    </>
  )
})
