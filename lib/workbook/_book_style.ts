/** How the book looks, in light and dark, on a screen of any width. */
export const BOOK_STYLE = `:root{color-scheme:light dark;--line:#8884;--soft:#8881}
body{font:17px/1.6 system-ui,sans-serif;max-width:46rem;margin:0 auto;padding:1rem}
h1{border-top:1px solid var(--line);padding-top:2rem;margin-top:4rem}
pre{background:var(--soft);padding:.7rem;overflow-x:auto;font-size:14px;line-height:1.45;border-radius:4px}
.out{border-left:3px solid var(--line);padding-left:.8rem;overflow-x:auto}.out pre{background:none;padding:0}
table{border-collapse:collapse;font-size:15px;display:block;overflow-x:auto}
td,th{border-bottom:1px solid var(--line);padding:.25rem .6rem;text-align:left;vertical-align:top}
details{background:var(--soft);padding:.4rem .8rem;border-radius:4px;margin:.6rem 0}svg{max-width:100%;height:auto}`;
