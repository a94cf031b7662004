/** One case on the phone: my task, and what happened so far. */
import type { ReactNode } from 'react';
import { useParams } from 'react-router';
import { useText } from '#web/client';
import { Loaded } from '#web/parts';
import { Photos, Story } from '../Case.tsx';
import { useCase } from '../data.ts';
import '../hub.css';
import { text } from '../text.ts';
import { Head } from './Head.tsx';
import { TaskCard } from './TaskCard.tsx';

export default function Card(): ReactNode {
  const t = useText(text);
  const { case: id } = useParams();
  const found = useCase(id);
  return (
    <div className="hub-phone">
      <Head title={found.data?.number ?? t('todo')} />
      <Loaded query={found}>
        {(data) => (
          <>
            <TaskCard found={data} />
            <Photos found={data} event={undefined} />
            <Story found={data} />
          </>
        )}
      </Loaded>
    </div>
  );
}
