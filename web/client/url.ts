/** Filters live in the address, so that a list can be sent to a colleague as it is. */
import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

/** One value of the address: `const [state, setState] = useUrlValue('state', 'open')`. */
export function useUrlValue(name: string, fallback = ''): [string, (next: string) => void] {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (next: string) =>
      setParams(
        (old) => {
          const copy = new URLSearchParams(old);
          if (next === fallback || next === '') copy.delete(name);
          else copy.set(name, next);
          return copy;
        },
        { replace: true },
      ),
    [name, fallback, setParams],
  );
  return [params.get(name) ?? fallback, set];
}
