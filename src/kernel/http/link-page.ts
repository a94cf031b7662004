/** What a used sign-in link shows: what happened and what to do, in both languages. */
import type { Bilingual } from '#kernel/errors';

export const linkUsedPage = (reason: Bilingual): string => `<!doctype html>
<html lang="zh-CN">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>贯通 · ${reason.zh}</title>
    <style>
      body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #f5f6f8;
        color: #1f2329; font: 16px/1.7 system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif; }
      main { max-width: 30rem; margin: 1rem; padding: 2rem 2.5rem; background: #fff;
        border-radius: 12px; border: 1px solid #e3e6eb; }
      h1 { margin: 0 0 .5rem; font-size: 1.25rem; }
      p { margin: .5rem 0; }
      [lang="en"] { color: #5b6472; font-size: .9rem; }
      code { background: #f0f2f5; border-radius: 4px; padding: .1em .4em; }
      a { color: #1456c8; }
    </style>
  </head>
  <body>
    <main>
      <h1>${reason.zh}</h1>
      <p>登录链接只能用一次，这样别人捡到它也进不来。</p>
      <p>如果本浏览器已经登录，<a href="/">点这里进入</a>；否则在终端按 <code>Ctrl-C</code> 后重新
        <code>npm start</code>，会给出新的链接，数据都还在。</p>
      <div lang="en">
        <p>${reason.en}. It works once, so that nobody who finds it later gets in.</p>
        <p>If this browser is signed in already, <a href="/">continue here</a>; otherwise press
          <code>Ctrl-C</code> in the terminal and run <code>npm start</code> again for a new link.
          All data stays.</p>
      </div>
    </main>
  </body>
</html>
`;
