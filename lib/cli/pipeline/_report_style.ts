/** Style sheet of a report: light and dark as the reader has it, tables as cards on a phone. */
export const STYLE = `
:root { color-scheme: light dark; --back: #fff; --card: #f5f6f8; --line: #d8dce2; --text: #1b1f24; --dim: #5c6570;
  --good: #1a7f37; --odd: #9a6700; --bad: #cf222e; --link: #0a5fc0; }
@media (prefers-color-scheme: dark) { :root { --back: #101418; --card: #1a2027; --line: #303943; --text: #e4e8ec;
  --dim: #98a2ad; --good: #4ac26b; --odd: #d4a72c; --bad: #ff7b72; --link: #6cb2ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 78rem; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
a { color: var(--link); }
.about, .note { color: var(--dim); overflow-wrap: anywhere; }
.grid { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); margin: 1rem 0; }
.grid.trends { grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); }
.trends .card { display: flex; flex-direction: column; } .trends svg { margin-top: auto; }
.wide { overflow-x: auto; }
.card, details { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .8rem;
  min-width: 0; }
.card b { display: block; font-size: 1.2rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.card span { color: var(--dim); }
.card .badge { font-size: 1.2rem; }
details { margin: .4rem 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
summary span { margin-right: .75rem; }
svg { display: block; width: 100%; height: 5rem; margin-top: .4rem; border-bottom: 1px solid var(--line); }
rect { fill: var(--dim); }
rect.complete { fill: var(--good); } rect.partial, rect.suspended { fill: var(--odd); } rect.failed { fill: var(--bad); }
rect.requests { fill: var(--dim); } rect.retries { fill: var(--odd); } rect.waits { fill: var(--link); }
line { stroke: var(--dim); stroke-dasharray: 3 3; vector-effect: non-scaling-stroke; }
.lane { margin: .5rem 0; } .lane b { font-size: 1rem; } .lane svg { height: 3.6rem; border: 0; }
.axis { display: flex; justify-content: space-between; margin: 0; padding: 0 .8rem; color: var(--dim); }
.key { display: inline-block; width: .8rem; height: .8rem; margin: 0 .3rem 0 .6rem; vertical-align: -.1rem; }
.key.requests { background: var(--dim); margin-left: 0; } .key.retries { background: var(--odd); } .key.waits { background: var(--link); }
.badge { font-weight: 600; color: var(--dim) !important; }
.badge.complete { color: var(--good) !important; } .badge.failed { color: var(--bad) !important; }
.badge.partial, .badge.suspended { color: var(--odd) !important; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th { text-align: left; color: var(--dim); font-weight: 500; white-space: nowrap; }
th, td { padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td { overflow-wrap: anywhere; min-width: 8rem; }
td.number { min-width: 0; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.nothing { color: var(--dim); }
ul { padding-left: 1.2rem; overflow-wrap: anywhere; }
@media (max-width: 45rem) {
  body { padding: .75rem; }
  .card { padding: .5rem; }
  thead { display: none; }
  table, tbody { display: block; }
  tr { display: block; border: 1px solid var(--line); border-radius: .5rem; padding: .4rem .6rem; margin: .5rem 0; }
  td { display: flex; justify-content: space-between; gap: 1rem; border: 0; padding: .1rem 0; text-align: right; }
  td::before { content: attr(data-title); color: var(--dim); text-align: left; flex: none; }
  td.nothing { display: none; }
}
`;
