/** Where files are dropped or chosen; by keyboard it is the file field it stands for. */
import { IconFileUpload } from '@tabler/icons-react';
import { type DragEvent, type ReactNode, useId, useState } from 'react';

export interface FileDropProps {
  title: string;
  note: string;
  /** Endings offered first, as the field's `accept`; every file without it. */
  accept?: string;
  /** Several at once. */
  many?: boolean;
  onFiles: (files: File[]) => void;
}

export function FileDrop({ title, note, accept, many = false, onFiles }: FileDropProps): ReactNode {
  const id = useId();
  const [over, setOver] = useState(false);
  const take = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    onFiles([...event.dataTransfer.files]);
  };
  return (
    <label
      htmlFor={id}
      className={over ? 'file-drop is-over' : 'file-drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={take}
    >
      <input
        id={id}
        type="file"
        multiple={many}
        {...(accept === undefined ? {} : { accept })}
        className="visually-hidden"
        onChange={(event) => onFiles([...(event.target.files ?? [])])}
      />
      <IconFileUpload size={28} stroke={1.5} aria-hidden />
      <span>
        <b>{title}</b>
        <small className="muted">{note}</small>
      </span>
    </label>
  );
}
