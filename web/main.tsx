/** Starts the web: surface, queries, routes. */
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { currentLanguage, isElder, queryClient, setLanguage } from '#web/client';
import { applySurface } from '#web/parts';
import './parts/theme/base.css';
import './parts/parts.css';
import { router } from './routes.tsx';

setLanguage(currentLanguage());
applySurface(window.location.pathname.startsWith('/wall') ? 'wall' : 'light', isElder());

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
