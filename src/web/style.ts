/** The style sheet, as text for the browser: light and dark, wide and narrow; colours with a contrast of at least 4.5 to 1. */
export const STYLE = `:root {
  color-scheme: light dark;
  --ground: #f5f6f8; --card: #ffffff; --line: #d5d9e0; --text: #1b2330; --faint: #566071; --link: #0b57b0;
  --good: #0f6b36; --good-ground: #dcf3e4; --warn: #7a4b00; --warn-ground: #fdeccb;
  --bad: #a01320; --bad-ground: #fde0e2; --calm: #1d4f8f; --calm-ground: #dfeafa;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12161d; --card: #1b212b; --line: #343d4b; --text: #e4e9f1; --faint: #a3aebf; --link: #8cbcff;
    --good: #7fdba2; --good-ground: #12361f; --warn: #f6c667; --warn-ground: #3d2c07;
    --bad: #ff9ba3; --bad-ground: #46161a; --calm: #9cc4fa; --calm-ground: #1a3154;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
header, main { max-width: 76rem; margin: 0 auto; padding: 0.75rem 1rem; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.25rem 1.5rem; }
h1 { font-size: 1.25rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 0 0 0.6rem; }
h3 { font-size: 1rem; margin: 0 0 0.4rem; overflow-wrap: anywhere; }
nav { display: flex; gap: 1rem; }
a { color: var(--link); }
#live { margin: 0 0 0 auto; color: var(--faint); }
#live.lost { color: var(--bad); font-weight: 600; }
main > section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 0.9rem 1rem; margin-bottom: 1rem; }
main > section:empty { display: none; }
.headline { font-size: 1.15rem; font-weight: 600; margin: 0 0 0.8rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1rem; }
.card { border: 1px solid var(--line); border-radius: 8px; padding: 0.75rem; }
dl { margin: 0; display: grid; gap: 0.2rem; }
dl > div { display: grid; grid-template-columns: 9.5rem 1fr; gap: 0.75rem; }
dt { color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; margin-bottom: 0.75rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--faint); padding-bottom: 0.3rem; overflow-wrap: anywhere; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.9rem 0.3rem 0; border-top: 1px solid var(--line); font-weight: normal; overflow-wrap: anywhere; }
thead th { color: var(--faint); border-top: 0; white-space: nowrap; overflow-wrap: normal; }
time { white-space: nowrap; }
tbody th { font-weight: 600; }
.badge { display: inline-block; border-radius: 4px; padding: 0 0.4rem; font-weight: 600; overflow-wrap: anywhere; }
.good { color: var(--good); background: var(--good-ground); }
.warn { color: var(--warn); background: var(--warn-ground); }
.bad { color: var(--bad); background: var(--bad-ground); }
.calm { color: var(--calm); background: var(--calm-ground); }
summary { cursor: pointer; }
summary time { color: var(--faint); }
.steps { margin: 0.3rem 0 0.3rem 1.2rem; padding: 0; }
.steps b { font-weight: 600; margin-left: 0.3rem; }
.said { margin: 0.3rem 0; white-space: pre-wrap; overflow-wrap: anywhere; font-family: ui-monospace, monospace; font-size: 0.9em; }
#warnings { border-color: var(--warn); }
.warnings { margin: 0; padding-left: 1.2rem; }
.timeline { list-style: none; margin: 0; padding: 0; }
.timeline li { padding: 0.3rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.timeline li:first-child { border-top: 0; }
.timeline time { color: var(--faint); font-variant-numeric: tabular-nums; }
code { font-family: ui-monospace, monospace; font-size: 0.9em; }
.nothing { color: var(--faint); margin: 0; }
form { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; margin-bottom: 0.75rem; }
input, button { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: 4px; padding: 0.2rem 0.5rem; }
button { cursor: pointer; }
figure { margin: 0 0 0.75rem; }
figure img { display: block; max-width: 100%; background: #ffffff; }
figcaption { color: var(--faint); }
.pages { margin-top: 0.5rem; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
@media (max-width: 48rem) {
  #live { margin-left: 0; width: 100%; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, caption { display: block; }
  tr { display: block; border-top: 1px solid var(--line); padding: 0.4rem 0; }
  tr > th, tr > td { display: block; border: 0; padding: 0.1rem 0; }
  td[data-column] { display: grid; grid-template-columns: 7.5rem 1fr; gap: 0.75rem; }
  td[data-column]::before { content: attr(data-column); color: var(--faint); }
  dl > div { grid-template-columns: 7.5rem 1fr; }
}
`;
