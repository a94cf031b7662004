/** `/cases/<number>`, where notices lead: events of the hub have their own page, all others stand here. */
import type { ReactNode } from 'react';
import { Navigate, useParams } from 'react-router';
import { Loaded } from '#web/parts';
import CasePage from './CasePage.tsx';
import { useCase } from './data.ts';

export default function AnyCase(): ReactNode {
  const { case: id = '' } = useParams();
  const found = useCase(id);
  return (
    <Loaded query={found}>
      {(data) =>
        data.source?.startsWith('hub/') ? (
          <Navigate to={`/hub/${data.number}`} replace />
        ) : (
          <CasePage />
        )
      }
    </Loaded>
  );
}
