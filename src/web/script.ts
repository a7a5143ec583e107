/**
 * The script of the page, as text for the browser: takes parts of the page from server-sent events and puts them into their places.
 * Everything it puts there has been escaped by the server.
 */
export const SCRIPT = `'use strict';
const state = document.getElementById('live');

function say(text, lost) {
  state.textContent = text;
  state.classList.toggle('lost', lost);
}

/* What the reader has opened stays open, and what is being read is not pulled away. */
function put(id, markup) {
  const part = document.getElementById(id);
  if (part === null) return;
  const selection = document.getSelection();
  if (selection !== null && !selection.isCollapsed && part.contains(selection.anchorNode)) return;
  const open = new Map(Array.from(part.querySelectorAll('details'), (one) => [one.id, one.open]));
  const focused = part.contains(document.activeElement) ? document.activeElement.closest('details') : null;
  part.innerHTML = markup;
  for (const one of part.querySelectorAll('details')) {
    if (open.has(one.id)) one.open = open.get(one.id);
    if (focused !== null && focused.id === one.id) one.querySelector('summary').focus();
  }
}

const source = new EventSource('/events');
source.addEventListener('parts', (event) => {
  const { at, parts } = JSON.parse(event.data);
  for (const [id, markup] of Object.entries(parts)) {
    if (id === 'title') document.title = markup;
    else put(id, markup);
  }
  say('Live, ' + at + ' UTC', false);
});
source.addEventListener('error', () => {
  say('No live data: what is shown may be old. Trying again.', true);
  /* The browser tries again by itself, unless it was refused. */
  if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 10000);
});
`;
