/** What issuing a grant reads and does. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Contract } from '#catalogue/model';
import type { Grant, GrantDraft, GrantInput, GrantPreview } from '#gate/model';
import { get, post } from '#web/client';
import { root } from '../data.ts';

/** The contract of a dataset, for its items and their grades: whoever issues reads no data. */
export const useContract = (dataset: string) =>
  useQuery({
    queryKey: ['catalogue', 'one', dataset],
    queryFn: () =>
      get<{ contract: Contract }>(`/api/catalogue/datasets/${encodeURIComponent(dataset)}`),
    select: ({ contract }) => contract,
    enabled: dataset !== '',
    retry: false,
  });

export const usePreview = () =>
  useMutation({
    mutationFn: (input: GrantDraft) => post<GrantPreview>('/api/gate/grants/preview', input),
  });

export function useIssue(done: (grant: Grant) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: GrantInput) => post<Grant>('/api/gate/grants', input),
    onSuccess: async (grant) => {
      await client.invalidateQueries({ queryKey: root });
      done(grant);
    },
  });
}
